/** What charts can show. @module */
import { metricNames } from "../../../train/callbacks/metrics.ts";
import type { CurveName, RunInfo } from "../protocol.ts";

/** Something that charts can show. */
export interface MetricChoice extends Pick<CurveName, "log"> {
  /** Of the column. */
  readonly y: string;
  readonly label: string;
  readonly meaning: string;
  /** Columns that it can be shown over, the usual one first. */
  readonly over: readonly string[];
  /** Whether its points are few and stand alone. */
  readonly isSparse: boolean;
}

const metric = { log: "metrics", over: ["step", "episode", "update", "seconds"] } as const;
const episode = { log: "episodes", over: ["episode", "step", "seconds"], isSparse: false } as const;
const update = { log: "updates", over: ["update"], isSparse: false } as const;

/** What every run may have. */
const common: readonly MetricChoice[] = [
  ...Object.entries(metricNames).map(([y, { meaning, onlyAtEvaluations }]) => ({
    ...metric,
    y,
    label: y,
    meaning,
    isSparse: onlyAtEvaluations,
  })),
  { ...episode, y: "return", label: "return", meaning: "sum of rewards of each training episode" },
  { ...episode, y: "length", label: "length", meaning: "steps of each training episode" },
  { ...update, y: "loss", label: "loss of each update", meaning: "with log.updates" },
  { ...update, y: "meanQ", label: "meanQ of each update", meaning: "with log.updates" },
];

/** What charts can show of these runs, with metrics of their own. */
export function metricChoices(runs: Iterable<RunInfo>): readonly MetricChoice[] {
  const own = new Set([...runs].flatMap(({ metrics }) => metrics));
  const more = [...own].map((y) => ({
    ...metric,
    y,
    label: y,
    meaning: "a metric of one's own",
    isSparse: false,
  }));
  return [...common, ...more];
}

/** What the page of a run shows, the most telling first; what is not among these comes behind. */
const order = [
  "evaluationMean",
  "return100",
  "return",
  "length",
  "loss",
  "meanQ",
  "validation/loss",
  "winRate",
];

/** The evaluations of a run are one chart: their mean, amid the least and the greatest return. */
const spread: readonly string[] = ["evaluationStd", "evaluationMin", "evaluationMax"];

/** What the page of a run shows of its own. */
export function chartsOf(run: RunInfo): readonly MetricChoice[] {
  const rank = ({ y }: MetricChoice) => order.includes(y) ? order.indexOf(y) : order.length;
  return metricChoices([run]).filter(({ y }) => !spread.includes(y)).sort((a, b) => rank(a) - rank(b));
}

/** What is shown at first. */
export const firstMetric: MetricChoice = common.find(({ y }) => y === "return100")!;

/** What stands for a choice in a list. */
export function metricId({ log, y }: Pick<CurveName, "log" | "y">): string {
  return `${log}:${y}`;
}

/** The curves that a chart of the page of a run is made of: its values, and the least and the greatest where it has them. */
export function namesOf({ log, y, over: [x] }: MetricChoice): CurveName[] {
  const columns = y === "evaluationMean" ? [y, "evaluationMin", "evaluationMax"] : [y];
  return columns.map((column) => ({ log, x: x!, y: column }));
}
