/** When an agent learns. @module */
import type { Counts } from "../core/schedule.ts";

/** So many updates every so many environment steps or episodes. */
export interface TrainRule {
  /** Learn every so many steps or episodes. */
  readonly every: number;
  /** What `every` counts. */
  readonly unit: "step" | "episode";
  /** Updates each time. */
  readonly updates: number;
  /** Environment steps before the first update. */
  readonly warmup: number;
}

/** A rule that counts steps. */
export type StepRule = Omit<TrainRule, "unit">;

/** Updates that a step of all environments owes, which takes a run from the counts `before` to those of `now`. */
export function updatesOwed(
  { every, unit, updates, warmup }: TrainRule,
  before: Omit<Counts, "updates">,
  now: Omit<Counts, "updates">,
): number {
  if (now.steps < warmup) return 0;
  return unit === "step"
    ? updates * intervals(every, before.steps, now.steps)
    : updates * intervals(every, before.episodes, now.episodes);
}

/** Updates before the first step of a run whose replay memory is full already: where episodes count, those of an interval. */
export function updatesAtStart({ unit, updates, warmup }: TrainRule): number {
  return unit === "episode" && warmup <= 0 ? updates : 0;
}

/** Updates that are due in all once a run has come to `steps`, a multiple of its `environments`: the sum of what it owed. */
export function updatesDue(
  { every, updates, warmup }: StepRule,
  environments: number,
  steps: number,
): number {
  const first = firstStep(warmup, environments);
  return steps < first ? 0 : updates * intervals(every, first - environments, steps);
}

/** Environment steps after which the first update comes, at the earliest where episodes count. */
export function firstUpdate({ every, unit, warmup }: TrainRule, environments: number): number {
  const first = firstStep(warmup, environments);
  if (unit === "episode") return first;
  const end = (Math.floor((first - environments) / every) + 1) * every;
  return Math.ceil(end / environments) * environments;
}

/** Steps once the first step of all environments is taken that may owe updates. */
function firstStep(warmup: number, environments: number): number {
  return Math.max(1, Math.ceil(warmup / environments)) * environments;
}

/** Intervals that end after the count `before` and up to `now`. */
function intervals(every: number, before: number, now: number): number {
  return Math.floor(now / every) - Math.floor(before / every);
}
