/** The face of everything that watches a run or acts on it. @module */
import type { Agent } from "../../agents/agent.ts";
import type { Due, Progress, TrainEvent } from "../../core/events.ts";
import type { State } from "../../core/state.ts";

/** What a callback may do with the run it watches. */
export interface Run {
  /** The agent that learns. */
  readonly agent: Agent;
  /** Counts as of the latest chunk. */
  readonly progress: Progress;
  /** Aborted when the run is to end; long work of a callback looks at it. */
  readonly signal?: AbortSignal | undefined;
  /** Tells all callbacks, after the event at hand. */
  emit(event: TrainEvent): void;
  /** Ends the run after the event at hand; the first reason stands. */
  stop(reason: string): void;
}

/**
 * Watches a run. A callback that only listens needs `notify` alone:
 *
 * ```ts
 * const printReturns: Callback = {
 *   notify(event) {
 *     if (event.kind === "episode") console.log(event.episode, event.return);
 *   },
 * };
 * ```
 */
export interface Callback {
  /** Counts at which this callback wants a `progress` event exactly; training is cut there. */
  due?(progress: Progress): Due;
  /** Told of every event, in the order of the trainer's list of callbacks. */
  notify(event: TrainEvent, run: Run): void | Promise<void>;
  /**
   * Lets go of files and the like. Called once, after `end` and also when the run fails, perhaps before `start`. A run that
   * is trained further begins with a `start` of the counts that it has come to, and ends with another `close`.
   */
  close?(): void | Promise<void>;
  /**
   * All that it needs to go on when the run is gone on with by another process: sums, marks, lengths of files, which are
   * durable then. Called between two chunks, once all callbacks have been told of everything. A callback without one begins
   * anew in a resumed run, which says so.
   */
  save?(): State | Promise<State>;
  /**
   * Takes over what another of the same options saved; called before `start`, or after `close` in a run that goes back.
   *
   * @throws {UsageError} When the state is of something else, or a file that goes with it is missing.
   */
  load?(state: State): void | Promise<void>;
}
