/** From a run config to the objects of a run: the only place that knows the concrete classes. @module */
import type { Agent } from "../agents/agent.ts";
import { UsageError } from "../core/errors.ts";
import type { EndEvent, Evaluation, TrainEvent } from "../core/events.ts";
import { deriveSeed, Stream } from "../core/random.ts";
import type { Environment, Observation } from "../envs/environment.ts";
import { VectorEnvironment } from "../envs/vector.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Profiler } from "../gpu/profiler.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import { EarlyStopping } from "../train/callbacks/early_stopping.ts";
import { EvaluateEvery } from "../train/callbacks/evaluate_every.ts";
import { Measure } from "../train/callbacks/measure.ts";
import { StopAtThreshold } from "../train/callbacks/stop_at_threshold.ts";
import { ValidationLoss } from "../train/callbacks/validation_loss.ts";
import { evaluate } from "../train/evaluate.ts";
import { collectTransitions } from "../train/held_out.ts";
import { HostCollector, type TrainRule } from "../train/host_collector.ts";
import { train } from "../train/trainer.ts";
import { createAgent } from "./agents.ts";
import { makeEnvironment, type Phase } from "./environments.ts";
import { type AgentConfig, type RunConfig, type RunConfigInput, warmupOf } from "./run_config.ts";
import { watched } from "./metrics.ts";
import { parseConfig } from "./schema.ts";
import { seedApart } from "./seeds.ts";
import { surroundingsOf } from "./surroundings.ts";

/** What {@linkcode createRun} takes beside the config. */
export interface RunOptions {
  /** Watch the run, after its evaluation and before whatever ends it. None by default. */
  readonly callbacks?: readonly Callback[];
  /** The device to run on, which stays the caller's. The default adapter's by default. */
  readonly gpu?: Gpu;
  /** Takes the lines of what tells of itself, early stopping that is `verbose` say. Standard error by default. */
  readonly print?: (line: string) => void;
  /** Times every kernel, see `Gpu.profiler`; `false` by default. */
  readonly profile?: boolean;
}

/** What {@linkcode TrainingRun.evaluate} takes. */
export interface RunEvaluationOptions {
  /** The config's `evaluation.final.episodes` by default. */
  readonly episodes?: number;
  /** An unsigned 32-bit integer, the run's own by default. Training never evaluates on start states of this method. */
  readonly seed?: number;
  /** Ends the play when aborted: the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** An agent, its environments and what watches them, made by {@linkcode createRun}. */
export class TrainingRun {
  /** The config with its defaults. */
  readonly config: RunConfig;
  /** The device it runs on; none for agents that need none. */
  readonly gpu: Gpu | undefined;
  /** Who learns. */
  readonly agent: Agent;
  /** The environments of training. */
  readonly environment: VectorEnvironment;
  readonly #options: RunOptions;

  /** Use {@linkcode createRun}. */
  constructor(config: RunConfig, parts: {
    gpu: Gpu | undefined;
    agent: Agent;
    environment: VectorEnvironment;
    options: RunOptions;
  }) {
    this.config = config;
    this.gpu = parts.gpu;
    this.agent = parts.agent;
    this.environment = parts.environment;
    this.#options = parts.options;
  }

  /**
   * Trains until the budget is spent, the threshold is reached, a callback stops the run or `signal` is aborted.
   *
   * @returns The last event, with the reason of the end.
   * @throws {TrainingError} When a loss is not finite or the device failed.
   * @throws {UsageError} When the environment gives what cannot be used.
   */
  async train(options: { readonly signal?: AbortSignal } = {}): Promise<EndEvent> {
    const { agent, config, environment } = this;
    const { evaluation: { every, unit, episodes, threshold }, earlyStopping } = config;
    const callbacks: Callback[] = [
      new EvaluateEvery({
        interval: { every, unit },
        episodes,
        seed: config.seed,
        makeEnvironment: () => this.makeEnvironment("evaluation"),
      }),
      new Measure({ interval: config.log }),
      ...this.#watchValidation(),
      ...this.#options.callbacks ?? [],
    ];
    if (this.gpu?.profiler) callbacks.unshift(new CollectTimes(this.gpu.profiler));
    const { print } = this.#options;
    if (earlyStopping) {
      callbacks.push(new EarlyStopping({ ...watched(earlyStopping), ...print ? { print } : {} }));
    }
    if (threshold !== undefined) callbacks.push(new StopAtThreshold(threshold));
    const rule = trainRule(config.agent);
    return await train({
      ...options,
      agent,
      collector: new HostCollector(agent, environment, {
        train: rule,
        prefill: rule.prefill,
        seed: config.seed,
      }),
      budget: config.budget,
      callbacks,
    });
  }

