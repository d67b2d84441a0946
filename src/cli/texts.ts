/** What the commands print. @module */
import type { TrainingRun } from "../config/build.ts";
import type { RunConfig } from "../config/run_config.ts";
import type { Evaluation } from "../core/events.ts";
import type { KernelTime } from "../gpu/profiler.ts";
import type { Summary } from "./run_folder.ts";

/** What is about to run. */
export function describeRun(
  { agent, config, gpu }: TrainingRun,
  { name, folder }: { name: string; folder: string },
): string {
  const { environment, agent: { optimizer, loss, replay }, seed } = config;
  const { sizes } = agent.learner.options;
  const parameters = sizes.slice(1).reduce((sum, outputs, i) => sum + (sizes[i]! + 1) * outputs, 0);
  return columns([
    ["run", `${name}, seed ${seed}`],
    ["environment", `${environment.id}${environment.count > 1 ? `, ${environment.count} at once` : ""}`],
    ["network", `${sizes.join("-")}, ${whole(parameters)} parameters, ${optimizer.kind}, ${loss.kind} loss`],
    ["adapter", `${gpu.adapter}, kernel profile ${gpu.kernelProfile.name}`],
    ["learning", `${updateRatio(config)}, batch ${replay.batch}, from step ${whole(replay.warmup)} on`],
    ["until", describeBudget(config)],
    ["folder", folder],
  ]);
}

/** How often the agent learns, as planned. */
function updateRatio({ agent: { train: { every, unit, updates } } }: RunConfig): string {
  const ratio = Number((updates / every).toPrecision(3));
  if (unit === "step") return `${ratio} update${ratio === 1 ? "" : "s"} per environment step`;
  return `${updates} update${updates === 1 ? "" : "s"} every ${
    every === 1 ? "episode" : `${every} episodes`
  }`;
}

function describeBudget({ budget, evaluation }: RunConfig): string {
  const bounds = Object.entries(budget).map(([unit, bound]) => `${whole(bound)} ${unit}`);
  if (evaluation.threshold !== undefined) bounds.push(`an evaluation of ${evaluation.threshold}`);
  return bounds.join(" or ");
}

/** How a run went. */
export function describeEnd(summary: Summary, folder: string): string {
  const { environmentSteps, updates, episodes, wallSeconds, stopReason, evaluation } = summary;
  const ratio = Number((updates / Math.max(1, environmentSteps)).toPrecision(3));
  return columns([
    ["ended", stopReason],
    [
      "trained",
      `${whole(environmentSteps)} steps, ${whole(updates)} updates (${ratio} per step), ` +
      `${whole(episodes)} episodes, ${wallSeconds.toFixed(1)} s`,
    ],
    ...updates > 0 ? [] : [["", "nothing was learned: the run ended before the first update"] as const],
    ["best", evaluation ? describeReturns(evaluation) : "interrupted before it was evaluated"],
    ["folder", folder],
    ["evaluate", `deno task eval ${/[^\w./-]/.test(folder) ? JSON.stringify(folder) : folder}`],
  ]);
}

function describeReturns({ episodes, mean, std, min, max }: NonNullable<Summary["evaluation"]>): string {
  return `mean return ${decimal(mean)}, std ${decimal(std)}, ${decimal(min)} to ${decimal(max)}, ` +
    `over ${whole(episodes)} greedy episodes`;
}

/** What {@linkcode evaluationTable} shows of a run. */
export interface EvaluatedRun extends Pick<Evaluation, "episodes" | "mean" | "std" | "min" | "max"> {
  readonly run: string;
  readonly environment: string;
}

/** A row a run. */
export function evaluationTable(runs: readonly EvaluatedRun[]): string {
  const header = ["run", "environment", "episodes", "mean", "std", "min", "max"];
  return table([
    header,
    ...runs.map((
      { run, environment, episodes, mean, std, min, max },
    ) => [run, environment, whole(episodes), decimal(mean), decimal(std), decimal(min), decimal(max)]),
  ], 2);
}

/** The time that each kernel took, as far as it was timed. */
export function kernelTable(times: readonly KernelTime[], untimed: number): string {
  const total = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const timed = times.reduce((sum, { dispatches }) => sum + dispatches, 0);
  const share = `${whole(timed)} of ${whole(timed + untimed)} dispatches were timed\n`;
  return share + table([
    ["kernel", "timed", "ms", "us each", "share"],
    ...times.map(({ kernel, dispatches, milliseconds }) => [
      kernel,
      whole(dispatches),
      milliseconds.toFixed(1),
      (1000 * milliseconds / dispatches).toFixed(1),
      `${(100 * milliseconds / total).toFixed(1)}%`,
    ]),
  ], 1);
}

/** Columns as wide as they need be, the first `left` of them flush left. */
function table(rows: readonly (readonly string[])[], left: number): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => i < left ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ").trimEnd()
  ).join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([label, text]) => `${label.padEnd(13)}${text}`).join("\n");
}

function whole(value: number): string {
  return value.toLocaleString("en");
}

function decimal(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
