/** The face behind which an environment and the agent in it stand, wherever they live. @module */
import type { Due, EpisodeEvent } from "../core/events.ts";
import type { AgentReport } from "../agents/agent.ts";

/** What happened since the last report. Counts are those of this run, also where the agent goes on from an earlier one. */
export interface CollectorReport extends AgentReport {
  /** Episodes that ended, in order. */
  readonly finished: readonly Omit<EpisodeEvent, "kind" | "seconds">[];
  /** How far random play before step 0 has come, in environment steps; absent outside of it. All counts are 0 then. */
  readonly fill?: { readonly done: number; readonly total: number };
}

/**
 * Runs the loop of acting, stepping, observing and updating. A host environment and one that lives on the device look
 * the same from here.
 */
export interface Collector {
  /**
   * Goes on until a count of `until` is reached, or for a moment: how the work is cut never changes a result. Counts
   * are those of the whole run.
   */
  collect(until: Required<Due>): Promise<void>;
  /** Reads what happened since the last call, in one read-back. */
  report(): Promise<CollectorReport>;
}
