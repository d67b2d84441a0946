/** The face that trainer, evaluation and callbacks see of any agent. @module */
import type { ReturnsOutside } from "../core/events.ts";
import type { Counts } from "../core/schedule.ts";
import type { State } from "../core/state.ts";

/** One step of every environment, row after row. */
export interface Transitions {
  /** `[N, width]`. */
  readonly observations: Float32Array;
  /** `[N]`. */
  readonly actions: Uint32Array;
  /** `[N]`. */
  readonly rewards: Float32Array;
  /** `[N, width]`: the true next observations, the last ones of episodes that ended included. */
  readonly nextObservations: Float32Array;
  /** `[N]`, 1 where the state was terminal. */
  readonly terminated: Uint8Array;
  /** `[N]`, 1 where the episode was cut off. */
  readonly truncated: Uint8Array;
  /** Legal actions of the state as 0 or 1, `[N, actions]`, where the environment masks actions. */
  readonly masks?: Uint8Array | undefined;
  /** Legal actions of the next state as 0 or 1, `[N, actions]`, where the environment masks actions. */
  readonly nextMasks?: Uint8Array;
}

/** What an agent has done, and how, since it was last asked. */
export interface AgentReport {
  /** Environment steps observed in all. */
  readonly steps: number;
  /** Updates in all. */
  readonly updates: number;
  /** Episodes observed to their end in all. */
  readonly episodes: number;
  /** Probability of a random action. */
  readonly epsilon: number;
  /** Step size of the optimizer at these counts; absent where nothing is learned. */
  readonly learningRate?: number;
  /** The loss of each update since the last report, the latest 4,096 at most. */
  readonly losses: Float32Array;
  /** The mean Q value of each update's taken actions, like `losses`. */
  readonly meanQ: Float32Array;
  /** Returns that the head cannot express, like `losses`; absent where it expresses all. */
  readonly outside?: ReturnsOutside;
}

/** Named arrays that make up an agent. */
export type AgentState = Record<
  string,
  { readonly shape: readonly number[]; readonly data: Float32Array | Uint32Array }
>;

/** How a {@linkcode GreedyPolicy} acts. */
export interface PolicyOptions {
  /** Whether noisy layers draw noise, by the moments that `act` is given; `false` by default. */
  readonly noise?: boolean | undefined;
}

/** Where the episodes of environments are that are played side by side: what noise is drawn by. */
export interface EpisodeMoment {
  /** The seed of each one's episode, `[N]`. */
  readonly seeds: readonly number[];
  /** Steps taken in each of them. */
  readonly step: number;
}

/** Chooses greedy actions for a fixed number of environments without touching training. */
export interface GreedyPolicy {
  /**
   * Actions `[N]` for observations `[N, width]`. They may be overwritten by the next call.
   *
   * @param moment What a policy with noise needs.
   */
  act(
    observations: Float32Array,
    masks?: Uint8Array,
    moment?: EpisodeMoment,
  ): Uint32Array | Promise<Uint32Array>;
  /** Frees what it holds. */
  dispose(): void;
}

/** What has learned, or is learning: to be asked, saved and loaded. */
export interface Agent {
  /** A greedy policy for `environments` environments, of the parameters as they are now. */
  policy(environments: number, options?: PolicyOptions): GreedyPolicy;
  /** Q values `[actions]` of one observation `[width]`, or `[N, actions]` of several `[N, width]`. */
  getQ(observations: Float32Array): Promise<Float32Array>;
  /**
   * The mean loss of transitions by the parameters as they are now: the loss of training, where s' is rated by what rates s
   * and not by a target network that lags behind. Absent where nothing is learned. Each call with the same object is fast.
   *
   * @throws {RangeError} When the transitions are of another environment.
   */
  lossOf?(transitions: Transitions): Promise<number>;
  /**
   * What makes up the agent: what it needs to act, or with `full` also what it needs to go on learning.
   *
   * @throws {TrainingError} When a parameter is not finite.
   */
  save(options?: { readonly full?: boolean }): Promise<AgentState>;
  /** Takes over a saved state; what it has observed before is forgotten. @throws {UsageError} When it is another agent's. */
  load(state: AgentState): void;
  /**
   * All that it needs to go on as if nothing had been, what it has observed included, once it has reported. A run whose agent
   * has none cannot be gone on with.
   */
  snapshot?(): Promise<State>;
  /** Takes over what another of the same options gave as {@linkcode snapshot}. @throws {UsageError} When it is another agent's. */
  restore?(state: State): Promise<void>;
  /** Frees device memory. */
  dispose(): void;
}

/** An agent that host environments are stepped with: it acts, observes and learns when told to. */
export interface StepAgent extends Agent {
  /** Environments that it acts in at once. */
  readonly environments: number;
  /**
   * How far it has come: environment steps observed, updates made, episodes observed to their end, before a state was saved
   * that it has loaded, too. Whoever steps environments with it asks here, and does not count for itself.
   */
  readonly counts: Counts;
  /** Probability that the next action is random. */
  readonly epsilon: number;
  /** Exploring actions `[N]` for observations `[N, width]`. They may be overwritten by the next call. */
  act(observations: Float32Array, masks?: Uint8Array): Uint32Array | Promise<Uint32Array>;
  /** Takes in one step of every environment. */
  observe(transitions: Transitions): void;
  /** Takes note that the environments begin new episodes, though the latest step ended none: returns do not reach across. */
  cutEpisodes?(): void;
  /** Updates between which whoever waits for them may look at the clock: some 64 of a small network, 1 of a large one. */
  readonly updatesAtOnce?: number;
  /** Does what all updates of the latest step share. Whoever steps environments with it says so before the first of them. */
  beginUpdates?(): void;
  /** Learns from what it has observed, `count` times, once by default. @throws {Error} When that is nothing. */
  update(count?: number): void;
  /** Does what comes after all updates of the latest step; `observe` does so first if it has not been done. */
  finishStep?(): void;
  /**
   * Waits for the work enqueued so far and tells what came of it since the last report.
   *
   * @throws {LossDivergence} When a loss is not finite; the message names the update.
   */
  report(): Promise<AgentReport>;
  /** Begins to count steps, updates and episodes anew; what was observed stays. Schedules read these counts. */
  resetCounts?(): void;
  /** From here on its learning rate is that of its options times `factor`. */
  scaleLearningRate?(factor: number): void;
}
