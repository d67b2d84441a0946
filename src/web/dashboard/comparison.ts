/** How the configs of runs differ. @module */
import { leaves } from "../../config/values.ts";
import type { Comparison } from "./protocol.ts";
import type { WatchedRun } from "./watched_run.ts";

/** Compares runs as `deno task plot` does: what a run is called, writes or prints is no difference, nor is its seed. */
export async function compareRuns(runs: readonly WatchedRun[]): Promise<Comparison> {
  const { differingPaths, settingsKey, settingsOf } = await import("../../config/same_configuration.ts");
  const { tryParse } = await import("../../config/load.ts");
  const settings = runs.map(({ config: written }) => {
    const { formatVersion: _, preset: __, ...config } = written;
    const parsed = tryParse(config, "it");
    return parsed ? settingsOf(parsed) : new Map(leaves(config).filter(([path]) => path !== "seed"));
  });
  const groups = [...Map.groupBy(settings.keys(), (i) => settingsKey(settings[i]!)).values()];
  const keys = differingPaths(settings);
  return {
    keys,
    configurations: groups.map((members) => ({
      runs: members.map((i) => runs[i]!.id.key),
      values: keys.map((path) => {
        const value = settings[members[0]!]!.get(path);
        return value === undefined ? "" : JSON.stringify(value);
      }),
    })),
  };
}
