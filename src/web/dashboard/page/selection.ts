/** Which runs are compared. @module */
import type { RunInfo } from "../protocol.ts";

/** Runs that are compared before anybody has chosen. */
const first = 8;

/** Names of chosen runs, each with a number that it keeps as long as it is chosen: that of its colour. Kept for the tab. */
export class Selection {
  readonly #slots = new Map<string, number>();
  /** Whether somebody has chosen. */
  #isOwn = false;
  #place = "";

  /** Whether a run is chosen. */
  has(name: string): boolean {
    return this.#slots.has(name);
  }

  /** The number of a chosen run. */
  slot(name: string): number {
    return this.#slots.get(name) ?? 0;
  }

  /** The chosen ones of these runs, in the order of their numbers. */
  among(runs: Iterable<RunInfo>): RunInfo[] {
    return [...runs].filter(({ name }) => this.has(name)).sort((a, b) =>
      this.slot(a.name) - this.slot(b.name)
    );
  }

  /** Chooses runs, or no longer. */
  choose(names: readonly string[], isChosen: boolean): void {
    this.#isOwn = true;
    for (const name of names) isChosen ? this.#add(name) : this.#slots.delete(name);
    try {
      sessionStorage.setItem(this.#place, JSON.stringify([...this.#slots.keys()]));
    } catch {
      // Nothing is kept.
    }
  }

  /** Takes up what was chosen in this tab before, of a folder. */
  restore(folder: string): void {
    this.#place = `runs ${folder}`;
    try {
      const names: unknown = JSON.parse(sessionStorage.getItem(this.#place) ?? "null");
      if (!Array.isArray(names)) return;
      this.#isOwn = true;
      for (const name of names) this.#add(`${name}`);
    } catch {
      // Nothing was kept.
    }
  }

  /** Before anybody has chosen: those that run, and the latest of the others. @param runs The latest first. */
  follow(runs: readonly RunInfo[]): void {
    if (this.#isOwn) return;
    const running = runs.filter(({ status }) => status === "running");
    const others = runs.filter(({ status }) => status !== "running");
    for (const { name } of [...running, ...others]) if (this.#slots.size < first) this.#add(name);
  }

  #add(name: string): void {
    if (this.has(name)) return;
    const taken = new Set(this.#slots.values());
    let slot = 0;
    while (taken.has(slot)) slot++;
    this.#slots.set(name, slot);
  }
}
