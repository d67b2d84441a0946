/** The runs below a folder. @module */
import type { ClosedFolder, Place } from "./closed_folder.ts";
import { WatchedRun } from "./watched_run.ts";

/** How deep runs may lie below the folder. */
const deepest = 6;

/** Folders that are looked into at most, and runs that are found. */
const mostFolders = 20_000;
const mostRuns = 5000;

/** Milliseconds between two looks for new runs, at least; and times as long as such a look takes. */
const rest = 2000;
const restFactor = 10;

/** Milliseconds between two looks at runs. */
const glance = 200;

/** Keeps the runs below a folder by key. A run that is gone and comes back has another key. */
export class RunList {
  readonly #folder: ClosedFolder;
  readonly #runs = new Map<number, WatchedRun>();
  #next = 1;
  #looked = -Infinity;
  #found = -Infinity;
  #took = 0;
  #turn: Promise<void> | undefined;

  /** Finds nothing yet. */
  constructor(folder: ClosedFolder) {
    this.#folder = folder;
  }

  /** All runs that were found. */
  get runs(): readonly WatchedRun[] {
    return [...this.#runs.values()];
  }

  /** The run of a key; undefined where there is none. */
  get(key: number): WatchedRun | undefined {
    return this.#runs.get(key);
  }

  /** Looks for runs now and then, and each time at those that may have changed. Who asks meanwhile waits for the same look. */
  async refresh(): Promise<void> {
    this.#turn ??= this.#refresh().finally(() => this.#turn = undefined);
    await this.#turn;
  }

  async #refresh(): Promise<void> {
    const start = performance.now();
    if (start - this.#looked < glance) return;
    const isDue = start - this.#found > Math.max(rest, restFactor * this.#took);
    if (isDue) await this.#find();
    const runs = isDue ? this.runs : this.runs.filter(({ info }) => info.status === "running");
    await Promise.all(runs.map((run) => run.refresh()));
    this.#looked = performance.now();
    if (isDue) [this.#found, this.#took] = [this.#looked, this.#looked - start];
  }

  async #find(): Promise<void> {
    const found = new Map((await findRuns(this.#folder)).map((run) => [run.place.join("/"), run]));
    for (const [key, { id: { place } }] of this.#runs) {
      if (!found.delete(place.join("/"))) this.#runs.delete(key);
    }
    for (const run of found.values()) {
      const key = this.#next++;
      this.#runs.set(key, new WatchedRun(this.#folder, { key, ...run }));
    }
  }
}

/** A folder with a `config.json`, and the sweep that it is of. */
interface FoundRun {
  readonly place: Place;
  readonly sweep?: Place | undefined;
}

/** Runs below a folder, or the folder itself if it is one. What lies in a run's folder is none. */
async function findRuns(folder: ClosedFolder): Promise<FoundRun[]> {
  const runs: FoundRun[] = [];
  const next: FoundRun[] = [{ place: [] }];
  for (let looked = 0; next.length > 0 && looked < mostFolders && runs.length < mostRuns; looked++) {
    const { place, sweep } = next.shift()!;
    const entries = await folder.list(place);
    const has = (wanted: string) => entries.some(({ name, isFolder }) => name === wanted && !isFolder);
    if (has("config.json")) runs.push({ place, sweep });
    else if (place.length < deepest) {
      const inner = entries.filter(({ name, isFolder }) => isFolder && !name.startsWith("."));
      const own = has("experiment.json") ? place : sweep;
      next.push(...inner.map(({ name }) => ({ place: [...place, name], sweep: own })));
    }
  }
  return runs;
}
