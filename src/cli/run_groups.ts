/** Which runs belong together, and what sets them apart. @module */
import { leaves, shortName, showValue } from "../config/names.ts";
import type { RunData } from "./run_data.ts";

/** Runs that differ by nothing but their seed. */
export interface RunGroup {
  /** What sets it apart from the other groups, as in `capacity 1000, tau 0.1`. */
  readonly name: string;
  /** Value of each key of {@linkcode RunGroups.keys}. */
  readonly values: readonly unknown[];
  readonly runs: readonly RunData[];
}

/** All runs, by configuration. */
export interface RunGroups {
  /** Keys of the config whose values differ, as in `agent.replay.capacity`. */
  readonly keys: readonly string[];
  /** In the order of their first runs, or of their values where one key differs and these are numbers. */
  readonly groups: readonly RunGroup[];
}

/** Keys that do not make another configuration: the seed, and what a run is called, writes or prints. */
const ignored = /^(?:seed|description|\$schema|formatVersion|log|kernelProfile)(?:\.|$)/;
/** More differing keys than a legend can hold: then presets' names tell groups apart. */
const mostKeys = 3;

/** Groups runs by their configs without the seeds. */
export function groupRuns(runs: readonly RunData[]): RunGroups {
  const configs = runs.map(({ config }) => new Map(leaves(config).filter(([key]) => !ignored.test(key))));
  const all = [...new Set(configs.flatMap((values) => [...values.keys()]))];
  const text = (value: unknown) => JSON.stringify(value);
  const keys = all.filter((key) => new Set(configs.map((values) => text(values.get(key)))).size > 1);
  const groups = new Map<string, { values: unknown[]; runs: RunData[] }>();
  runs.forEach((run, i) => {
    const values = keys.map((key) => configs[i]!.get(key));
    const id = text(values.map((value) => value ?? null));
    const group = groups.get(id) ?? { values, runs: [] };
    groups.set(id, group);
    group.runs.push(run);
  });
  const found = [...groups.values()];
  if (keys.length === 1 && found.every(({ values }) => typeof values[0] === "number")) {
    found.sort((a, b) => (a.values[0] as number) - (b.values[0] as number));
  }
  const names = namesOf(keys, found);
  return { keys, groups: found.map((group, i) => ({ ...group, name: names[i]! })) };
}

function namesOf(keys: readonly string[], groups: readonly Omit<RunGroup, "name">[]): string[] {
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
