/** The agent that does not learn, what others must beat; and the random actions of those that explore. @module */
import { below, pcg4d, Stream } from "../core/random.ts";
import type { Counts } from "../core/schedule.ts";
import { type State, StateReader } from "../core/state.ts";
import { AgentCounts } from "./agent_counts.ts";
import type { AgentReport, AgentState, GreedyPolicy, StepAgent, Transitions } from "./agent.ts";
import { agentStateOf, assertKnownEntries } from "./agent_state.ts";
import { checkOutcomes } from "./transitions.ts";

/** What a {@linkcode RandomAgent} is made of. */
export interface RandomAgentOptions {
  /** Actions of the environment, at least 1. */
  readonly actions: number;
  /** Environments that it acts in at once, at least 1. */
  readonly environments: number;
  /** Numbers in an observation, 1 by default. */
  readonly width?: number;
  /** An unsigned 32-bit integer. */
  readonly seed: number;
}

/** Takes uniformly random legal actions, and makes no updates. */
export class RandomAgent implements StepAgent {
  readonly environments: number;
  /** Always 1. */
  readonly epsilon = 1;
  readonly #actions: number;
  readonly #width: number;
  readonly #seed: number;
  readonly #chosen: Uint32Array<ArrayBuffer>;
  readonly #counts = new AgentCounts();

  /** Has done nothing yet. */
  constructor({ actions, environments, width = 1, seed }: RandomAgentOptions) {
    this.environments = environments;
    this.#actions = actions;
    this.#width = width;
    this.#seed = seed;
    this.#chosen = new Uint32Array(environments);
  }

  /** Steps and episodes so far, and no updates. */
  get counts(): Counts {
    return this.#counts;
  }

  act(_observations: Float32Array, masks?: Uint8Array): Uint32Array {
    return this.#choose(this.#chosen, masks, [Stream.exploration, this.#counts.steps]);
  }

  /** Counts. */
  observe(transitions: Transitions): void {
    checkOutcomes(transitions, this.environments, this.#actions);
    this.#counts.observe(transitions);
  }

  /** Does nothing: there is nothing to learn. */
  update(): void {}

  /** Without losses and step size. */
  report(): Promise<AgentReport> {
    const nothing = { losses: new Float32Array(0), meanQ: new Float32Array(0) };
    return Promise.resolve({ ...this.#counts, epsilon: 1, ...nothing });
  }

  /** As random as the agent, with draws of its own. */
  policy(environments: number): GreedyPolicy {
    const chosen = new Uint32Array(environments);
    let calls = 0;
    return {
      act: (_observations, masks) => this.#choose(chosen, masks, [Stream.evaluation, calls++]),
      dispose() {},
    };
  }

  /** Zeros: it expects nothing. */
  getQ(observations: Float32Array): Promise<Float32Array> {
    return Promise.resolve(new Float32Array(observations.length / this.#width * this.#actions));
  }

  /** The counts alone. */
  save(): Promise<AgentState> {
    return Promise.resolve({ counts: this.#counts.save() });
  }

  load(state: AgentState): void {
    assertKnownEntries(state, { names: ["counts"], of: "plays at random" });
    this.#counts.load(state);
  }

  snapshot(): Promise<State> {
    return this.save();
  }

  // deno-lint-ignore require-await -- So that a wrong state rejects.
  async restore(state: State): Promise<void> {
    this.load(agentStateOf(new StateReader(state, "agent"), []));
  }

  resetCounts(): void {
    this.#counts.set();
  }

  dispose(): void {}

  #choose(
    chosen: Uint32Array<ArrayBuffer>,
    masks: Uint8Array | undefined,
    [stream, counter]: readonly [stream: number, counter: number],
  ): Uint32Array<ArrayBuffer> {
    for (let index = 0; index < chosen.length; index++) {
      const word = pcg4d(this.#seed, stream, counter, index)[1];
      chosen[index] = randomLegal(word, masks, { index, actions: this.#actions });
    }
    return chosen;
  }
}

/**
 * A uniform one of the legal actions of row `index`, from a random 32-bit `word`; the draw of `shaders/policy.wgsl`.
 *
 * @param masks Legal actions as 0 or 1, `[N, actions]`; all are legal without.
 */
export function randomLegal(
  word: number,
  masks: Uint8Array | undefined,
  { index, actions }: { readonly index: number; readonly actions: number },
): number {
  if (masks === undefined) return below(word, actions);
  const first = index * actions;
  let legal = 0;
  for (let a = 0; a < actions; a++) legal += masks[first + a]!;
  let remaining = below(word, legal);
  for (let a = 0; a < actions; a++) {
    if (masks[first + a] === 1 && remaining-- === 0) return a;
  }
  return 0;
}
