/**
 * Experiments: a base config, what varies, and the seeds of each configuration. Everything is checked before anything
 * runs.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { didYouMean, excerpt, UsageError } from "../core/errors.ts";
import { environmentSpec } from "../envs/registry.ts";
import { whyNotOnDevice } from "./device_loop.ts";
import { expand, type Setting } from "./expansion.ts";
import { type ExperimentFile, parseExperiment } from "./experiment_schema.ts";
import { assertOneShape } from "./population_shape.ts";
import { parseJson } from "./json_text.ts";
import { type LoadedConfig, readConfig, readFile, tryParse, type WrittenConfig } from "./load.ts";
import { isKeyed } from "./names.ts";
import { setValues } from "./overrides.ts";
import { problemsError } from "./problems.ts";
import type { RunConfig } from "./run_config.ts";
import { jsonSchema, parseConfig } from "./schema.ts";
import { surroundingsOf } from "./surroundings.ts";

/** One config that an experiment tries, with every seed. */
export interface Configuration extends Setting {
  /** The name as a part of paths; no two are alike. */
  readonly slug: string;
  /** The whole config. Its seed is replaced by those of the experiment. */
  readonly config: RunConfig;
}

/** An experiment, ready to run. */
export interface Experiment
  extends Pick<ExperimentFile, "description" | "kind" | "base" | "seeds" | "counts" | "singlePopulation"> {
  /** Of the file, without folder and extension. */
  readonly name: string;
  /** Paths of the keys that differ between configurations. */
  readonly keys: readonly string[];
  /** Paths of the keys that the experiment sets, `keys` included. */
  readonly given: readonly string[];
  /** In the order in which they are tried and shown. */
  readonly configurations: readonly Configuration[];
  /** Mean return of an evaluation that counts as solved, if anything does. */
  readonly threshold?: number;
}

/** What replaces an experiment's own. */
export interface LoadExperimentOptions {
  /** The file's by default. */
  readonly seeds?: readonly number[];
  /** The file's by default. */
  readonly singlePopulation?: boolean;
}

const folder = new URL("../../configs/experiments/", import.meta.url);

/** Names of the experiments in `configs/experiments`, in alphabetical order; none where they cannot be listed. */
export function experimentNames(): string[] {
  if (folder.protocol !== "file:") return [];
  return [...Deno.readDirSync(folder)]
    .filter(({ name, isFile }) => isFile && name.endsWith(".json") && name !== "schema.json")
    .map(({ name }) => name.slice(0, -".json".length))
    .sort();
}

/**
 * The experiment that `reference` names: a name from `configs/experiments`, or else the path of a JSON file.
 *
 * @throws {UsageError} When there is none; with all that is wrong in it, or in a config that it makes.
 */
export async function loadExperiment(
  reference: string,
  options: LoadExperimentOptions = {},
): Promise<Experiment> {
  const isFile = reference.endsWith(".json");
  const path = isFile ? reference : pathOf(reference);
  const place = isFile ? reference : `experiment "${reference}"`;
  const written = parseJson(await readFile(path), place);
  const file = parseExperiment(isKeyed(written) ? { ...written, ...options } : written, place);
  const base = await readConfig(file.base.endsWith(".json") ? resolve(dirname(path), file.base) : file.base);
  const configurations = configure(file, { base, place });
  const threshold = file.threshold ?? thresholdOf(configurations[0]!.config);
  checkThreshold(configurations, { threshold, place });
  if (file.singlePopulation) checkPopulation(configurations, place);
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
    ...threshold === undefined ? {} : { threshold },
    configurations,
  };
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
  surroundingsOf(config);
  const threshold = thresholdOf(config);
  const configuration = { name, values: {}, slug: slugsOf([name])[0]!, config: { ...config, seed: 0 } };
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
    ...threshold === undefined ? {} : { threshold },
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

/** What a configuration is made from. */
interface Source {
  readonly base: WrittenConfig;
  /** What messages call the experiment. */
  readonly place: string;
}

/** The config of every setting. @throws {UsageError} With what is wrong in any of them. */
function configure(file: ExperimentFile, { base, place }: Source): Configuration[] {
  const schema = jsonSchema();
  const resolved = tryParse(base.written, base.place);
  const settings = expand(file, pathsIn(resolved ?? base.written));
  const problems: string[] = [];
  const configs = settings.map(({ values }) => {
    if ("seed" in file.set || "seed" in values) {
      problems.push('seed: set by the experiment, wanted the key "seeds"');
    }
    const set = setValues({ ...file.set, ...values }, { written: base.written, resolved, schema });
    problems.push(...set.problems);
    if (set.problems.length > 0) return undefined;
    try {
      const config = parseConfig(set.config);
      surroundingsOf(config);
      if (file.kind === "schedule" && config.agent.kind === "random") {
        problems.push('agent.kind: "random", wanted an agent that has a schedule of exploration');
      }
      return config;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const [first, ...lines] = error.message.split("\n");
      problems.push(...lines.length > 0 ? lines.map((line) => line.trim()) : [first!]);
      return undefined;
    }
  });
  if (problems.length > 0) throw problemsError(place, [...new Set(problems)]);
  const slugs = slugsOf(settings.map(({ name }) => name));
  return settings.map((setting, i) => ({ ...setting, slug: slugs[i]!, config: configs[i]! }));
}

/** The paths of all keys in a config: `agent`, `agent.gamma`. */
function pathsIn(config: unknown, parent = ""): string[] {
  if (!isKeyed(config)) return [];
  return Object.entries(config).flatMap((
    [key, value],
  ) => [parent + key, ...pathsIn(value, `${parent}${key}.`)]);
}

/** Names as parts of paths, different also where case does not count. */
function slugsOf(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const base = name.replace(/[^\w.]+(?!\d)|[^\w.-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 60) ||
      "run";
    let slug = base;
    for (let i = 2; taken.has(slug.toLowerCase()); i++) slug = `${base}_${i}`;
    taken.add(slug.toLowerCase());
    return slug;
  });
}

function thresholdOf({ evaluation, environment }: RunConfig): number | undefined {
  return evaluation.threshold ?? environmentSpec(environment.id).rewardThreshold;
}

/** A run that ends earlier could never be seen to reach the threshold. */
function checkThreshold(
  configurations: readonly Configuration[],
  { threshold, place }: { readonly threshold: number | undefined; readonly place: string },
): void {
  for (const { config: { evaluation } } of configurations) {
    if (threshold === undefined || evaluation.onSolved === "keep") continue;
    if (threshold <= (evaluation.threshold ?? Infinity)) continue;
    throw problemsError(place, [
      `threshold: ${threshold}, wanted at most evaluation.threshold, which ends a run at ${evaluation.threshold}`,
    ]);
  }
}
