/** Whether the metrics that a config watches will be there. @module */
import type * as z from "npm:zod@4.6.7";
import { didYouMean } from "../core/errors.ts";
import { metricNames } from "../train/callbacks/metrics.ts";
import type { RunConfig } from "./run_config.ts";

/** What is watched, and by which key. */
type Watched = Pick<RunConfig, "budget" | "checkpoints" | "earlyStopping" | "evaluation" | "validation">;

const names: readonly string[] = Object.keys(metricNames);

/** Names of metrics that only evaluations give. */
const ofEvaluations: readonly string[] = names.filter((name) =>
  name.startsWith("evaluation") || name === "winRate" || name === "validation/loss"
);

/** Adds an issue for every metric that is watched and never logged, and for patience that nothing can try. */
export function checkMetrics(config: Watched, context: z.core.$RefinementCtx): void {
  for (const key of ["checkpoints", "earlyStopping"] as const) {
    const monitor = config[key]?.monitor;
    if (monitor === undefined) continue;
    const problem = whyNever(monitor, config);
    if (problem) context.addIssue({ code: "custom", path: [key, "monitor"], message: problem });
  }
  const { earlyStopping, evaluation: { every, unit }, budget } = config;
  if (!earlyStopping || !ofEvaluations.includes(earlyStopping.monitor)) return;
  const bound = unit === "step" ? budget.steps : unit === "episode" ? budget.episodes : undefined;
  if (bound === undefined || every < bound) return;
  const message =
    `evaluations to count in the course of the run: evaluation.every is ${every} and the budget ` +
    `${bound} ${unit}s`;
  context.addIssue({ code: "custom", path: ["earlyStopping", "patience"], message });
}

function whyNever(monitor: string, { validation }: Watched): string | undefined {
  if (!names.includes(monitor)) return `one of ${names.join(", ")}${didYouMean(monitor, names)}`;
  if (monitor !== "validation/loss" || validation) return undefined;
  return 'another metric, or the key "validation": without it there are no held-out transitions';
}
