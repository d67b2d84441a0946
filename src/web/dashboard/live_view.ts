/** What somebody looks at, told as it changes. @module */
import type { LogShelf } from "./log_shelf.ts";
import type { CurvePart, CurvesEvent, LogName, RunInfo, RunsEvent, View } from "./protocol.ts";
import { logs } from "./protocol.ts";
import type { RunList } from "./run_list.ts";
import { type Grid, gridOf, ThinCurve } from "./thin.ts";
import type { WatchedRun } from "./watched_run.ts";

/** Takes the events of a view. */
export interface Listener {
  /** The list has changed. */
  runs(event: RunsEvent): void;
  /** Curves have grown. */
  curves(event: CurvesEvent): void;
  /** Whether nobody listens any more. */
  readonly isGone: boolean;
}

/** What views are of. */
export interface Source {
  /** Name of the folder. */
  readonly name: string;
  readonly runs: RunList;
  readonly logs: LogShelf;
}

/** Tells one listener what has changed since it was told last. */
export class LiveView {
  readonly #source: Source;
  readonly #view: View;
  readonly #told = new Map<number, RunInfo>();
  readonly #curves = new Map<string, ThinCurve>();

  /** Tells nothing yet. */
  constructor(source: Source, view: View) {
    [this.#source, this.#view] = [source, view];
  }

  /** Looks, and tells what is new: first of the list, then of the curves, run by run. */
  async tell(listener: Listener): Promise<void> {
    await this.#source.runs.refresh();
    this.#tellRuns(listener);
    const grids = this.#grids();
    for (const key of this.#view.runs) {
      const run = this.#source.runs.get(key);
      const parts = run ? await this.#read(run, grids) : [];
      if (listener.isGone) return;
      if (parts.length > 0) listener.curves(parts);
    }
  }

  #tellRuns(listener: Listener): void {
    const { name, runs: { runs } } = this.#source;
    const infos = runs.map(({ info }) => info);
    const isFirst = this.#told.size === 0;
    const changed = infos.filter((info) => this.#told.get(info.key) !== info);
    const there = new Set(infos.map(({ key }) => key));
    const gone = [...this.#told.keys()].filter((key) => !there.has(key));
    for (const key of gone) this.#told.delete(key);
    for (const info of changed) this.#told.set(info.key, info);
    if (isFirst || changed.length > 0 || gone.length > 0) {
      listener.runs({ folder: name, runs: changed, gone });
    }
  }

  /** How wide the points of each curve are: as the longest run has it. */
  #grids(): Grid[] {
    const { runs, curves, range } = this.#view;
    if (range) return curves.map(() => gridOf(...range));
    return curves.map(({ x }) => {
      const ends = runs.map((key) => this.#source.runs.get(key)?.latest(x) ?? 0);
      return { ...gridOf(0, Math.max(...ends)), from: -Infinity, to: Infinity };
    });
  }

  async #read(run: WatchedRun, grids: readonly Grid[]): Promise<CurvePart[]> {
    const parts: CurvePart[] = [];
    for (const log of logs) parts.push(...await this.#readLog(run, log, grids));
    return parts;
  }

  async #readLog(run: WatchedRun, log: LogName, grids: readonly Grid[]): Promise<CurvePart[]> {
    const { key } = run.id;
    const wanted = this.#view.curves.map((name, curve) => ({ ...name, curve })).filter((name) =>
      name.log === log
    );
    if (wanted.length === 0) return [];
    const curves = await this.#source.logs.read(run, log, wanted);
    return wanted.flatMap(({ curve }, i) => {
      const id = `${key} ${curve}`;
      const thin = this.#curves.get(id) ?? new ThinCurve();
      this.#curves.set(id, thin);
      const part = thin.next(curves[i]!, grids[curve]!);
      return part ? [{ run: key, curve, ...part }] : [];
    });
  }
}
