/** The schema of an experiment: which configs it compares, and over which seeds. @module */
import * as z from "npm:zod@4.6.7";
import { choice, flag, integer, largestCount, number, object, someText } from "./fields.ts";
import type { Halving } from "./halving.ts";
import { distinct } from "./values.ts";
import { describeProblems, problemsError } from "./problems.ts";

/** Numbers to draw from, bounds included. */
export interface Range {
  /** Least value. */
  readonly low: number;
  /** Greatest value. */
  readonly high: number;
  /** What is uniform: the value or its logarithm. */
  readonly scale: "linear" | "log";
  /** Whether only whole numbers are drawn. */
  readonly integer: boolean;
}

/** Values by the path of their key, as in `agent.gamma`. */
export type Values = Readonly<Record<string, unknown>>;

/** An experiment as its file says, defaults filled in. What each key means stands in `configs/experiments/schema.json`. */
export interface ExperimentFile {
  /** What is asked. */
  readonly description: string;
  /** Whether agents are trained, or only their exploration is drawn. */
  readonly kind: "training" | "schedule";
  /** Preset or file. */
  readonly base: string;
  /** Values of all configurations. */
  readonly set: Values;
  /** Values to choose from, for each key. */
  readonly vary?: Readonly<Record<string, readonly unknown[] | Range>>;
  /** Every combination, or some at random. */
  readonly search: "grid" | "random";
  /** Combinations drawn at random. */
  readonly samples?: number;
  /** Configurations by name, in place of `vary`. */
  readonly configurations?: readonly { readonly name: string; readonly set: Values }[];
  /** Each configuration is run with each of them. */
  readonly seeds: readonly number[];
  /** Mean return that counts as solved. */
  readonly threshold?: number;
  /** Counts over which a schedule is drawn. */
  readonly counts: number;
  /** Whether all runs have to train together. */
  readonly singlePopulation: boolean;
  /** Successive halving, if not all configurations are to be trained to the end. */
  readonly halving?: Halving;
}

/** The longest path that systems take is longer, and no one's. */
const longestPath = 1000;

const values = z.record(z.string(), z.json(), { error: "an object of values by their keys" });

const list = z.array(z.json(), { error: "a list of values" }).min(1, { error: "at least one value" })
  .refine((entries) => areDistinct(entries), { error: "values that differ" });

const range = object({
  low: number().describe("Least value."),
  high: number().describe("Greatest value."),
  scale: choice(["linear", "log"]).default("linear").describe("What is uniform: the value or its logarithm."),
  integer: flag().default(false).describe("Draw whole numbers only."),
}).superRefine(({ low, high, scale, integer }, context) => {
  const add = (key: string, message: string) => context.addIssue({ code: "custom", path: [key], message });
  if (low >= high) add("high", `a number above low, which is ${low}`);
  if (scale === "log" && low <= 0) add("low", 'a number above 0 for scale "log"');
  if (!integer) return;
  for (const [key, bound] of Object.entries({ low, high })) {
    if (!Number.isSafeInteger(bound)) add(key, "an integer, as integer is true");
  }
}).describe("Numbers to draw from, for a random search.");

const vary = z.record(
  z.string(),
  z.union([list, range], { error: "a list of values, or an object with low and high" }),
  { error: "an object of lists by their keys" },
).refine((entries) => Object.keys(entries).length > 0, { error: "at least one key" });

const configurations = z.array(
  object({
    name: someText("a name").refine((name) => !/\p{Cc}/u.test(name), {
      error: "a name without control characters",
    }).describe("In tables, charts and folders."),
    set: values.default({}).describe("Values of this configuration by their keys."),
  }),
  { error: "a list of configurations" },
).min(1, { error: "at least one configuration" })
  .refine((entries) => areDistinct(entries.map(({ name }) => name)), { error: "names that differ" });

const seeds = z.array(integer(0, largestCount), { error: "a list of seeds" })
  .min(1, { error: "at least one seed" })
  .refine((entries) => areDistinct(entries), { error: "seeds that differ" });

