/** Values that change as training goes on: epsilon, the learning rate. @module */

/** What a schedule counts. */
export type ScheduleUnit = "step" | "update" | "episode";

/** The same value throughout. */
export interface ConstantSchedule {
  readonly kind: "constant";
  readonly value: number;
}

/** From `start` to `end` over `duration` counts, then `end`. */
export interface LinearSchedule {
  readonly kind: "linear";
  readonly start: number;
  readonly end: number;
  readonly duration: number;
  readonly per: ScheduleUnit;
}

/** `end + (start - end) exp(-count / decay)`. */
export interface ExponentialSchedule {
  readonly kind: "exponential";
  readonly start: number;
  readonly end: number;
  readonly decay: number;
  readonly per: ScheduleUnit;
}

/** `start`, multiplied by `factor` at each count while above `end`. */
export interface MultiplicativeSchedule {
  readonly kind: "multiplicative";
  readonly start: number;
  readonly end: number;
  readonly factor: number;
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

/** Units in the order of their numbers in `shaders/member.wgsl`. */
export const scheduleUnits: readonly ScheduleUnit[] = ["step", "update", "episode"];

/** The counts that schedules read. */
export interface Counts {
  readonly steps: number;
  readonly updates: number;
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
    case "multiplicative": {
      let value = start;
      for (let i = 0; i < count && value > end; i++) value *= schedule.factor;
      return value;
    }
  }
}
