/** What the commands print. @module */
import { isOnDevice, whyOnHost } from "../config/device_loop.ts";
import { leaves, showValue } from "../config/values.ts";
import type { PrintConfig, RunConfig } from "../config/run_config.ts";
import { type AgentConfig, type TrainConfig, warmupOf } from "../config/agent_config.ts";
import { modelOf } from "../config/learner_options.ts";
import { asDqn } from "../config/pqn.ts";
import type { TrainingRun } from "../config/training_run.ts";
import type { Evaluation } from "../core/events.ts";
import { decimal, percent, whole } from "../core/numbers.ts";
import { sizeOf } from "../core/spaces.ts";
import type { KernelTime } from "../gpu/profiler.ts";
import { networkLayout, parameterCount, widthsText } from "../ops/model.ts";
import { fillText } from "../train/callbacks/line_template.ts";
import { evaluateAdvice } from "./resume_advice.ts";
import type { EvaluationSummary, Summary } from "../runs/summary.ts";

/** What is about to run. */
export function describeRun(
  run: TrainingRun,
  { name, folder }: { name: string; folder: string },
): string {
  const { environment: { id, count, wrappers }, seed } = run.config;
  const parts = [
    id,
    ...count > 1 ? [`${count} at once`] : [],
    ...wrappers.map(({ kind }) => kind),
    ...isOnDevice(run.config) ? ["on the device"] : [],
  ];
  const reason = whyOnHost(run.config);
  return columns([
    ["run", `${name}, seed ${seed}`],
    ["environment", parts.join(", ") + (reason === undefined ? "" : `, on the host: ${reason}`)],
    ...describeAgent(run),
    ["until", describeBudget(run.config)],
    ["folder", folder],
  ]);
}

/** Every key of a config that has a value, and that, a line each. */
export function describeParameters(config: RunConfig): string {
  const given = leaves(config).filter(([, value]) => value !== undefined);
  return table(given.map(([path, value]) => [path, showValue(value)]), 2);
}

function describeAgent(run: TrainingRun): (readonly [string, string])[] {
  const { config: { agent, environment }, gpu, spaces: { observationSpace, actionSpace } } = run;
  if (agent.kind === "random") return [["agent", "random legal actions"]];
  if (agent.kind === "tabular") {
    const entries = sizeOf(observationSpace) * actionSpace.n;
    return [[
      "agent",
      `a table of ${sizeOf(observationSpace)} states and ${actionSpace.n} actions, ${whole(entries)} entries`,
    ]];
  }
  const { optimizer, loss, replay, train } = asDqn(agent, environment.count);
  const model = modelOf(agent, { observationSpace, actionSpace });
  const layout = networkLayout(model);
  const network = `${widthsText(layout)}, ${whole(parameterCount(layout))} parameters`;
  const start = [
    ...replay.prefill > 0 ? [`after ${whole(replay.prefill)} steps of random play`] : [],
    ...warmupOf(replay) > 0 ? [`from step ${whole(warmupOf(replay))} on`] : [],
  ];
  return [
    ["network", `${network}, ${optimizer.kind}, ${model.head?.lossName ?? loss.kind} loss`],
    ["device", `${gpu!.kind}: ${gpu!.adapter}, kernel profile ${gpu!.kernelProfile.name}`],
    ["learning", [updateRatio(train), `batch ${replay.batch}`, ...start].join(", ")],
  ];
}

/** How often the agent learns, as planned. */
function updateRatio({ every, unit, updates }: TrainConfig): string {
  const ratio = decimal(updates / every, 3);
  if (unit === "step") return `${ratio} update${ratio === "1" ? "" : "s"} per environment step`;
  return `${updates} update${updates === 1 ? "" : "s"} every ${
    every === 1 ? "episode" : `${every} episodes`
  }`;
}

function describeBudget({ budget, evaluation }: RunConfig): string {
  const bounds = Object.entries(budget).map(([unit, bound]) =>
    `${unit === "seconds" ? decimal(bound) : whole(bound)} ${unit}`
  );
  if (evaluation.threshold !== undefined && evaluation.onSolved === "stop") {
    bounds.push(`an evaluation of ${evaluation.threshold}`);
  }
  return bounds.join(" or ");
}

/** How a run went. */
export function describeEnd(
  summary: Summary,
  { folder, agent }: { readonly folder: string; readonly agent: AgentConfig },
): string {
  const { environmentSteps, updates, episodes, wallSeconds, stopReason, evaluation } = summary;
  const learns = agent.kind !== "random";
  const ratio = decimal(updates / Math.max(1, environmentSteps), 3);
  return columns([
    ["ended", stopReason],
    [
      "trained",
      `${whole(environmentSteps)} steps, ${learns ? `${whole(updates)} updates (${ratio} per step), ` : ""}` +
      `${whole(episodes)} episodes, ${decimal(wallSeconds, 3)} s`,
    ],
    ...updates > 0 || !learns
      ? []
      : [["", "nothing was learned: the run ended before the first update"] as const],
    ["best", evaluation ? describeReturns(evaluation) : "interrupted before it was evaluated"],
    ...summary.test ? [["test", describeReturns(summary.test)] as const] : [],
    ["folder", folder],
    ["evaluate", evaluateAdvice(folder)],
  ]);
}

function describeReturns({ episodes, mean, std, min, max, winRate }: EvaluationSummary): string {
  const wins = winRate === undefined ? "" : `${percent(winRate)} won, `;
  return `${wins}mean return ${decimal(mean)}, std ${decimal(std)}, ${decimal(min)} to ${decimal(max)}, ` +
    `over ${whole(episodes)} greedy episodes`;
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
      decimal(milliseconds),
      decimal(1000 * milliseconds / dispatches, 3),
      percent(milliseconds / total),
    ]),
  ], 1);
}

/** The test phase in the lines that the config prints of training episodes. */
export function describeTestPhase(
  print: readonly PrintConfig[],
  { returns, lengths }: Evaluation,
): string {
  const lines = ["test phase"];
  for (const { every, unit, text } of print) {
    for (let episode = every; unit === "episode" && episode <= returns.length; episode += every) {
      lines.push(fillText(text, { episode, return: returns[episode - 1]!, length: lengths[episode - 1]! }));
    }
  }
  return lines.join("\n");
}

/** Columns as wide as they need be, the first `left` of them flush left. */
export function table(rows: readonly (readonly string[])[], left: number): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => i < left ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ").trimEnd()
  ).join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([label, text]) => `${label.padEnd(13)}${text}`).join("\n");
}
