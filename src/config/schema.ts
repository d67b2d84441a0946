/** The schema of a run config: what every key means, its range and its default. @module */
import * as z from "npm:zod@4.6.7";
import { scheduleUnits } from "../core/schedule.ts";
import { withoutAlias } from "../envs/environment_registry.ts";
import { deviceChoices } from "../gpu/choice.ts";
import { kernelProfileNames } from "../gpu/profiles.ts";
import { agentSchema } from "./agent_schema.ts";
import { environmentSchema } from "./environment_schema.ts";
import {
  choice,
  flag,
  integer,
  interval,
  kinds,
  largestCount,
  number,
  object,
  text,
  word,
} from "./fields.ts";
import { firstUpdate } from "../train/update_rule.ts";
import { checkMonitors } from "./monitors.ts";
import { normalizationProblems } from "./normalization.ts";
import { rolloutRows } from "./pqn.ts";
import { deepest, describeProblems, isTooDeep, problemsError } from "./problems.ts";
import type { RunConfig } from "./run_config.ts";
import { hasNoise, trainRuleOf } from "./agent_config.ts";

const someBound = "an object with steps, episodes or seconds";

const budget = object({
  steps: z.exactOptional(integer(1, largestCount)).describe("Environment steps."),
  episodes: z.exactOptional(integer(1, largestCount)).describe("Ended episodes."),
  seconds: z.exactOptional(number({ above: 0 })).describe("Wall time."),
}, someBound).refine((bounds) => Object.keys(bounds).length > 0, { error: someBound });

const episodes = (count: number) => integer(1, 1_000_000).default(count).describe("Episodes played.");

const evaluation = object({
  ...interval(5000),
  episodes: episodes(20),
  noise: flag().default(false).describe(
    "Whether noisy layers draw noise in evaluations too, as they do in training; all else is greedy.",
  ),
  threshold: z.exactOptional(number()).describe(
    "Mean return of an evaluation that counts as solved, at which the run ends; none by default.",
  ),
  onSolved: choice(["stop", "keep"]).default("stop").describe(
    "Whether a run ends at the threshold, or goes on until its budget is spent.",
  ),
  environment: object({
    options: z.exactOptional(environmentSchema.shape.options.unwrap()).describe("Options that differ."),
    maxEpisodeSteps: environmentSchema.shape.maxEpisodeSteps,
  }).prefault({}).describe("Where the environment of evaluations differs from that of training."),
  final: object({ episodes: episodes(100) }).prefault({}).describe(
    "Evaluation of the best checkpoint at the end of the run, on start states that were never used to choose it.",
  ),
});

const validation = object({
  transitions: integer(1, 100_000).default(256).describe("Transitions of random play."),
});

const states = object({
  every: integer(1, largestCount).default(5).describe("How many counts of `unit` lie between."),
  unit: choice([...scheduleUnits, "minute"]).default("minute").describe(
    "What `every` counts: environment steps, updates, ended episodes, or minutes of wall time.",
  ),
  keep: integer(1, 1000).default(2).describe("How many of the latest states stay."),
});

const checkpoints = object({
  monitor: text("the name of a metric").default("evaluationMean").describe("The metric that is compared."),
  mode: z.exactOptional(choice(["min", "max"])).describe(
    "Whether it is to be small or large: by default, whichever is better of this metric.",
  ),
  topK: integer(1, 1000).default(1).describe("Checkpoints kept: the best one, and those next to it."),
  state: states.prefault({}).describe(
    "When the full state of the run is kept, besides at its end: all that it needs to go on, bit for bit, replay memory included.",
  ),
});

const onDivergence = kinds([
  object({ kind: word("stop") }).describe("The run fails; what it has written so far stays."),
  object({
    kind: word("rollback"),
    times: integer(1, 1000).default(3).describe("How often, before the run fails after all."),
  }).describe(
    "The run goes back to its latest state (see checkpoints.state), each time with half the learning rate it had.",
  ),
]);

