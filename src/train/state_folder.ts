/** Full states of a run in a folder: safetensors files, and a manifest of each state that is written last. @module */
import { atStart, type Due, type Interval, isDue, nextDue, type Progress } from "../core/events.ts";
import type { State, StateRows } from "../core/state.ts";
import { crc32c } from "../format/crc32c.ts";
import { packState } from "../format/packed_state.ts";
import { encodeSafetensors, type StoredTensor } from "../format/safetensors.ts";
import { type LatestState, latestState } from "./latest_state.ts";
import type { StateKeeper } from "./member_run.ts";
import {
  encodeManifest,
  type FileEntry,
  type KeptRows,
  type KeptState,
  ownFiles,
  stateFileName,
  stateFormat,
} from "./state_manifest.ts";
import { makeFolder, tryToRemove, writeAtomically } from "./atomic_write.ts";

/** How often states are kept. */
export interface StateInterval {
  /** Counts, or minutes, from one to the next. */
  readonly every: number;
  /** What `every` counts. */
  readonly unit: NonNullable<Interval["unit"]> | "minute";
  /** How many of the latest states stay, at least 1. */
  readonly keep: number;
}

const usual: StateInterval = { every: 5, unit: "minute", keep: 2 };

/** Bytes of replay memory in a file, about. */
const blockBytes = 2 ** 20;

/** Writes a run's states into a folder. Each is there as a whole or not at all, whenever the process or the machine dies. */
export class StateFolder implements StateKeeper {
  readonly #folder: string;
  readonly #interval: StateInterval;
  /** The latest last. */
  #kept: readonly KeptState[] = [];
  #due: Due = {};
  /** When the latest state was kept, or the run began; in milliseconds. */
  #mark = performance.now();

  /**
   * Writes nothing yet.
   *
   * @param interval Every 5 minutes by default, of which 2 stay.
   * @param from What the run goes on from, where it does.
   */
  constructor(folder: string, interval: StateInterval = usual, from?: LatestState | undefined) {
    this.#folder = folder;
    this.#interval = interval;
    this.#goOn(from);
  }

  due(): Due {
    return this.#due;
  }

  wants(progress: Progress): boolean {
    const { every, unit } = this.#interval;
    if (unit === "minute") return performance.now() - this.#mark >= every * 60_000;
    return isDue(this.#due, progress);
  }

  async keep(state: State, progress: Progress): Promise<void> {
    const { values, arrays, rows } = packState(state);
    await makeFolder(this.#folder);
    const number = 1 + Math.max(0, ...await this.#numbersThere());
    const files: Record<string, FileEntry> = {};
    const name = stateFileName(number);
    files[name] = await this.#write(name, arrays, progress);
    const keptRows: Record<string, KeptRows> = {};
    for (const [path, ring] of rows) {
      keptRows[path] = await this.#keepRows(path, ring, { number, files, progress });
    }
    const manifest = { number, progress, arrays: name, rows: keptRows, files, values };
    await writeAtomically(`${this.#folder}/${number}.json`, encodeManifest(manifest));
    this.#kept = [...this.#kept, manifest].slice(-this.#interval.keep);
    this.#due = this.#next(progress);
    await this.#removeOthers();
    this.#mark = performance.now();
  }

  async latest(): Promise<State | undefined> {
    const latest = await latestState(this.#folder);
    this.#goOn(latest);
    return latest?.state;
  }

  #goOn(from: LatestState | undefined): void {
    this.#kept = from?.kept ?? [];
    this.#due = this.#next(this.#kept.at(-1)?.progress ?? atStart);
  }

  #next(progress: Progress): Due {
    const { every, unit } = this.#interval;
    return unit === "minute" ? {} : nextDue({ every, unit }, progress);
  }

  /** Writes those blocks of a ring of which a row has been written since the latest state. */
  async #keepRows(
    path: string,
    ring: StateRows,
    { number, files, progress }: {
      readonly number: number;
      readonly files: Record<string, FileEntry>;
      readonly progress: Progress;
    },
  ): Promise<KeptRows> {
    const { written, capacity, width } = ring;
    const rowsOfFile = Math.max(1, Math.floor(blockBytes / (4 * width)));
    const latest = this.#kept.at(-1);
    const before = latest?.rows[path];
    const fits = before && before.capacity === capacity && before.width === width &&
      before.rowsOfFile === rowsOfFile && before.written <= written;
    const first = fits ? Math.max(before.written, written - capacity) : Math.max(0, written - capacity);
    const changed = new Set<number>();
    for (let row = first; row < written;) {
      const block = Math.floor(row % capacity / rowsOfFile);
      changed.add(block);
      row += Math.min((block + 1) * rowsOfFile, capacity) - row % capacity;
    }
    const names: string[] = [];
    for (let place = 0, block = 0; place < ring.filled; place += rowsOfFile, block++) {
      const former = fits && !changed.has(block) ? before.files[block]! : undefined;
      if (former !== undefined) {
        names.push(former);
        files[former] = latest!.files[former]!;
        continue;
      }
      const count = Math.min(rowsOfFile, ring.filled - place);
      const name = stateFileName(number, `${path}-${block}`);
      const rows = { dtype: "F32", shape: [count, width], data: await ring.read(place, count) } as const;
      files[name] = await this.#write(name, { rows }, progress);
      names.push(name);
    }
    return { written, capacity, width, rowsOfFile, files: names };
  }

  async #write(
    name: string,
    tensors: Readonly<Record<string, StoredTensor>>,
    progress: Progress,
  ): Promise<FileEntry> {
    const texts = { ...stateFormat, step: `${progress.step}`, update: `${progress.update}` };
    const bytes = encodeSafetensors(tensors, texts);
    await writeAtomically(`${this.#folder}/${name}`, bytes);
    return { bytes: bytes.length, checksum: crc32c(bytes) };
  }

  /** Numbers of the files that are there, whole or not. */
  async #numbersThere(): Promise<number[]> {
    return (await ownFiles(this.#folder)).map((name) => Number.parseInt(name));
  }

  /** Removes what no state that stays needs. */
  async #removeOthers(): Promise<void> {
    const needed = new Set(
      this.#kept.flatMap(({ number, files }) => [`${number}.json`, ...Object.keys(files)]),
    );
    for (const name of await ownFiles(this.#folder)) {
      if (!needed.has(name)) tryToRemove(`${this.#folder}/${name}`);
    }
  }
}