  /** Plays greedy episodes on start states of their own; training is not disturbed. */
  async evaluate(options: RunEvaluationOptions = {}): Promise<Evaluation> {
    return await this.#play("final", { episodes: this.config.evaluation.final.episodes, ...options });
  }

  /** Plays the greedy episodes of the config's test phase, on start states of their own; none if it has no such phase. */
  async test(options: RunEvaluationOptions = {}): Promise<Evaluation | undefined> {
    if (!this.config.test) return undefined;
    return await this.#play("test", { ...this.config.test, ...options });
  }

  /** The seed from which `evaluate({ seed })` starts its episode `index`, to play the same one alone. */
  episodeSeed(index: number, seed: number = this.config.seed): number {
    return deriveSeed(seedApart(seed, "final"), Stream.evaluation, index);
  }

  /** A new environment as in training or, by default, as in evaluations, with its wrappers. */
  makeEnvironment(phase: Phase = "evaluation"): Environment<Observation> {
    return makeEnvironment(this.config, phase);
  }

  /** Frees device memory, and the device unless it was the caller's. */
  dispose(): void {
    this.agent.dispose();
    if (!this.#options.gpu) this.gpu?.close();
  }

  async #play(
    purpose: "final" | "test",
    { episodes, seed = this.config.seed, signal }: RunEvaluationOptions & { readonly episodes: number },
  ): Promise<Evaluation> {
    return await evaluate(this.agent, {
      episodes,
      signal,
      seed: seedApart(seed, purpose),
      makeEnvironment: () => this.makeEnvironment("evaluation"),
    });
  }

  #watchValidation(): Callback[] {
    const { agent, seed, validation } = this.config;
    if (!validation || agent.kind === "random") return [];
    const transitions = collectTransitions(() => this.makeEnvironment("evaluation"), {
      count: validation.transitions,
      seed: seedApart(seed, "validation"),
    });
    const loss = agent.kind === "dqn" ? agent.loss : { kind: "mse" } as const;
    return [new ValidationLoss({ transitions, gamma: agent.gamma, loss })];
  }
}

/** Adds up kernel times between chunks, before the profiler runs out of room. */
class CollectTimes implements Callback {
  readonly #profiler: Profiler;

  constructor(profiler: Profiler) {
    this.#profiler = profiler;
  }

  notify(event: TrainEvent): void | Promise<void> {
    if (event.kind === "progress") return this.#profiler.collect();
  }
}

/**
 * Makes ready what a config describes; what it leaves out takes its default.
 *
 * ```ts
 * const run = await createRun({ environment: { id: "CartPole-v1" }, budget: { steps: 20_000 } });
 * await run.train();
 * console.log((await run.evaluate()).mean);
 * run.dispose();
 * ```
 *
 * @throws {UsageError} When the config is wrong, with all that is; when an environment or tensor cannot be made, or no
 * adapter answers.
 */
export async function createRun(config: RunConfigInput, options: RunOptions = {}): Promise<TrainingRun> {
  const resolved = parseConfig(config);
  const { id, count } = resolved.environment;
  if (resolved.loop === "device") {
    throw new UsageError(
      `Cannot run ${id} with loop "device": it has no device version yet, wanted loop "auto" or "host"`,
    );
  }
  const surroundings = surroundingsOf(resolved);
  const environment = new VectorEnvironment(count, () => makeEnvironment(resolved));
  const { agent, gpu } = await createAgent(resolved, surroundings, {
    gpu: options.gpu,
    profile: options.profile ?? false,
  });
  return new TrainingRun(resolved, { gpu, agent, environment, options });
}

/** When an agent of this kind learns: one without a replay memory at every step. */
function trainRule(agent: AgentConfig): TrainRule & { readonly prefill: number } {
  if (agent.kind !== "dqn") return { every: 1, unit: "step", updates: 1, warmup: 0, prefill: 0 };
  return { ...agent.train, warmup: warmupOf(agent.replay), prefill: agent.replay.prefill };
}
