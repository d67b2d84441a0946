/**
 * Experiments: a base config, what varies, and the seeds of each configuration. Everything is checked before anything
 * runs.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { didYouMean, excerpt, UsageError } from "../core/errors.ts";
import { whole } from "../core/numbers.ts";
import { type Configuration, createConfigurations, onlyConfiguration } from "./configurations.ts";
import { whyNotOnDevice } from "./device_loop.ts";
import type { Halving } from "./halving.ts";
import { whyNever } from "./monitors.ts";
import { countSettings } from "./expansion.ts";
import { type ExperimentFile, parseExperiment } from "./experiment_schema.ts";
import { parseJson } from "../format/json_text.ts";
import { readUntrustedText } from "../format/untrusted_file.ts";
import { type LoadedConfig, namesIn, readConfig } from "./load.ts";
import { isRecord } from "./values.ts";
import { readAssignment } from "./overrides.ts";
import { assertOneShape } from "./population_shape.ts";
import { problemsError } from "./problems.ts";
import { environmentSpaces } from "./environment_spaces.ts";

/** An experiment, ready to run. */
export interface Experiment extends
  Pick<
    ExperimentFile,
    "description" | "kind" | "base" | "seeds" | "counts" | "singlePopulation" | "halving"
  > {
  /** Of the file, without folder and extension. */
  readonly name: string;
  /** Paths of the keys that differ between configurations. */
  readonly keys: readonly string[];
  /** Paths of the keys that the experiment sets, `keys` included. */
  readonly given: readonly string[];
  /** In the order in which they are tried and shown. */
  readonly configurations: readonly Configuration[];
}

/** What replaces an experiment's own. */
export interface LoadExperimentOptions {
  /** The file's by default. */
  readonly seeds?: readonly number[];
  /** The file's by default. */
  readonly singlePopulation?: boolean;
  /** Values of all configurations beside the file's, as in `agent.gamma=0.9`. None by default. */
  readonly set?: readonly string[];
}

const folder = new URL("../../configs/experiments/", import.meta.url);

/** Names of the experiments in `configs/experiments`, in alphabetical order; none where they cannot be listed. */
export function experimentNames(): string[] {
  return namesIn(folder);
}

/**
 * The experiment that `reference` names: a name from `configs/experiments`, or else the path of a JSON file.
 *
 * @throws {UsageError} When there is none; with all that is wrong in it, or in a config that it makes.
 */
export async function loadExperiment(
  reference: string,
  { set = [], ...options }: LoadExperimentOptions = {},
): Promise<Experiment> {
  const isFile = reference.endsWith(".json");
  const path = isFile ? reference : pathOf(reference);
  const place = isFile ? reference : `experiment "${reference}"`;
  const written = parseJson(await readUntrustedText(path), place);
  const asked = parseExperiment(isRecord(written) ? { ...written, ...options } : written, place);
  const file = { ...asked, set: withAssignments(asked, set) };
  checkSize(file, place);
  const base = await readConfig(file.base.endsWith(".json") ? resolve(dirname(path), file.base) : file.base);
  const configurations = createConfigurations(file, { base, place });
  checkThresholds(configurations, place);
  if (file.singlePopulation) checkPopulation(configurations, place);
  if (file.halving) checkHalving(file.halving, { configurations, place });
  const keys = [...new Set(configurations.flatMap(({ values }) => Object.keys(values)))];
  return {
    name: path.replace(/^.*[/\\]/, "").slice(0, -".json".length),
    description: file.description,
    kind: file.kind,
    base: file.base,
    keys,
    given: [...new Set([...Object.keys(file.set), ...keys])],
    seeds: file.seeds,
    counts: file.counts,
    singlePopulation: file.singlePopulation,
    ...file.halving ? { halving: file.halving } : {},
    configurations,
  };
}

/** @throws {UsageError} When rungs cannot be had: budgets that differ or are not of steps, or a metric that nobody logs. */
function checkHalving(
  { grace, metric }: Halving,
  { configurations, place }: { readonly configurations: readonly Configuration[]; readonly place: string },
): void {
  const [{ config: { budget: { steps } } }] = configurations as [Configuration];
  const problems = configurations.flatMap(({ config }) => {
    const { budget } = config;
    const others = Object.keys(budget).filter((unit) => unit !== "steps");
    const never = whyNever(metric, config);
    return [
      ...others.map((unit) => `halving, but budget.${unit} is set: wanted budget.steps alone`),
      ...budget.steps === steps ? [] : ["halving, but budget.steps varies: wanted one for all"],
      ...never === undefined ? [] : [`halving.metric: ${JSON.stringify(metric)}, wanted ${never}`],
    ];
  });
  if (steps !== undefined && grace >= steps) {
    problems.push(`halving.grace: ${grace}, wanted less than budget.steps, which is ${steps}`);
  }
  if (problems.length > 0) throw problemsError(place, [...new Set(problems)]);
}