const earlyStopping = object({
  monitor: text("the name of a metric").default("evaluationMean").describe("The metric that is watched."),
  mode: z.exactOptional(choice(["min", "max"])).describe(
    "Whether it is to be small or large: by default, whichever is better of this metric.",
  ),
  patience: integer(1, 1_000_000).default(3).describe("Times it may be logged without improving."),
  minDelta: number({ atLeast: 0 }).default(0).describe("Changes up to this are no improvement."),
  stoppingThreshold: z.exactOptional(number()).describe(
    "Value that is good enough to end the run at once.",
  ),
  verbose: flag().default(false).describe("Tell each improvement."),
});

const log = object({
  ...interval(500),
  tensorBoard: flag().default(true).describe(
    "Write TensorBoard event files into the folder `tensorboard`; of many episodes, all of the first 5,000, then every " +
      "10th, and from 50,000 on every 100th.",
  ),
  updates: flag().default(false).describe(
    "Write `updates.csv`: the loss and the mean Q value of every update.",
  ),
  jsonLines: flag().default(false).describe("Write `metrics.jsonl` beside `metrics.csv`."),
  pictures: flag().default(true).describe("Draw charts of the run into the folder `pictures`."),
  animation: flag().default(true).describe("Write `episode.gif`, an episode of the best checkpoint."),
  print: z.array(
    object({
      every: integer(1, largestCount).default(1).describe("Counts of `unit` from one line to the next."),
      unit: choice(["episode", "evaluation"]).default("episode").describe("What `every` counts."),
      text: text().describe("The line, with placeholders such as {episode}, {return}, {length} and {loss}."),
    }),
    { error: "a list of lines" },
  ).default([]).describe("Lines printed in the course of training."),
  chart: choice(["none", "length", "return"]).default("none").describe(
    "A chart of the episodes in the terminal, in place of the progress bar.",
  ),
});

