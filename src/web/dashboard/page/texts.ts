/** What the page says. @module */
import type { RunStatus } from "../protocol.ts";

/** The texts, by where they stand. */
export const texts = {
  connecting: "connecting …",
  lost: "The server does not answer. Trying again …",
  search: "Find runs",
  noRuns: "No runs yet: what deno task train leaves here shows up by itself.",
  noneFound: "No run fits.",
  chooseRuns: "Choose runs in the list to see their curves.",
  noData: "No values of this metric yet.",
  more: (count: number) => `${count} more: find them by name`,
  inChart: (name: string) => `Show the curve of ${name}`,
  done: "share of the budget that is used",
  chosen: (count: number, all: number) => `${count} of ${all} in the chart`,
  all: "all",
  none: "none",
  metric: "Metric",
  over: "over",
  smoothing: "Smoothing",
  logarithmic: "logarithmic",
  each: "every run",
  together: "seeds together",
  seedsAre: "Curves of runs that differ by their seed alone",
  wholeRange: "Show all",
  zoomHint: "Drag over the chart to look closer.",
  compared: "Runs compared",
  whatDiffers: "What differs in their configs stands behind the results.",
  run: "run",
  configuration: "configuration",
  status: "status",
  latest: "latest",
  best: "best",
  final: "final",
  steps: "steps",
  back: "All runs",
  environment: "environment",
  algorithm: "algorithm",
  seed: "seed",
  episodes: "episodes",
  updates: "updates",
  time: "time of training",
  changed: "last written",
  bestEvaluation: "best evaluation",
  finalEvaluation: "final evaluation",
  download: "Download",
  bestCheckpoint: "best checkpoint",
  lastCheckpoint: "latest checkpoint",
  play: "Play the agent in a page",
  curves: "Curves",
  pictures: "Pictures",
  animation: "The best checkpoint plays",
  showAnimation: "Show how it moves",
  config: "Config",
  gone: "This run is no longer there.",
} as const;

/** How a run is, in a word. */
export const statusTexts: Readonly<Record<RunStatus, string>> = {
  running: "running",
  finished: "finished",
  interrupted: "interrupted",
  failed: "failed",
  unfinished: "unfinished",
};

/** As in `3 runs`. */
export function countOf(count: number, one: string): string {
  return `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
}

/** As in `5 min ago`. */
export function ago(time: number, now = Date.now()): string {
  const seconds = Math.max(0, (now - time) / 1000);
  const units = [["day", 86_400], ["hour", 3600], ["minute", 60]] as const;
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? ["second", 1];
  if (unit === "second" && seconds < 10) return "now";
  const format = new Intl.RelativeTimeFormat("en", { style: "narrow" });
  return format.format(-Math.floor(seconds / size), unit);
}

/** As in `1 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toPrecision(2))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