/**
 * One configuration with several seeds, as an experiment.
 *
 * @param given Paths of the keys that were set beside the preset or file.
 * @throws {UsageError} When its environments cannot be made, or do not fit the agent.
 */
export function seedExperiment(
  { name, config }: LoadedConfig,
  { seeds, given, singlePopulation }: {
    readonly seeds: readonly number[];
    readonly given: readonly string[];
    readonly singlePopulation: boolean;
  },
): Experiment {
  environmentSpaces(config);
  const configuration = onlyConfiguration(name, { ...config, seed: 0 });
  if (singlePopulation) checkPopulation([configuration], name);
  return {
    name,
    description: config.description ?? name,
    kind: "training",
    base: name,
    keys: [],
    given,
    seeds,
    counts: 0,
    singlePopulation,
    configurations: [configuration],
  };
}

/** @throws {UsageError} When the runs cannot train together, with the keys that prevent it. */
function checkPopulation(configurations: readonly Configuration[], place: string): void {
  const configs = configurations.map(({ config }) => config);
  const problems = configs.flatMap((config) => {
    const reason = config.loop === "host"
      ? 'loop is "host", wanted "auto" or "device"'
      : whyNotOnDevice(config);
    return reason === undefined ? [] : [`singlePopulation: true, but ${reason}`];
  });
  if (problems.length > 0) throw problemsError(place, [...new Set(problems)]);
  assertOneShape(configs);
}

function pathOf(name: string): string {
  const known = experimentNames();
  if (known.includes(name)) return fileURLToPath(new URL(`${name}.json`, folder));
  const hint = didYouMean(name, known);
  throw new UsageError(
    `Cannot find experiment "${excerpt(name)}", wanted one of ${
      known.join(", ")
    }, or the path of a .json file${hint}`,
  );
}

/**
 * The values of all configurations, those of the command line last.
 *
 * @throws {UsageError} For what is no assignment, and for a key that configurations set themselves, which would win.
 */
function withAssignments(
  { set, vary, configurations }: ExperimentFile,
  assignments: readonly string[],
): ExperimentFile["set"] {
  const own = [...Object.keys(vary ?? {}), ...(configurations ?? []).flatMap((one) => Object.keys(one.set))];
  const values = new Map(Object.entries(set));
  const problems = assignments.flatMap((assignment) => {
    const told = (problem: string) => [`${excerpt(assignment)}: ${problem}`];
    const read = readAssignment(assignment);
    if ("problem" in read) return told(read.problem);
    const { path, value } = read;
    const taken = own.find((key) => path === key || path.startsWith(`${key}.`));
    if (taken !== undefined) return told(`the experiment varies ${taken}, wanted another key`);
    values.delete(path); // What is set last has the last word.
    values.set(path, value);
    return [];
  });
  if (problems.length === 0) return Object.fromEntries(values);
  throw new UsageError(["Cannot set values of the experiment", ...problems].join("\n  "));
}

/** More runs than anybody waits for: to lay them out would take minutes. */
const mostRuns = 1_000_000;

/** @throws {UsageError} When there are more, with their number. */
function checkSize(file: ExperimentFile, place: string): void {
  const configurations = countSettings(file);
  const seeds = file.kind === "schedule" ? 1 : file.seeds.length;
  if (configurations * seeds <= mostRuns) return;
  const [runs, each, many, most] = [configurations * seeds, configurations, seeds, mostRuns]
    .map(whole);
  throw problemsError(place, [
    `${runs} runs: ${each} configurations, each with ${many} seed${
      seeds === 1 ? "" : "s"
    }; wanted at most ${most}`,
  ]);
}

/** A run that ends earlier could never be seen to reach the threshold. */
function checkThresholds(configurations: readonly Configuration[], place: string): void {
  for (const { config: { evaluation }, threshold } of configurations) {
    if (threshold === undefined || evaluation.onSolved === "keep") continue;
    if (threshold <= (evaluation.threshold ?? Infinity)) continue;
    throw problemsError(place, [
      `threshold: ${threshold}, wanted at most evaluation.threshold, which ends a run at ${evaluation.threshold}`,
    ]);
  }
}
