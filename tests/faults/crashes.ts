/** A run that is crashed at every single thing that it does to the disk, and gone on with from what that leaves. @module */
import { createHash } from "node:crypto";
import { Random } from "../../src/core/random.ts";
import { disk, replaceDisk } from "../../src/train/disk.ts";
import { latestState } from "../../src/train/latest_state.ts";
import { withFolder } from "../cli/task.ts";
import { crash, type Fate } from "./crash.ts";
import { type Recording, RecordingDisk } from "./recording_disk.ts";
import { assertSameRun, contentsOf } from "../cli/same_run.ts";
import { unsynced } from "./unsynced_disk.ts";

/** Something that writes into a folder, `run` say, within the one that it is given. */
export interface Work {
  /** Does it from the beginning to the end, or goes on with what a crash has left. */
  readonly perform: (parent: string) => Promise<void>;
  /** The folder that it writes. */
  readonly folder: string;
}

/** How {@linkcode tryCrashes} tries. */
export interface CrashOptions {
  /** Crashes at most, taken at random; every one by default. */
  readonly most?: number;
  /** Of what is random. */
  readonly seed?: number;
  /** Whether what goes on after a crash is crashed too, once somewhere; not by default. */
  readonly twice?: boolean;
  /** Told how far it is. */
  readonly onProgress?: (done: number, total: number) => unknown;
}

/** What came of it. */
export interface CrashFigures {
  /** Things that were done to the disk. */
  readonly operations: number;
  /** Crashes: one at each of them, and before the first, for each fate of what was not synced. */
  readonly crashes: number;
  /** What they left, the same counted once: so often the work was gone on with. */
  readonly states: number;
  /** Crashes that lost no state that was kept, and after which the finished folder was the same as without. */
  readonly survived: number;
  /** What went wrong, crash by crash. */
  readonly failures: readonly string[];
}

/** What becomes of what was not synced: two of them by chance. */
const fates = (seed: number): Fate[] => ["all", "none", seed, seed + 1];

/** Does the work once, then crashes it at every operation and goes on: each time the folder must become the same. */
export async function tryCrashes(work: Work, options: CrashOptions = {}): Promise<CrashFigures> {
  const { most = Infinity, seed = 1, onProgress = () => {} } = options;
  const [recording, wanted] = await record(work);
  const promises = promisesOf(recording);
  const { length } = recording.operations;
  const points = Array.from(
    { length: length + 1 },
    (_, count) => fates(seed + 2 * count).map((fate) => ({ count, fate })),
  );
  const crashes = sample(points.flat(), { most, seed });
  const results = new Map<string, string | undefined>();
  const failures: string[] = [];
  for (const [i, { count, fate }] of crashes.entries()) {
    await withFolder(async (parent) => {
      crash(recording, count, { fate, folder: parent });
      let failure = await attempt(() => assertKept(parent, promises.filter(({ from }) => from <= count)));
      const state = digest(parent);
      if (!results.has(state)) {
        results.set(
          state,
          await attempt(() => goOn(work, { parent, wanted, options })),
        );
      }
      failure ??= results.get(state);
      if (failure === undefined) return;
      failures.push(`after ${count} of ${length} operations, fate ${fate}: ${failure}`);
    });
    onProgress(i + 1, crashes.length);
  }
  return {
    operations: length,
    crashes: crashes.length,
    states: results.size,
    survived: crashes.length - failures.length,
    failures,
  };
}

/** Goes on with what a crash has left, perhaps through another crash. */
async function goOn({ perform, folder }: Work, { parent, wanted, options: { twice = false, seed = 1 } }: {
  readonly parent: string;
  readonly wanted: Record<string, unknown>;
  readonly options: CrashOptions;
}): Promise<void> {
  const second = new RecordingDisk(unsynced(disk()), parent);
  using _ = replaceDisk(second);
  await perform(parent);
  await assertSameRun(`${parent}/${folder}`, wanted);
  if (!twice) return;
  const { length } = second.operations;
  await withFolder(async (other) => {
    crash(second, new Random(seed + length).below(length + 1), { fate: seed + length, folder: other });
    using _ = replaceDisk(unsynced(disk()));
    await perform(other);
    await assertSameRun(`${other}/${folder}`, wanted);
  });
}

/** What the work does to the disk, and what it leaves. */
async function record({ perform, folder }: Work): Promise<[Recording, Record<string, unknown>]> {
  let result!: [Recording, Record<string, unknown>];
  await withFolder(async (parent) => {
    const recording = new RecordingDisk(unsynced(disk()), parent);
    using _ = replaceDisk(recording);
    await perform(parent);
    result = [recording, await contentsOf(`${parent}/${folder}`)];
  });
  return result;
}

/** A state that a run has kept: from so many operations on, no crash may lose it but for a later one. */
interface Promised {
  readonly from: number;
  /** Of the folder of states. */
  readonly path: string;
  readonly number: number;
}

/** The states that were kept: their manifests have their names, and the folders were synced since. */
function promisesOf({ operations }: Recording): Promised[] {
  const paths = new Map([[0, ""]]);
  for (const operation of operations) {
    if (operation.kind !== "link" || !operation.isFolder) continue;
    paths.set(operation.node, `${paths.get(operation.folder)}/${operation.name}`);
  }
  return operations.flatMap((operation, i) => {
    const [, number] = operation.kind === "rename" ? /^(\d+)\.json$/.exec(operation.to) ?? [] : [];
    if (operation.kind !== "rename" || number === undefined) return [];
    const { folder } = operation;
    const synced = operations.findIndex((other) =>
      other.kind === "sync" && other.node === folder && other.covers > i
    );
    return [{ from: synced + 1, path: paths.get(folder)!, number: Number(number) }];
  });
}

async function assertKept(parent: string, promises: readonly Promised[]): Promise<void> {
  for (const [path, kept] of Map.groupBy(promises, ({ path }) => path)) {
    const wanted = Math.max(...kept.map(({ number }) => number));
    const found = (await latestState(`${parent}${path}`))?.kept.at(-1)?.number ?? 0;
    if (found < wanted) throw new Error(`state ${wanted} of ${path} was kept and is lost; there is ${found}`);
  }
}

async function attempt(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return String(error instanceof Error ? error.stack ?? error.message : error);
  }
}

/** At most so many of all, taken at random. */
export function sample<T>(
  all: readonly T[],
  { most, seed }: { readonly most: number; readonly seed: number },
): readonly T[] {
  if (all.length <= most) return all;
  const random = new Random(seed);
  const left = [...all];
  return Array.from({ length: most }, () => left.splice(random.below(left.length), 1)[0]!);
}

/** Tells folders apart by what is in them. */
function digest(folder: string): string {
  const hash = createHash("sha256");
  const add = (path: string) => {
    for (
      const { name, isDirectory } of [...Deno.readDirSync(path)].toSorted((a, b) => a.name < b.name ? -1 : 1)
    ) {
      hash.update(`${name}\0${isDirectory}\0`);
      if (isDirectory) add(`${path}/${name}`);
      else hash.update(Deno.readFileSync(`${path}/${name}`));
      hash.update("\0");
    }
  };
  add(folder);
  return hash.digest("hex");
}
