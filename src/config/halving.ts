/** Successive halving: which configurations of an experiment are trained on, and which are cut. @module */
import { type Metric, metricNames } from "../train/callbacks/metrics.ts";

/** How an experiment is halved. */
export interface Halving {
  /** Of so many trials that have come to a rung, the best one goes on. */
  readonly reduction: number;
  /** Environment steps of the first rung. */
  readonly grace: number;
  /** What the trials are compared by at a rung: the name of a metric. */
  readonly metric: string;
}

/** Environment steps of each rung, the last of which is the whole budget. */
export function rungsOf(
  { grace, reduction }: Pick<Halving, "grace" | "reduction">,
  budget: number,
): number[] {
  const rungs: number[] = [];
  for (let steps = grace; steps < budget; steps *= reduction) rungs.push(steps);
  return [...rungs, budget];
}

/** What a trial came to at each rung, in their order, as far as it was trained: the greater the better, -Infinity where it failed. */
export type Standing = readonly number[];

/** Trials that are to be trained to a rung. */
export interface Promotion {
  readonly rung: number;
  /** In the order in which they were given. */
  readonly trials: readonly number[];
}

/** How {@linkcode nextTrials} chooses. */
export interface HalvingOptions extends Pick<Halving, "reduction"> {
  /** Number of rungs. */
  readonly rungs: number;
  /** Trials that begin together. All by default. */
  readonly together?: number;
}

/**
 * What is to be trained next by successive halving: whoever is among the best `1 / reduction` of those that have come to its
 * rung goes on to the next one, those of the highest rung first; if nobody is, trials begin that have not yet. Where that leaves
 * none to come to the last rung, as they are few, the best goes on. Of equals, the one that was given first is the better one,
 * and one that failed never goes on.
 *
 * Where all trials begin together this is synchronous halving (Jamieson and Talwalkar, 2016), and what comes of it hangs on
 * nothing else; where fewer do, the asynchronous kind (ASHA; Li et al., 2020), by which nobody waits for the slowest.
 *
 * @param standings Of all trials, in the order in which they are to begin.
 * @returns Undefined when all is done.
 */
export function nextTrials(
  standings: readonly Standing[],
  { reduction, rungs, together = Infinity }: HalvingOptions,
): Promotion | undefined {
  const trials = [...standings.keys()];
  /** The best of those that have come to a rung. */
  const best = (rung: number, count: (reached: number) => number) => {
    const reached = trials.filter((trial) => standings[trial]!.length > rung);
    const valueOf = (trial: number) => standings[trial]![rung]!;
    return reached.toSorted((a, b) => valueOf(b) === valueOf(a) ? a - b : valueOf(b) - valueOf(a))
      .slice(0, count(reached.length)).filter((trial) => valueOf(trial) > -Infinity);
  };
  for (let rung = rungs - 2; rung >= 0; rung--) {
    const next = best(rung, (reached) => Math.floor(reached / reduction))
      .filter((trial) => standings[trial]!.length === rung + 1);
    if (next.length > 0) return { rung: rung + 1, trials: next.toSorted((a, b) => a - b) };
  }
  const waiting = trials.filter((trial) => standings[trial]!.length === 0);
  if (waiting.length > 0) return { rung: 0, trials: waiting.slice(0, together) };
  const farthest = Math.max(0, ...standings.map(({ length }) => length));
  if (farthest === rungs) return undefined;
  const last = best(farthest - 1, () => 1);
  return last.length > 0 ? { rung: farthest, trials: last } : undefined;
}

/** A metric that trials are compared by. */
export function halvingMetric({ metric }: Pick<Halving, "metric">): Metric {
  return metricNames[metric as keyof typeof metricNames];
}

/**
 * What a trial came to at a rung: the mean over its runs, the greater the better; undefined where one is not there yet.
 *
 * @param values Of the metric; -Infinity of a run that failed.
 */
export function trialValue(
  values: readonly (number | undefined)[],
  halving: Pick<Halving, "metric">,
): number | undefined {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    sum += value;
  }
  if (sum === -Infinity) return sum;
  const mean = sum / values.length;
  return halvingMetric(halving).mode === "min" ? -mean : mean;
}

/** What was decided of a search. */
export interface Decision {
  readonly standings: readonly Standing[];
  /** What is next, of which some may be there already; undefined when the search is over. */
  readonly next: Promotion | undefined;
}

/**
 * How far a search is by what trials came to, decided anew from its beginning: who comes to a rung hangs on nothing but what
 * trials came to at those below.
 *
 * @param valueOf What a trial came to at a rung, undefined where it is not there yet. It is asked for those alone that go there.
 */
export function decide(
  trials: number,
  options: HalvingOptions,
  valueOf: (trial: number, rung: number) => number | undefined,
): Decision {
  const standings = Array.from({ length: trials }, (): number[] => []);
  for (;;) {
    const next = nextTrials(standings, options);
    if (!next) return { standings, next };
    const values = next.trials.map((trial) => valueOf(trial, next.rung));
    if (values.includes(undefined)) return { standings, next };
    for (const [i, trial] of next.trials.entries()) standings[trial]!.push(values[i]!);
  }
}

/** Trainings from one rung to the next, where all trials begin together and none fails. */
export function expectedTrainings(trials: number, { reduction, rungs }: HalvingOptions): number {
  let [sum, left] = [0, trials];
  for (let rung = 0; rung < rungs; rung++) {
    sum += left;
    left = Math.max(Math.min(1, left), Math.floor(left / reduction));
  }
  return sum;
}
