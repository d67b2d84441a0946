/** Which runs belong together, and what sets them apart. @module */
import { shortName, showValue } from "../config/values.ts";
import type { RunConfig } from "../config/run_config.ts";
import { differingPaths, settingsKey, settingsOf } from "../config/same_configuration.ts";
import { UsageError } from "../core/errors.ts";
import type { RunPaths } from "../runs/run_folder.ts";

/** What tells runs apart. */
export interface ComparedRun {
  /** The preset's name. */
  readonly name: string;
  readonly config: RunConfig;
  readonly paths: Pick<RunPaths, "folder">;
}

/** Runs that differ by nothing but their seed. */
export interface RunGroup<T extends ComparedRun> {
  /** What sets it apart from the other groups, as in `capacity 1000, tau 0.1`. */
  readonly name: string;
  /** Value of each key of {@linkcode RunGroups.keys}; undefined where the config has none. */
  readonly values: readonly unknown[];
  readonly runs: readonly T[];
}

/** All runs, by configuration. */
export interface RunGroups<T extends ComparedRun> {
  /** Keys of the config whose values differ, as in `agent.replay.capacity`. */
  readonly keys: readonly string[];
  /** In the order of their first runs, or of their values where one key differs and these are numbers. */
  readonly groups: readonly RunGroup<T>[];
}

/** More differing keys than a legend can hold: then presets' names tell groups apart. */
const mostKeys = 3;

/** Folders that were given, each once, by whatever paths. */
export function distinctFolders(folders: readonly string[]): string[] {
  const found = Map.groupBy(folders, realPath);
  return [...found.values()].map(([first]) => first!);
}

/** One that is not there is told by who reads it. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

/**
 * Groups runs by their configurations.
 *
 * @throws {UsageError} When two runs have the same configuration and the same seed: they say the same, and are not to count
 * as two.
 */
export function groupRuns<T extends ComparedRun>(runs: readonly T[]): RunGroups<T> {
  const found = [...Map.groupBy(runs, ({ config }) => settingsKey(settingsOf(config))).values()];

  for (const alike of found) assertSeedsDiffer(alike);
  const settings = found.map(([first]) => settingsOf(first!.config));
  const keys = differingPaths(settings);
  const groups = found.map((runs, i) => ({ runs, values: keys.map((key) => settings[i]!.get(key)) }));
  if (keys.length === 1 && groups.every(({ values }) => typeof values[0] === "number")) {
    groups.sort((a, b) => (a.values[0] as number) - (b.values[0] as number));
  }
  const names = namesOf(keys, groups);
  return { keys, groups: groups.map((group, i) => ({ ...group, name: names[i]! })) };
}

function assertSeedsDiffer(runs: readonly ComparedRun[]): void {
  const found = new Map<number, string>();
  for (const { config: { seed }, paths: { folder } } of runs) {
    const other = found.get(seed);
    if (other !== undefined) {
      throw new UsageError(
        `Cannot compare ${other} and ${folder}: both are of one configuration and of seed ${seed}, wanted each seed once`,
      );
    }
    found.set(seed, folder);
  }
}

function namesOf(keys: readonly string[], groups: readonly Omit<RunGroup<ComparedRun>, "name">[]): string[] {
  const presets = groups.map(({ runs }) => runs[0]!.name);
  if (keys.length === 0) return presets;
  const arePresetsNames = new Set(presets).size === groups.length;
  if (keys.length > mostKeys) {
    return arePresetsNames
      ? presets
      : groups.map(({ runs }) => `${runs[0]!.name} (${runs[0]!.paths.folder})`);
  }
  const short = keys.map((key) => shortName(key, keys));
  return groups.map(({ values }) => values.map((value, i) => `${short[i]} ${showValue(value)}`).join(", "));
}
