/** The results of a sweep for a person. @module */
import { sharedThreshold } from "../config/threshold.ts";
import { count, decimal, whole } from "../core/numbers.ts";
import {
  type ConfigurationResult,
  isCut,
  rank,
  type ResultInterval,
  type RunResult,
} from "./sweep_results.ts";
import { table } from "./texts.ts";

/** A column of a table. */
interface Column {
  readonly header: string;
  readonly cells: readonly string[];
}

/** Columns by what they say, in the order in which they stand; without those that would say nothing. */
function columnsOf(
  results: readonly ConfigurationResult[],
  runs: (result: ConfigurationResult) => string,
): Record<string, Column> {
  const thresholds = results.map(({ configuration }) => configuration.threshold);
  const shared = sharedThreshold(thresholds);
  const isSolvable = thresholds.some((threshold) => threshold !== undefined);
  const column = (header: string, cell: (result: ConfigurationResult) => string, isWanted = true) =>
    isWanted ? { [header]: { header, cells: results.map(cell) } } : {};
  const goal = (cell: (result: ConfigurationResult) => string) => (result: ConfigurationResult) =>
    result.configuration.threshold === undefined ? "" : cell(result);
  return {
    ...column("configuration", ({ configuration }) => configuration.name),
    ...column("runs", runs),
    ...column("failed", ({ failed }) => String(failed), results.some(({ failed }) => failed > 0)),
    ...column(
      "threshold",
      goal(({ configuration }) => String(configuration.threshold)),
      isSolvable && shared === undefined,
    ),
    ...column("solved", goal(({ solved }) => `${Math.round(100 * solved)}%`), isSolvable),
    ...column("steps to solve", goal(({ steps: { median } }) => steps(median)), isSolvable),
    ...column("final return", ({ final }) => final ? decimal(final.mean) : ""),
    ...column(
      "95% interval",
      ({ final }) => final?.interval ? between(final.interval) : "",
      results.some(({ final }) => final?.interval),
    ),
    ...column("trained", trained, results.some(isCut)),
  };
}

/** The configurations in the order of the plan, the best one marked. */
export function describeResults(results: readonly ConfigurationResult[]): string {
  const [best] = rank(results);
  const columns = columnsOf(results, ({ runs }) => String(runs.length));
  const mark = results.map((result) => result === best && result.final && results.length > 1 ? "best" : "");
  const threshold = sharedThreshold(results.map(({ configuration }) => configuration.threshold));
  const notes = [
    ...columns["solved"]
      ? [
        `solved: an evaluation reached ${
          threshold ?? "the threshold"
        }; steps are the median, "-" where half of the runs never did`,
      ]
      : [],
    `final return: greedy play of the best checkpoint${
      columns["95% interval"] ? ", inter-quartile mean over the seeds" : ""
    }`,
    ...columns["trained"] ? ["cut: not among the best at those steps, by the value there"] : [],
    ...columns["failed"]
      ? [`failed: could not go on${columns["solved"] ? "; unsolved" : ""}, and in no final return`]
      : [],
  ];
  return [...lines([...Object.values(columns), { header: "", cells: mark }]), ...notes].join("\n");
}

/** Room for a table. */
export interface TableRoom {
  /** Columns of a terminal. */
  readonly width: number;
  /** Lines. */
  readonly height: number;
}

/** Columns of a table that has room for some alone, the ones that matter most first. */
const byWeight = [
  "solved",
  "95% interval",
  "steps to solve",
  "failed",
  "trained",
  "threshold",
] as const;

/**
 * The configurations while a sweep goes on, from best to worst, in what room there is: the worst ones are left out, and columns
 * that matter less.
 *
 * @param seeds Runs that each configuration has in the end.
 */
export function tableSoFar(
  results: readonly ConfigurationResult[],
  { width, height, seeds }: TableRoom & { readonly seeds: number },
): string[] {
  if (results.length === 0 || height < 3) return [];
  const ranked = rank(results);
  const shown = ranked.length < height ? ranked : ranked.slice(0, height - 2);
  const all = columnsOf(shown, ({ runs }) => `${whole(runs.length)}/${whole(seeds)}`);
  const kept = new Set(["configuration", "runs", "final return"]);
  const wide = (names: Iterable<string>) =>
    [...names].reduce((sum, name) => sum + 2 + widthOf(all[name]!), -2);
  if (wide(kept) > width) all["final return"] = { ...all["final return"]!, header: "final" };
  const room = Math.max(1, width - wide(["runs", "final return"]) - 2);
  const [header, ...cells] = [all["configuration"]!.header, ...all["configuration"]!.cells]
    .map((text) => shortened(text, room)) as [string, ...string[]];
  all["configuration"] = { header, cells };
  for (const name of byWeight) if (all[name] && wide([...kept, name]) <= width) kept.add(name);
  const columns = Object.entries(all).flatMap(([name, column]) => kept.has(name) ? [column] : []);
  const more = ranked.length - shown.length;
  const rest = more > 0 ? [`and ${count(more, "configuration")} behind them`] : [];
  return [...lines(columns), ...rest].map((line) => line.slice(0, width));
}

/** What came of a run, in a line. */
export function describeResult(
  { run: { configuration: { name, threshold }, seed }, failed, final, steps, stepsToThreshold, stopReason }:
    RunResult,
): string {
  if (failed) return `${name}, seed ${seed} ${stopReason}`;
  const parts = [
    ...final ? [`final return ${decimal(final.mean)}`] : [],
    ...steps === undefined ? [] : [count(steps, "step")],
    ...threshold === undefined
      ? []
      : [Number.isFinite(stepsToThreshold) ? `solved at ${whole(stepsToThreshold)}` : "not solved"],
  ];
  return `${name}, seed ${seed}: ${parts.join(", ")}`;
}

function lines(columns: readonly Column[]): string[] {
  const rows = columns[0]!.cells.map((_, i) => columns.map(({ cells }) => cells[i]!));
  return table([columns.map(({ header }) => header), ...rows], 1).split("\n");
}

function widthOf({ header, cells }: Column): number {
  return Math.max(...[header, ...cells].map(({ length }) => length));
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** As in `to the end` or `cut at 3,000: 34.2`. */
function trained({ rung }: ConfigurationResult): string {
  if (!rung) return "";
  if (rung.isLast) return "to the end";
  return `cut at ${whole(rung.steps)}: ${Number.isFinite(rung.value) ? decimal(rung.value) : "failed"}`;
}

/** An interval in words. */
export function between({ low, high }: ResultInterval): string {
  return `${decimal(low)} to ${decimal(high)}`;
}

function steps(value: number): string {
  return Number.isFinite(value) ? whole(Math.round(value)) : "-";
}
