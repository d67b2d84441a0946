/** What a run wrote, as numbers. @module */
import { basename, resolve } from "@std/path";
import type { RunConfig } from "../config/run_config.ts";
import { UsageError } from "../core/errors.ts";
import { parseCsvColumns } from "../format/csv.ts";
import { readUntrustedTextIfThere } from "../format/untrusted_file.ts";
import type { Series } from "../report/chart.ts";
import { readRun, type RunPaths } from "../runs/run_folder.ts";
import { readSummary, type Summary } from "../runs/summary.ts";

/** Columns of a CSV file by their names; NaN where a field is empty or no number. */
export type Columns = ReadonlyMap<string, Float64Array>;

/** A run that was read. */
export interface RunData {
  readonly paths: RunPaths;
  readonly config: RunConfig;
  /** The preset's name; the folder's where the run does not say. */
  readonly name: string;
  /** Absent where a run was killed before it was written. */
  readonly summary?: Summary;
  /** `metrics.csv`. */
  readonly metrics: Columns;
  /** `episodes.csv`. */
  readonly episodes: Columns;
  /** `updates.csv`, empty where the run did not log them. */
  readonly updates: Columns;
  /** `test.csv`: the test phase, empty where there was none. */
  readonly test: Columns;
}

/**
 * Reads a run's folder. Files that the run did not come to write are empty.
 *
 * @throws {UsageError} When the folder is no run, or a file of it is not what a run writes.
 */
export async function readRunData(folder: string): Promise<RunData> {
  const { preset, config, paths } = await readRun(folder);
  const summary = await readSummary(paths.summary);
  return {
    paths,
    config,
    name: summary?.preset ?? preset ?? basename(resolve(folder)),
    ...summary ? { summary } : {},
    metrics: await readColumns(paths.metrics),
    episodes: await readColumns(paths.episodes),
    updates: await readColumns(paths.updates),
    test: await readColumns(paths.test),
  };
}

/** Bytes of a log, 256 MiB. */
const mostLogBytes = 2 ** 28;

/** A file of CSV that a run wrote; empty where there is none. @throws {UsageError} When it is not CSV, or over 256 MiB. */
export async function readColumns(path: string): Promise<Columns> {
  const text = await readUntrustedTextIfThere(path, { most: mostLogBytes });
  if (text === undefined) return new Map();
  try {
    return parseCsvColumns(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`Cannot read ${path}: ${error.message}`, { cause: error });
  }
}

/** A column, empty where the file has none of this name. */
export function column(columns: Columns, name: string): Float64Array {
  return columns.get(name) ?? new Float64Array();
}

/** A series whose columns are known to be numbers of a file. */
export interface Curve extends Series {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Column `y` over column `x`, rows without either left out. */
export function series(columns: Columns, x: string, y: string): Curve {
  const [xs, ys] = [column(columns, x), column(columns, y)];
  const has = (i: number) => Number.isFinite(xs[i]) && Number.isFinite(ys[i]);
  return { x: xs.filter((_, i) => has(i)), y: ys.filter((_, i) => has(i)) };
}
