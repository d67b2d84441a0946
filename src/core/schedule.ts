/** Values that change as training goes on: epsilon, the learning rate. @module */

/** What schedules and intervals count, in the order of their numbers in `shaders/member.wgsl`. */
export const scheduleUnits = ["step", "update", "episode"] as const satisfies readonly ScheduleUnit[];

/** What a schedule counts. */
export type ScheduleUnit = "step" | "update" | "episode";

/** The same value throughout. */
export interface ConstantSchedule {
  /** Tells schedules apart. */
  readonly kind: "constant";
  /** The value at every count. */
  readonly value: number;
}

/** From `start` to `end` over `duration` counts, then `end`. */
export interface LinearSchedule {
  /** Tells schedules apart. */
  readonly kind: "linear";
  /** Value at count 0. */
  readonly start: number;
  /** Value from count `duration` on, above `start` or below it. */
  readonly end: number;
  /** Counts from `start` to `end`, above 0. */
  readonly duration: number;
  /** What `duration` counts. */
  readonly per: ScheduleUnit;
}

/** `end + (start - end) exp(-count / decay)`. */
export interface ExponentialSchedule {
  /** Tells schedules apart. */
  readonly kind: "exponential";
  /** Value at count 0. */
  readonly start: number;
  /** Value that is approached, above `start` or below it. */
  readonly end: number;
  /** Counts in which the distance to `end` shrinks by the factor e, above 0. */
  readonly decay: number;
  /** What `decay` counts. */
  readonly per: ScheduleUnit;
}

/** `start`, multiplied by `factor` at each count while above `end`. */
export interface MultiplicativeSchedule {
  /** Tells schedules apart. */
  readonly kind: "multiplicative";
  /** Value at count 0. */
  readonly start: number;
  /** The value is multiplied while it is above this; the last product may lie below. */
  readonly end: number;
  /** Factor of one count, in (0, 1]. */
  readonly factor: number;
  /** What is counted. */
  readonly per: ScheduleUnit;
}

/** A value over the course of a run. */
export type Schedule = ConstantSchedule | LinearSchedule | ExponentialSchedule | MultiplicativeSchedule;

/** Kinds in the order of their numbers in `shaders/member.wgsl`. */
export const scheduleKinds: readonly Schedule["kind"][] = [
  "constant",
  "linear",
  "exponential",
  "multiplicative",
];

/** The counts that schedules read. */
export interface Counts {
  /** Environment steps, whatever the number of environments. */
  readonly steps: number;
  /** Updates of the parameters. */
  readonly updates: number;
  /** Episodes that ended. */
  readonly episodes: number;
}

/** The value of `schedule` after these counts, in float64: the twin of `schedule_value` in `shaders/member.wgsl`. */
export function scheduleValue(schedule: Schedule, counts: Counts): number {
  if (schedule.kind === "constant") return schedule.value;
  const { start, end } = schedule;
  const count = { step: counts.steps, update: counts.updates, episode: counts.episodes }[schedule.per];
  switch (schedule.kind) {
    case "linear":
      return start + (end - start) * Math.min(count / schedule.duration, 1);
    case "exponential":
      return end + (start - end) * Math.exp(-count / schedule.decay);
    case "multiplicative":
      return start * schedule.factor ** Math.min(count, multiplications(schedule));
  }
}

/** `schedule` with each of its values times `factor`. */
export function scaledSchedule(schedule: Schedule, factor: number): Schedule {
  if (schedule.kind === "constant") return { ...schedule, value: factor * schedule.value };
  return { ...schedule, start: factor * schedule.start, end: factor * schedule.end };
}

/** How often a multiplicative schedule multiplies: while the value is above its end. Infinity if it always is. */
export function multiplications(
  { start, end, factor }: Omit<MultiplicativeSchedule, "kind" | "per">,
): number {
  if (start <= end) return 0;
  if (end <= 0 || factor >= 1) return Infinity;
  const estimate = Math.ceil(Math.log(end / start) / Math.log(factor));
  const ends = (count: number) => start * factor ** count <= end;
  if (!ends(estimate)) return estimate + 1;
  return ends(estimate - 1) ? estimate - 1 : estimate;
}
