/** The folder of a sweep: the experiment, its runs, and which of them are done. @module */
import { join } from "@std/path";
import type { Configuration } from "../config/configurations.ts";
import type { Experiment } from "../config/experiment.ts";
import { parseJson } from "../format/json_text.ts";
import { assertPlainPaths, mostTextBytes, readUntrustedText } from "../format/untrusted_file.ts";
import type { RunConfig } from "../config/run_config.ts";
import { excerpt, UsageError, type WriteError } from "../core/errors.ts";
import { makeFolder, removeTemporaries, temporaryEnd, writeAtomically } from "../train/atomic_write.ts";
import { folderError, FolderLock, lockFile } from "../runs/folder_lock.ts";

/** Where things lie in a sweep's folder. */
export interface SweepPaths {
  readonly folder: string;
  readonly experiment: string;
  readonly runs: string;
  readonly runTable: string;
  readonly configurationTable: string;
  readonly best: string;
  /** What runs came to at the rungs of successive halving. */
  readonly rungs: string;
  /** The schedules of an experiment that trains nothing. */
  readonly epsilon: string;
  readonly pictures: string;
}

/** The paths in the folder of a sweep. */
export function sweepPaths(folder: string): SweepPaths {
  return {
    folder,
    experiment: join(folder, "experiment.json"),
    runs: join(folder, "runs"),
    runTable: join(folder, "runs.csv"),
    configurationTable: join(folder, "configurations.csv"),
    best: join(folder, "best.json"),
    rungs: join(folder, "rungs.csv"),
    epsilon: join(folder, "epsilon.csv"),
    pictures: join(folder, "pictures"),
  };
}

/** One run of a sweep. */
export interface PlannedRun {
  readonly configuration: Configuration;
  readonly seed: number;
  readonly folder: string;
  readonly config: RunConfig;
}

/** What a run is called in its sweep, its folder too: no other is. */
export function runName(slug: string, seed: number): string {
  return `${slug}-${seed}`;
}

/** Files of a run that nobody looks at among many, unless the experiment asks for them. */
const spared = ["animation", "pictures", "tensorBoard"] as const;

/** Every run: all configurations with the first seed, then with the next, so that they can be compared early. */
export function planRuns(experiment: Experiment, { runs }: SweepPaths): PlannedRun[] {
  const asked = (key: string) => experiment.given.includes("log") || experiment.given.includes(`log.${key}`);
  const without = Object.fromEntries(spared.filter((key) => !asked(key)).map((key) => [key, false]));
  return experiment.seeds.flatMap((seed) =>
    experiment.configurations.map((configuration) => ({
      configuration,
      seed,
      folder: join(runs, runName(configuration.slug, seed)),
      config: { ...configuration.config, seed, log: { ...configuration.config.log, ...without } },
    }))
  );
}

/** Of `experiment.json`. */
const formatVersion = 1;

/**
 * Takes a folder for an experiment: a new or empty one, or one that holds a part of the same experiment, of whatever
 * seeds.
 *
 * @returns Gives the folder free; the end of the process does, too.
 * @throws {UsageError} When it holds anything else, or another process works in it.
 */
export async function openSweep(paths: SweepPaths, experiment: Experiment): Promise<Disposable> {
  const text = `${JSON.stringify({ formatVersion, ...experiment }, null, 2)}\n`;
  if (!isFile(paths.experiment) && !isFree(paths.folder)) {
    throw new UsageError(
      `Cannot sweep in ${paths.folder}: it holds no experiment.json, wanted a new or empty folder, or that of a sweep`,
    );
  }
  try {
    await makeFolder(paths.folder);
  } catch (error) {
    throw folderError(paths.folder, (error as WriteError).cause);
  }
  assertPlainPaths([paths.runs, paths.pictures]);
  const lock = new FolderLock(paths.folder);
  try {
    if (isFile(paths.experiment)) {
      const most = 2 * text.length + mostTextBytes; // That of the same experiment is about as long.
      const found = parseJson(await readUntrustedText(paths.experiment, { most }), paths.experiment);
      const other = differences(found, JSON.parse(text)).filter((line) => !free.test(line));
      if (other.length > 0) throw otherExperiment(paths.folder, other);
    }
    removeTemporaries(paths.folder);
    await writeAtomically(paths.experiment, text);
  } catch (error) {
    lock.close();
    throw error;
  }
  return lock;
}

/** What may differ in the same experiment: words, how it goes, and the seeds, as each has runs of its own. */
const free = /^(name|base|singlePopulation):|^([^:]*\.)?description:|^seeds\[\d+\]:/;

/** Differences that a message shows. */
const shown = 5;

function otherExperiment(folder: string, differing: readonly string[]): UsageError {
  const more = differing.length > shown ? [`and ${differing.length - shown} more`] : [];
  return new UsageError(
    [
      `Cannot sweep in ${folder}: it holds another experiment, wanted this one or a new folder (--out)`,
      ...differing.slice(0, shown),
      ...more,
    ].join("\n  "),
  );
}

/** A line for every path at which two values of JSON differ: `seeds[1]: 3 there, 4 here`. */
export function differences(there: unknown, here: unknown, path = ""): string[] {
  if (isObject(there) && isObject(here) && Array.isArray(there) === Array.isArray(here)) {
    const keys = [...new Set([...Object.keys(there), ...Object.keys(here)])];
    const inner = (key: string) => Array.isArray(there) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    return keys.flatMap((key) => differences(there[key], here[key], inner(key)));
  }
  const [a, b] = [there, here].map((value) => value === undefined ? "nothing" : JSON.stringify(value));
  return a === b ? [] : [`${path}: ${excerpt(a!)} there, ${excerpt(b!)} here`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Whether nothing is there but what a process leaves that was killed before it began. */
function isFree(folder: string): boolean {
  try {
    return [...Deno.readDirSync(folder)].every(({ name }) =>
      name === lockFile || name.endsWith(temporaryEnd)
    );
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}
