/** The configurations of an experiment, each with its whole config. @module */
import { UsageError } from "../core/errors.ts";
import { expand, type Setting } from "./expansion.ts";
import type { ExperimentFile } from "./experiment_schema.ts";
import { thresholdOf } from "./threshold.ts";
import { tryParse, type WrittenConfig } from "./load.ts";
import { isRecord } from "./values.ts";
import { setValues } from "./overrides.ts";
import { problemsError } from "./problems.ts";
import type { RunConfig } from "./run_config.ts";
import { jsonSchema, parseConfig } from "./schema.ts";
import { environmentSpaces } from "./environment_spaces.ts";

/** One config that an experiment tries, with every seed. */
export interface Configuration extends Setting {
  /** The name as a part of paths; no two are alike. */
  readonly slug: string;
  /** The whole config. Its seed is replaced by those of the experiment. */
  readonly config: RunConfig;
  /** Mean return of an evaluation that counts as solved, if anything does. */
  readonly threshold?: number;
}

/** What {@linkcode createConfigurations} starts from. */
export interface Source {
  readonly base: WrittenConfig;
  /** What messages call the experiment. */
  readonly place: string;
}

/** The configurations that an experiment asks for. @throws {UsageError} With what is wrong in any of their configs. */
export function createConfigurations(file: ExperimentFile, { base, place }: Source): Configuration[] {
  const schema = jsonSchema();
  const resolved = tryParse(base.written, base.place);
  const settings = expand(file, pathsIn(resolved ?? base.written));
  const problems: string[] = [];
  const looked = new Set<string>(); // Thousands of configurations may share their environments.
  const configs = settings.map(({ values }) => {
    if ("seed" in file.set || "seed" in values) {
      problems.push('seed: set by the experiment, wanted the key "seeds"');
    }
    const set = setValues({ ...file.set, ...values }, { written: base.written, resolved, schema });
    problems.push(...set.problems);
    if (set.problems.length > 0) return undefined;
    try {
      const config = parseConfig(set.config);
      const { environment, evaluation, agent, seed } = config;
      const asked = JSON.stringify([environment, evaluation.environment, agent.kind, seed]);
      if (!looked.has(asked)) environmentSpaces(config);
      looked.add(asked);
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
  const goal = file.threshold === undefined ? {} : { threshold: file.threshold };
  return settings.map((setting, i) =>
    configurationOf(setting, { config: configs[i]!, slug: slugs[i]!, ...goal })
  );
}

/** A single configuration, as {@linkcode createConfigurations} makes them. */
export function onlyConfiguration(name: string, config: RunConfig): Configuration {
  return configurationOf({ name, values: {} }, { config, slug: slugsOf([name])[0]! });
}

function configurationOf(
  setting: Setting,
  { slug, config, threshold = thresholdOf(config) }: Omit<Configuration, keyof Setting>,
): Configuration {
  return { ...setting, slug, config, ...threshold === undefined ? {} : { threshold } };
}

/** The paths of all keys in a config: `agent`, `agent.gamma`. */
function pathsIn(config: unknown, parent = ""): string[] {
  if (!isRecord(config)) return [];
  return Object.entries(config).flatMap((
    [key, value],
  ) => [parent + key, ...pathsIn(value, `${parent}${key}.`)]);
}

/** Names as parts of paths, different also where case does not count. */
function slugsOf(names: readonly string[]): string[] {
  const taken = new Set<string>();
  const counts = new Map<string, number>(); // Of those that begin alike: there may be very many.
  return names.map((name) => {
    const base = name.replace(/[^\w.]+(?!\d)|[^\w.-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 60) ||
      "run";
    let slug = base;
    let count = counts.get(base.toLowerCase()) ?? 1;
    while (taken.has(slug.toLowerCase())) slug = `${base}_${++count}`;
    counts.set(base.toLowerCase(), count);
    taken.add(slug.toLowerCase());
    return slug;
  });
}
