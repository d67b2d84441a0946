/** The face behind which environments and the agents in them stand, wherever they live. @module */
import type { DivergenceError, TrainingError } from "../core/errors.ts";
import type { Due, EpisodeEvent } from "../core/events.ts";
import type { State } from "../core/state.ts";
import type { AgentReport } from "../agents/agent.ts";

/** What happened since the last report. Counts are those of this run, also where the agent goes on from an earlier one. */
export interface CollectorReport extends AgentReport {
  /** Episodes that ended, in order. */
  readonly finished: readonly Omit<EpisodeEvent, "kind" | "seconds">[];
  /** How far random play before step 0 has come, in environment steps; absent outside of it. All counts are 0 then. */
  readonly fill?: { readonly done: number; readonly total: number };
  /**
   * Why the member cannot go on as it is, where training came to a number that is not finite. The report ends before that,
   * wherever the chunk ends.
   */
  readonly fault?: DivergenceError;
}

/**
 * Runs the loop of acting, stepping, observing and updating, for a population of one or more agents at once. Host
 * environments and those that live on the device look the same from here.
 */
export interface Collector {
  /** Agents of the population. */
  readonly members: number;
  /** Training begins, or goes on after an end; agents may have been loaded since. */
  begin?(): Promise<void>;
  /**
   * Goes on until a member reaches a count of its own entry in `until`, or for a moment: how the work is cut never
   * changes a result. Counts are those of the whole run. A member whose entry is undefined has ended and rests.
   */
  collect(until: readonly (Required<Due> | undefined)[]): Promise<void>;
  /**
   * Reads what happened to each member since the last call, in one read-back. In place of the report of a member that
   * cannot go on may stand the reason.
   */
  report(): Promise<readonly (CollectorReport | TrainingError)[]>;
  /**
   * All that a member needs to go on, its agent included, as of the latest report; undefined where that cannot be had.
   *
   * @throws {TrainingError} When a parameter is not finite.
   */
  save?(member: number): Promise<State | undefined>;
  /**
   * Takes over what a collector of the same options gave; the other members stay as they are.
   *
   * @returns What will not go on as it was, in sentences of their own: environments whose episodes begin again, say.
   * @throws {UsageError} When the state is of something else.
   */
  load?(member: number, state: State): Promise<readonly string[]>;
  /** From here on a member's learning rate is that of its options times `factor`. */
  scaleLearningRate?(member: number, factor: number): void;
}
