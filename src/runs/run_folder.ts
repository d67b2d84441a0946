/** The folder of a run: config, metrics, checkpoints and summary. @module */
import { join } from "@std/path";
import { excerpt, UsageError } from "../core/errors.ts";
import type { Evaluation } from "../core/events.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { RunConfig } from "../config/run_config.ts";
import { encodeCsvRow } from "../format/csv.ts";
import { parseJson } from "../format/json_text.ts";
import { readUntrustedText } from "../format/untrusted_file.ts";
import { checkpointFiles } from "../train/callbacks/save_checkpoints.ts";
import { writeAtomically } from "../train/atomic_write.ts";

/** Of `config.json`. */
const formatVersion = 1;

/** Where things lie in a run's folder. */
export interface RunPaths {
  readonly folder: string;
  readonly config: string;
  readonly summary: string;
  readonly checkpoints: string;
  readonly metrics: string;
  readonly episodes: string;
  readonly updates: string;
  /** Episodes of the test phase. */
  readonly test: string;
  readonly tensorBoard: string;
  readonly pictures: string;
  readonly animation: string;
  readonly best: string;
  readonly last: string;
  /** Full states. */
  readonly states: string;
}

/** The paths in the folder of a run. */
export function runPaths(folder: string): RunPaths {
  const checkpoints = join(folder, "checkpoints");
  return {
    folder,
    config: join(folder, "config.json"),
    summary: join(folder, "summary.json"),
    checkpoints,
    metrics: join(folder, "metrics.csv"),
    episodes: join(folder, "episodes.csv"),
    updates: join(folder, "updates.csv"),
    test: join(folder, "test.csv"),
    tensorBoard: join(folder, "tensorboard"),
    pictures: join(folder, "pictures"),
    animation: join(folder, "episode.gif"),
    best: join(checkpoints, checkpointFiles.best),
    last: join(checkpoints, checkpointFiles.last),
    states: join(folder, "state"),
  };
}

/** `runs/<preset>-<seed>-<time>`: a new name for a run's folder; `seeds` in place of a seed for that of many. */
export function defaultFolder(preset: string, seed: number | "seeds"): string {
  const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  const base = join("runs", `${preset.replaceAll("/", "-")}-${seed}-${time}`);
  for (let i = 1;; i++) {
    const folder = i === 1 ? base : `${base}-${i}`;
    if (!exists(folder)) return folder;
  }
}

/** What `config.json` of a run holds; runs of earlier versions do not name their preset. @throws {UsageError} When `folder` is no run. */
export async function readRun(
  folder: string,
): Promise<{ preset: string | undefined; config: RunConfig; paths: RunPaths }> {
  const paths = runPaths(folder);
  if (!exists(folder)) throw new UsageError(`Cannot read the run ${folder}: there is no such folder`);
  if (!isFolder(folder)) {
    throw new UsageError(
      `Cannot read the run ${folder}: it is a file, wanted a folder that deno task train wrote`,
    );
  }
  if (!exists(paths.config)) {
    const runs = exists(join(folder, "experiment.json"))
      ? `; its own runs are in ${join(folder, "runs")}`
      : "";
    throw new UsageError(
      `Cannot read the run ${folder}: it holds no config.json, wanted a folder that deno task train wrote${runs}`,
    );
  }
  const { parseConfig } = await import("../config/schema.ts");
  const written = parseJson(await readUntrustedText(paths.config), paths.config);
  const { formatVersion: version = formatVersion, preset } = (written ?? {}) as {
    readonly formatVersion?: unknown;
    readonly preset?: string;
  };
  if (version !== formatVersion) {
    throw new UsageError(
      `Cannot read the run ${folder}: it is of format version ${
        excerpt(JSON.stringify(version))
      }, wanted ${formatVersion}`,
    );
  }
  const config = parseConfig(written, paths.config);
  return { preset, config, paths };
}

/** The text of `config.json`. */
export function encodeConfig({ name: preset, config }: LoadedConfig): string {
  return `${JSON.stringify({ formatVersion, preset, ...config }, null, 2)}\n`;
}

/** Whether there is a folder at the path. */
export function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error; // Nobody knows.
    return false;
  }
}

/** Whether there is anything at the path. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error; // Nobody knows.
    return !(error instanceof Deno.errors.NotFound);
  }
}

/** Writes episodes of a greedy phase: number, return and length. @throws {WriteError} When the file cannot be written. */
export async function writeEpisodes(path: string, { returns, lengths }: Evaluation): Promise<void> {
  const rows = returns.map((total, i) => encodeCsvRow([i + 1, total, lengths[i]!]));
  await writeAtomically(path, `${[encodeCsvRow(["episode", "return", "length"]), ...rows].join("\n")}\n`);
}
