/** Episodes that a person plays and the agent learns from. @module */
import type { StepAgent } from "../../agents/agent.ts";
import { createRun, trainRule } from "../../config/build.ts";
import type { RunConfig } from "../../config/run_config.ts";
import type { TrainingRun } from "../../config/training_run.ts";
import { UsageError } from "../../core/errors.ts";
import { type State, StateRows } from "../../core/state.ts";
import type {
  Environment,
  Observation,
  ResetOptions,
  StateGrid,
  StepResult,
} from "../../envs/environment.ts";
import { VectorEnvironment } from "../../envs/vector.ts";
import { Wrapper } from "../../envs/wrapper.ts";
import type { Callback } from "../../train/callbacks/callback.ts";
import { HostCollector } from "../../train/host_collector.ts";
import { train } from "../../train/trainer.ts";
import type { TrainRule } from "../../train/update_rule.ts";
import type { Controls } from "./controls.ts";
import { recordDrawing } from "./display_list.ts";
import type { Frame } from "./protocol.ts";

/** What {@linkcode playByHand} takes. */
export interface HandOptions {
  /** What is pressed. */
  readonly controls: Controls;
  /** Watch what is played, as they watch training. */
  readonly callbacks: readonly Callback[];
  /** Told of the run that takes the place of the given one, and of the board that is played on. */
  began(run: TrainingRun, grid: () => StateGrid<Observation> | undefined): void;
  /** Shows a moment of the play. */
  show(frame: Frame): void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Lets a person play in one environment, in place of the agent of a run that rests: the agent observes and learns by the rule
 * of its config. All that it is, replay memory included, goes to one of the same kind that can be stepped on the host, and
 * back with what it has learned.
 *
 * @throws {UsageError} When the environment is none of the host's, or the agent one that learns from rollouts.
 */
export async function playByHand(run: TrainingRun, options: HandOptions): Promise<void> {
  const { config, gpu } = run;
  const { signal, callbacks } = options;
  if (config.agent.kind === "pqn") {
    throw new UsageError(
      'Cannot play in place of an agent of kind "pqn": it learns from what its own policy does, wanted another kind',
    );
  }
  const shown = new Shown(run.makeEnvironment("training"), options);
  const environment = new VectorEnvironment(1, () => shown);
  const stand = await createRun(
    { ...config, loop: "host", environment: { ...config.environment, count: 1 } },
    gpu ? { gpu } : {},
  );
  try {
    const state = await run.agent.snapshot!();
    await stand.agent.restore!(state);
    options.began(stand, () => shown.board());
    const agent = byHand(stand.agent as StepAgent, shown, options);
    const collector = new HostCollector(agent, environment, {
      train: ruleFrom(config, state),
      seed: crypto.getRandomValues(new Uint32Array(1))[0]!, // Another episode each time.
    });
    try {
      const watching = [...callbacks, everyStep];
      await train({ agent, collector, budget: { steps: Infinity }, callbacks: watching, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await run.agent.restore!(await stand.agent.snapshot!());
  } finally {
    stand.dispose();
  }
}

/** Has each move told, and learned from, before the next is waited for. */
const everyStep: Callback = { due: ({ step }) => ({ step: step + 1 }), notify() {} };

/** When an agent of this state learns: at once, unless its replay memory lacks what a first update needs. */
function ruleFrom(config: RunConfig, state: State): TrainRule {
  const { prefill: _, ...rule } = trainRule(config);
  const { agent } = config;
  if (agent.kind !== "dqn") return rule;
  const { replay } = state as { readonly replay?: unknown };
  const stored = replay instanceof StateRows ? replay.written : 0;
  const wanted = Math.max(rule.warmup, agent.replay.batch);
  return { ...rule, warmup: Math.max(1, wanted - stored) };
}

/** The agent, but for its actions: they are a person's. */
function byHand(agent: StepAgent, shown: Shown, options: HandOptions): StepAgent {
  const { controls, signal, show } = options;
  async function act(observations: Float32Array, masks?: Uint8Array): Promise<Uint32Array> {
    const observation = observations.slice();
    show({ ...shown.look(), observation, q: await agent.getQ(observation) });
    return Uint32Array.of(await controls.next(masks, signal));
  }
  return new Proxy(agent, {
    get(target, key) {
      if (key === "act") return act;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Knows how the episode goes, and shows its end. */
class Shown extends Wrapper<Observation> {
  readonly #options: HandOptions;
  #begun = false;
  #steps = 0;
  #return = 0;

  constructor(inner: Environment<Observation>, options: HandOptions) {
    super(inner);
    this.#options = options;
  }

  override reset(options?: ResetOptions) {
    this.#begun = true;
    this.#steps = this.#return = 0;
    return this.inner.reset(options);
  }

  override step(action: number): StepResult<Observation> {
    const step = this.inner.step(action);
    this.#steps++;
    this.#return += step.reward;
    const end = step.terminated ? "terminated" : step.truncated ? "truncated" : undefined;
    if (end) {
      this.#options.show({ ...this.look(), end });
      this.#options.controls.rest();
    }
    return step;
  }

  /** The board that is played on, once it is. */
  board(): StateGrid<Observation> | undefined {
    return this.#begun ? this.inner.stateGrid?.() : undefined;
  }

  /** The moment as it is. */
  look(): Frame {
    return {
      drawing: recordDrawing((surface) => this.inner.render!(surface)),
      duration: 0,
      step: this.#steps,
      return: this.#return,
    };
  }
}
