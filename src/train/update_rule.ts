/** When an agent learns, where it learns by steps. @module */

/** So many updates every so many environment steps. */
export interface StepRule {
  /** Environment steps between. */
  readonly every: number;
  /** Updates each time. */
  readonly updates: number;
  /** Environment steps before the first update. */
  readonly warmup: number;
}

/** Updates that are due in all once a run has come to `steps`, a multiple of its `environments`. */
export function updatesDue(
  { every, updates, warmup }: StepRule,
  environments: number,
  steps: number,
): number {
  const first = Math.max(1, Math.ceil(warmup / environments)) * environments;
  if (steps < first) return 0;
  return (Math.floor(steps / every) - Math.floor((first - environments) / every)) * updates;
}