/** The schema of a run config. The message of every issue is what was wanted. */
const runConfigSchema: z.ZodType<RunConfig> = object({
  $schema: z.exactOptional(text()).describe("Where editors find this schema."),
  formatVersion: z.exactOptional(z.literal(1, { error: "1" })).describe(
    "Version of the keys, as a run writes it.",
  ),
  preset: z.exactOptional(text()).describe(
    "Name of the preset or file that a run is of, as the run writes it.",
  ),
  description: z.exactOptional(text()).describe("What the run is, and where its values come from."),
  environment: environmentSchema.describe("What is learned."),
  agent: agentSchema.prefault({}),
  budget: budget.describe("When the run ends: the bound that is reached first. At least one."),
  seed: integer(0, largestCount).default(0).describe(
    "Fixes everything random: equal seeds give equal runs on the same adapter.",
  ),
  loop: choice(["auto", "host", "device"]).default("auto").describe(
    "Where the environment lives: on the host; on the device, the whole loop with it; or on the device where it can.",
  ),
  evaluation: evaluation.prefault({}).describe(
    "Greedy evaluation in the course of training; it chooses the best checkpoint.",
  ),
  validation: z.exactOptional(validation).describe(
    "Held-out transitions of random play, whose loss is the metric validation/loss.",
  ),
  test: z.exactOptional(object({ episodes: episodes(10) })).describe(
    "A phase of greedy episodes with the best checkpoint after training.",
  ),
  checkpoints: checkpoints.prefault({}).describe(
    "What makes a checkpoint the best, and when the whole run is saved.",
  ),
  onDivergence: onDivergence.default({ kind: "stop" }).describe(
    "What happens when a loss, or a number of the environment's, is no longer finite.",
  ),
  earlyStopping: z.exactOptional(earlyStopping).describe("Ends the run when a metric no longer improves."),
  log: log.prefault({}).describe("What the run writes and prints; a row of metrics every so often."),
  device: choice(deviceChoices).default("auto").describe(
    "Where the kernels run: `webgpu` takes any adapter, a software one too; `wasm` compiles them to WebAssembly with " +
      "SIMD; `auto` takes a GPU where WebGPU has one, else `wasm`.",
  ),
  kernelProfile: choice(kernelProfileNames).default("auto").describe(
    "Tile and workgroup choices of the kernels; `auto` takes those of the kind of device.",
  ),
}).superRefine(({ agent, evaluation, log }, context) => {
  if (agent.kind !== "random") return;
  for (const [key, { unit }] of Object.entries({ evaluation, log })) {
    if (unit !== "update") continue;
    const message = '"step" or "episode": an agent that acts at random makes no updates';
    context.addIssue({ code: "custom", path: [key, "unit"], message });
  }
}).superRefine(({ agent, evaluation }, context) => {
  if (!evaluation.noise || hasNoise(agent)) return;
  const message = "false: no layer of the agent is noisy";
  context.addIssue({ code: "custom", path: ["evaluation", "noise"], message });
}).superRefine(({ environment, agent, budget }, context) => {
  if (agent.kind !== "pqn") return;
  const { count } = environment;
  const rows = rolloutRows(agent, count);
  if (rows % agent.minibatches !== 0) {
    const message = `a divisor of ${rows}, the transitions of a rollout by environment.count of ${count}`;
    context.addIssue({ code: "custom", path: ["agent", "minibatches"], message });
  }
  if (rows > Math.ceil((budget.steps ?? Infinity) / count) * count) {
    const message = `at least ${rows}, the transitions of a rollout: nothing would be learned`;
    context.addIssue({ code: "custom", path: ["budget", "steps"], message });
  }
}).superRefine(({ environment, agent, budget }, context) => {
  if (agent.kind !== "dqn") return;
  const { replay } = agent;
  if (environment.count > replay.capacity) {
    const message = `at most agent.replay.capacity, which is ${replay.capacity}`;
    context.addIssue({ code: "custom", path: ["environment", "count"], message });
  }
  const { count } = environment;
  if (agent.steps > 1 && agent.steps * count > replay.capacity) {
    const message =
      `at most ${Math.floor(replay.capacity / count)}, the steps of ${count} environments that ` +
      `agent.replay.capacity of ${replay.capacity} holds`;
    context.addIssue({ code: "custom", path: ["agent", "steps"], message });
  }
  const rule = trainRuleOf(agent);
  const first = firstUpdate(rule, count);
  if (first > Math.ceil((budget.steps ?? Infinity) / count) * count) {
    const message =
      `at least ${first}, where agent.replay.warmup of ${rule.warmup} and agent.train allow the ` +
      "first update: nothing would be learned";
    context.addIssue({ code: "custom", path: ["budget", "steps"], message });
  }
}).superRefine((config, context) => {
  for (const problem of normalizationProblems(config)) context.addIssue({ code: "custom", ...problem });
}).superRefine(checkMonitors).transform(({ $schema: _, formatVersion: __, preset: ___, ...config }) => ({
  ...config,
  environment: withoutAlias(config.environment),
}));

/**
 * Checks a run config and fills in the defaults.
 *
 * @param name What messages call it.
 * @throws {UsageError} With all that is wrong, a line each: path, given value, what was wanted.
 */
export function parseConfig(given: unknown, name = "the run config"): RunConfig {
  if (isTooDeep(given)) {
    throw problemsError(name, [`config: values nested too deeply, wanted at most ${deepest} levels`]);
  }
  const result = runConfigSchema.safeParse(given);
  if (result.success) return result.data;
  throw problemsError(name, describeProblems(result.error.issues, { given, schema: jsonSchema() }));
}

/** The JSON schema of run configs as they are written; one object for all who ask. */
export function jsonSchema(): Readonly<Record<string, unknown>> {
  if (!madeSchema) {
    const { $schema, ...schema } = z.toJSONSchema(runConfigSchema, { io: "input" });
    madeSchema = { $schema, title: "Run config", ...schema };
  }
  return madeSchema;
}

/** It takes milliseconds to make, and a sweep may have thousands of configs to tell of. */
let madeSchema: Readonly<Record<string, unknown>> | undefined;
