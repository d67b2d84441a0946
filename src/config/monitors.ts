/** Whether the metrics that a config monitors will be there. @module */
import type * as z from "npm:zod@4.6.7";
import { didYouMean } from "../core/errors.ts";
import { type Metric, metricNames } from "../train/callbacks/metrics.ts";
import { isDeep } from "./agent_config.ts";
import type { RunConfig } from "./run_config.ts";

/** What is monitored, and by which key. */
type Monitoring = Pick<
  RunConfig,
  "agent" | "budget" | "checkpoints" | "earlyStopping" | "evaluation" | "validation"
>;

const metrics: ReadonlyMap<string, Metric> = new Map(Object.entries(metricNames));

/** A metric that is monitored, and whether it is to be small or large: by default, whichever is better. */
export function withMode<T extends { readonly monitor: string; readonly mode?: "min" | "max" }>(
  config: T,
): T & { readonly mode: "min" | "max" } {
  return { ...config, mode: config.mode ?? metrics.get(config.monitor)?.mode ?? "max" };
}

/** Adds an issue for every metric that is monitored and never logged, and for patience that nothing can try. */
export function checkMonitors(config: Monitoring, context: z.core.$RefinementCtx): void {
  for (const key of ["checkpoints", "earlyStopping"] as const) {
    const monitor = config[key]?.monitor;
    if (monitor === undefined) continue;
    const problem = whyNever(monitor, config);
    if (problem) context.addIssue({ code: "custom", path: [key, "monitor"], message: problem });
  }
  const { earlyStopping, evaluation: { every, unit }, budget } = config;
  if (!earlyStopping || !metrics.get(earlyStopping.monitor)?.onlyAtEvaluations) return;
  const bound = unit === "step" ? budget.steps : unit === "episode" ? budget.episodes : undefined;
  if (bound === undefined || every < bound) return;
  const message =
    `evaluations to count in the course of the run: evaluation.every is ${every} and the budget ` +
    `${bound} ${unit}s`;
  context.addIssue({ code: "custom", path: ["earlyStopping", "patience"], message });
}

/** Heads that express every return. */
const unbounded = ["value", "quantile", "implicit"];

/** What an agent that learns nothing does not log. */
const ofLearners = ["learningRate", "loss", "meanQ", "validation/loss"];

/** What is wanted in place of a metric that a config never logs. */
export function whyNever(
  monitor: string,
  { agent, validation }: Pick<Monitoring, "agent" | "validation">,
): string | undefined {
  const names = [...metrics.keys()];
  if (!names.includes(monitor)) return `one of ${names.join(", ")}${didYouMean(monitor, names)}`;
  if (agent.kind === "random" && ofLearners.includes(monitor)) {
    return "another metric: an agent that acts at random has none";
  }
  if (monitor === "returnsOutside" && (!isDeep(agent) || unbounded.includes(agent.head?.kind ?? "value"))) {
    return 'another metric: only an agent.head of kind "categorical" has it';
  }
  if (monitor !== "validation/loss" || validation) return undefined;
  return 'another metric, or the key "validation": without it there are no held-out transitions';
}
