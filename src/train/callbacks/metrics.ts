/** The names of numbers that tell how a run goes. @module */
import type { Evaluation } from "../../core/events.ts";

/** What a metric is. */
export interface Metric {
  /** In a line. */
  readonly meaning: string;
  /** Of its values. */
  readonly unit: string;
  /** Whether its smaller or its greater values are better; of what decays by a schedule, the later ones. */
  readonly mode: "min" | "max";
  /** Whether it is logged with evaluations alone, and never without one. */
  readonly onlyAtEvaluations: boolean;
}

const inTraining = { onlyAtEvaluations: false };
const atEvaluations = { onlyAtEvaluations: true };

/** Every metric that a run emits by itself and what it is, in the order of the columns of `metrics.csv`. */
export const metricNames = {
  stepsPerSecond: {
    meaning: "speed since the row before, evaluations left out",
    unit: "environment steps/s",
    mode: "max",
    ...inTraining,
  },
  epsilon: { meaning: "probability of a random action", unit: "probability", mode: "min", ...inTraining },
  learningRate: {
    meaning: "step size, as its schedule has it: of the latest update, or of the next one for a table",
    unit: "1",
    mode: "min",
    ...inTraining,
  },
  loss: {
    meaning: "mean loss of the updates since the row before",
    unit: "loss",
    mode: "min",
    ...inTraining,
  },
  meanQ: {
    meaning: "mean Q value of the actions in the batches of the updates since the row before",
    unit: "return",
    mode: "max",
    ...inTraining,
  },
  returnsOutside: {
    meaning:
      "of a categorical head, returns outside [vMin, vMax] an update, a mean over those since the row before",
    unit: "returns",
    mode: "min",
    ...inTraining,
  },
  return100: {
    meaning: "mean return of the last 100 episodes of training",
    unit: "return",
    mode: "max",
    ...inTraining,
  },
  evaluationMean: {
    meaning: "mean return of an evaluation's greedy episodes",
    unit: "return",
    mode: "max",
    ...atEvaluations,
  },
  evaluationStd: {
    meaning: "their population standard deviation",
    unit: "return",
    mode: "min",
    ...atEvaluations,
  },
  evaluationMin: { meaning: "the least of their returns", unit: "return", mode: "max", ...atEvaluations },
  evaluationMax: { meaning: "the greatest of their returns", unit: "return", mode: "max", ...atEvaluations },
  winRate: {
    meaning: "share of an evaluation's episodes that were won, where the task can be",
    unit: "share",
    mode: "max",
    ...atEvaluations,
  },
  "validation/loss": {
    meaning: "mean TD loss on held-out transitions",
    unit: "loss",
    mode: "min",
    ...atEvaluations,
  },
} as const satisfies Readonly<Record<string, Metric>>;

/** A metric that a run emits by itself. */
export type MetricName = keyof typeof metricNames;

/** The metrics that only evaluations log. */
export const evaluationMetrics: readonly string[] = Object.entries<Metric>(metricNames)
  .filter(([, { onlyAtEvaluations }]) => onlyAtEvaluations).map(([name]) => name);

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
