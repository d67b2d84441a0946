/** What happens in a run, and when things are due. @module */
import type { ScheduleUnit } from "./schedule.ts";
import type { StateReader } from "./state.ts";

/** Counters of a run. */
export interface Progress {
  /** Environment steps, whatever the number of environments. */
  readonly step: number;
  /** Updates of the parameters. */
  readonly update: number;
  /** Episodes that ended. */
  readonly episode: number;
  /** Wall time of training; that between an end and going on does not count. */
  readonly seconds: number;
}

/** The counters alone, as a state. */
export function saveProgress(
  { step, update, episode, seconds }: Progress,
): { readonly [counter in keyof Progress]: number } {
  return { step, update, episode, seconds };
}

/** What {@linkcode saveProgress} gave. @throws {UsageError} When it is something else. */
export function readProgress(saved: StateReader): Progress {
  return {
    step: saved.count("step"),
    update: saved.count("update"),
    episode: saved.count("episode"),
    seconds: saved.number("seconds"),
  };
}

/** Where a run begins. */
export const atStart: Progress = { step: 0, update: 0, episode: 0, seconds: 0 };

/** An episode of training that ended. */
export interface EpisodeEvent {
  /** Tells events apart. */
  readonly kind: "episode";
  /** Its number, from 1. */
  readonly episode: number;
  /** Environment step at which it ended. */
  readonly step: number;
  /** Sum of rewards. */
  readonly return: number;
  /** Steps. */
  readonly length: number;
  /** Whether the task was over. */
  readonly terminated: boolean;
  /** Whether it was cut off, by a time limit say. */
  readonly truncated: boolean;
  /** Probability of a random action at its end. */
  readonly epsilon: number;
  /** Wall time since the start of the run. */
  readonly seconds: number;
}

/** Of each update, returns of its batch that lie outside of what the agent's head can express, [vMin, vMax] of C51. */
export interface ReturnsOutside {
  /** How many. */
  readonly counts: Float32Array;
  /** The one that lies outside farthest; 0 where there is none. */
  readonly farthest: Float32Array;
}

/** What the agent reports between chunks of training. */
export interface ProgressEvent extends Progress {
  /** Tells events apart. */
  readonly kind: "progress";
  /** Probability of a random action. */
  readonly epsilon: number;
  /** Step size of the latest update; absent where nothing is learned. */
  readonly learningRate?: number;
  /** Loss of each update since the last such event. */
  readonly losses: Float32Array;
  /** Mean Q value of each update's taken actions, like `losses`. */
  readonly meanQ: Float32Array;
  /** Returns outside, like `losses`; absent where all can be expressed. */
  readonly outside?: ReturnsOutside;
}

/** Returns of greedy episodes. */
export interface Evaluation {
  /** Episodes played. */
  readonly episodes: number;
  /** Mean return. */
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  /** Least return. */
  readonly min: number;
  /** Greatest return. */
  readonly max: number;
  /** Of each episode. */
  readonly returns: readonly number[];
  /** Of each episode, in steps. */
  readonly lengths: readonly number[];
  /** Share of the episodes that were won, where the environment tells; see `Info.success`. */
  readonly winRate?: number;
}

/**
 * Named numbers of a moment. A name means the same in `metrics.csv`, TensorBoard and the config: `loss`, `meanQ`,
 * `returnsOutside`, `return100`, `epsilon`, `learningRate`, `stepsPerSecond`, `evaluationMean`, `evaluationStd`, `evaluationMin`,
 * `evaluationMax`, `winRate`, `validation/loss`, and whatever a callback of one's own emits.
 */
export interface MetricsEvent extends Progress {
  /** Tells events apart. */
  readonly kind: "metrics";
  /** Finite numbers. Several events of one step and update complete each other. */
  readonly values: Readonly<Record<string, number>>;
}

/** A greedy evaluation in the course of training. */
export interface EvaluationEvent extends Progress {
  /** Tells events apart. */
  readonly kind: "evaluation";
  /** Its returns. */
  readonly evaluation: Evaluation;
  /** Whether its mean is the best so far; a tie counts, as the later parameters have seen more. */
  readonly best: boolean;
}

/** The reason of a run that was ended by its `signal`, by Ctrl-C say. */
export const interrupted = "interrupted";

/** The run begins, or goes on where it had ended: its counts tell. */
export interface StartEvent extends Progress {
  /** Tells events apart. */
  readonly kind: "start";
  /** Where the budget is counted from, if that is not here: of a run that goes on from a saved state. */
  readonly from?: Progress;
}

/** Random play fills the replay memory before training; nothing of it counts. */
export interface FillEvent extends Progress {
  /** Tells events apart. */
  readonly kind: "fill";
  /** Environment steps played. */
  readonly done: number;
  /** Environment steps to play. */
  readonly total: number;
}

/** Training is over. What callbacks emit now, a last evaluation say, still comes before the end. */
export interface StopEvent extends Progress {
  /** Tells events apart. */
  readonly kind: "stop";
  /** Why, as in `budget of 50000 steps`. */
  readonly reason: string;
}

/** The run is over: the last event. */
export interface EndEvent extends Progress {
  /** Tells events apart. */
  readonly kind: "end";
  /** That of the {@linkcode StopEvent}. */
  readonly reason: string;
}

/** Anything that callbacks are told. */
export type TrainEvent =
  | StartEvent
  | FillEvent
  | EpisodeEvent
  | ProgressEvent
  | EvaluationEvent
  | MetricsEvent
  | StopEvent
  | EndEvent;

/** Every so many steps, updates or episodes. */
export interface Interval {
  /** Counts from one time to the next. */
  readonly every: number;
  /** `step` by default. */
  readonly unit?: ScheduleUnit;
}

/** Counts of {@linkcode Progress} at which something is due next; absent counts do not matter. */
export interface Due {
  /** Environment steps. */
  readonly step?: number;
  /** Updates. */
  readonly update?: number;
  /** Episodes that ended. */
  readonly episode?: number;
}

/** The counter that an interval reads. */
export function counted({ unit = "step" }: Interval, progress: Progress): number {
  return progress[unit];
}

/**
 * The next multiple of the interval after `progress`.
 *
 * @throws {RangeError} When the interval is not positive.
 */
export function nextDue(interval: Interval, progress: Progress): Due {
  if (!(interval.every > 0)) {
    throw new RangeError(`Cannot count an interval: every is ${interval.every}, wanted a positive number`);
  }
  return {
    [interval.unit ?? "step"]: (Math.floor(counted(interval, progress) / interval.every) + 1) *
      interval.every,
  };
}

/** Whether `progress` has come to a count that was due. */
export function isDue(due: Due, progress: Progress): boolean {
  return progress.step >= (due.step ?? Infinity) || progress.update >= (due.update ?? Infinity) ||
    progress.episode >= (due.episode ?? Infinity);
}

/** A due that was saved, `{ ...due }`. @throws {UsageError} When it is something else. */
export function readDue(saved: StateReader): Due {
  const units = ["step", "update", "episode"] as const;
  return Object.fromEntries(
    units.filter((unit) => saved.has(unit)).map((unit) => [unit, saved.number(unit)]),
  );
}

/** The earliest of several dues, count by count. */
export function earliest(dues: readonly Due[]): Required<Due> {
  const least = (unit: keyof Due) => Math.min(Infinity, ...dues.map((due) => due[unit] ?? Infinity));
  return { step: least("step"), update: least("update"), episode: least("episode") };
}