const halving = object({
  reduction: integer(2, 1000).default(3).describe(
    "Of so many configurations that have come to a rung, the best one goes on.",
  ),
  grace: integer(1, largestCount).describe(
    "Environment steps that every configuration is given: the first rung. Each next one is reduction times as far, the last is budget.steps.",
  ),
  metric: someText("the name of a metric").default("evaluationMean").describe(
    "What configurations are compared by at a rung: the latest value of a metric there, as a mean over the seeds.",
  ),
}).describe(
  "Successive halving (Jamieson and Talwalkar, 2016): configurations that are not among the best at a rung are cut there.",
);

/** Keys that say nothing in an experiment of this kind. */
const idle = { training: ["counts"], schedule: ["seeds", "threshold", "halving"] } as const;

const experimentSchema: z.ZodType<ExperimentFile> = object({
  $schema: z.exactOptional(someText("a text")).describe("Where editors find this schema."),
  description: someText("a text").describe("What is asked."),
  kind: choice(["training", "schedule"]).default("training").describe(
    'Whether agents are trained, or, for "schedule", the epsilon of agent.exploration is drawn over counts.',
  ),
  base: someText("a preset or the path of a .json file").max(longestPath, {
    error: `a path of at most ${longestPath} characters`,
  }).describe(
    "The config that all configurations start from: a preset, or a .json file by its path from this one.",
  ),
  set: values.default({}).describe("Values of all configurations by their keys, as in agent.gamma."),
  vary: z.exactOptional(vary).describe("What differs: the values of each key, or a range of them."),
  search: choice(["grid", "random"]).default("grid").describe(
    "Every combination of the values of vary, or as many at random as samples says.",
  ),
  samples: z.exactOptional(integer(1, 10_000)).describe("Configurations of a random search."),
  configurations: z.exactOptional(configurations).describe(
    "Configurations by name, in place of vary: for keys that change together.",
  ),
  seeds: z.exactOptional(seeds).describe(
    "Each configuration is run once with each of them: 0 to 4 by default.",
  ),
  threshold: z.exactOptional(number()).describe(
    "Mean return of an evaluation that counts as solved: by default each configuration's evaluation.threshold, or else that of its environment.",
  ),
  counts: z.exactOptional(integer(1, 1_000_000)).describe(
    'Counts drawn by kind "schedule"; 1000 by default.',
  ),
  singlePopulation: flag().default(false).describe(
    "Refuse an experiment whose runs cannot all train together on the device, as one population.",
  ),
  halving: z.exactOptional(halving),
}).superRefine((file, context) => {
  const add = (path: PropertyKey[], message: string) => context.addIssue({ code: "custom", path, message });
  if ((file.vary === undefined) === (file.configurations === undefined)) {
    add([file.vary ? "configurations" : "vary"], "one of vary and configurations");
  }
  for (const [key, choices] of Object.entries(file.vary ?? {})) {
    if (!Array.isArray(choices) && file.search === "grid") {
      add(["vary", key], 'a list of values: a range needs search "random"');
    }
  }
  const random = file.search === "random";
  if (random && !file.vary) add(["search"], '"grid" beside configurations');
  if (random !== (file.samples !== undefined)) {
    add(
      ["samples"],
      random ? 'a number of configurations for search "random"' : 'none without search "random"',
    );
  }
  if (file.halving && file.singlePopulation) {
    add(["singlePopulation"], "false beside halving, which trains some at a time");
  }
  for (const key of idle[file.kind]) {
    if (file[key] !== undefined) add([key], `none for an experiment of kind "${file.kind}"`);
  }
}).transform(({ $schema: _, seeds = [0, 1, 2, 3, 4], counts = 1000, ...file }) => ({
  ...file,
  seeds,
  counts,
}));

/**
 * Checks an experiment and fills in the defaults; keys of configs and their values are not looked at.
 *
 * @param name What messages call it.
 * @throws {UsageError} With all that is wrong, a line each: path, given value, what was wanted.
 */
export function parseExperiment(given: unknown, name: string): ExperimentFile {
  const result = experimentSchema.safeParse(given);
  if (result.success) return result.data;
  throw problemsError(
    name,
    describeProblems(result.error.issues, { given, schema: experimentJsonSchema() }),
  );
}

/** The JSON schema of experiments as they are written. */
export function experimentJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(experimentSchema, { io: "input" });
  return { $schema, title: "Experiment", ...schema };
}

function areDistinct(entries: readonly unknown[]): boolean {
  return distinct(entries).length === entries.length;
}
