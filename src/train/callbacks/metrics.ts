/** The names of numbers that tell how a run goes. @module */
import type { Evaluation } from "../../core/events.ts";

/** What a metric is. */
export interface Metric {
  /** In a line. */
  readonly meaning: string;
  /** Of its values. */
  readonly unit: string;
}

/** Every metric that a run emits by itself and what it is, in the order of the columns of `metrics.csv`. */
export const metricNames = {
  stepsPerSecond: {
    meaning: "speed since the row before, evaluations left out",
    unit: "environment steps/s",
  },
  epsilon: { meaning: "probability of a random action", unit: "probability" },
  learningRate: { meaning: "step size of the latest update, as its schedule has it", unit: "1" },
  loss: { meaning: "mean loss of the updates since the row before", unit: "loss" },
  meanQ: {
    meaning: "mean Q value of the actions in the batches of the updates since the row before",
    unit: "return",
  },
  return100: { meaning: "mean return of the last 100 episodes of training", unit: "return" },
  evaluationMean: { meaning: "mean return of an evaluation's greedy episodes", unit: "return" },
  evaluationStd: { meaning: "their population standard deviation", unit: "return" },
  evaluationMin: { meaning: "the least of their returns", unit: "return" },
  evaluationMax: { meaning: "the greatest of their returns", unit: "return" },
  winRate: {
    meaning: "share of an evaluation's episodes that were won, where the task can be",
    unit: "share",
  },
  "validation/loss": { meaning: "mean TD loss on held-out transitions", unit: "loss" },
} as const satisfies Readonly<Record<string, Metric>>;

/** A metric that a run emits by itself. */
export type MetricName = keyof typeof metricNames;

/** Metrics by their names; what is not known is absent. */
export type MetricValues = { readonly [name in MetricName]?: number };

/** An evaluation as metrics. */
export function evaluationValues({ mean, std, min, max, winRate }: Evaluation): MetricValues {
  return {
    evaluationMean: mean,
    evaluationStd: std,
    evaluationMin: min,
    evaluationMax: max,
    ...winRate === undefined ? {} : { winRate },
  };
}
