/** How often the inside of an agent is looked at. @module */
import type { InsideNews, View } from "./news.ts";

/** One side from which an agent is seen. */
export interface Sight {
  /** Milliseconds from one look to the next at least. */
  readonly interval: number;
  /**
   * What there is to see.
   *
   * @param changed Whether the agent has changed since it was last asked.
   * @returns Nothing where it is what was seen before.
   */
  look(changed: boolean): Promise<InsideNews | undefined>;
}

/** Part of the time that looking from one side may take. */
const share = 0.05;

/** Looks at an agent from the sides that are shown, one after another, and never for long. */
export class Looks {
  readonly #sights: ReadonlyMap<View, Sight>;
  readonly #now: () => number;
  #shown: readonly View[] = [];
  /** When each may be looked at again. */
  readonly #due = new Map<View, number>();
  /** What the agent was at the last look. */
  readonly #seen = new Map<View, string>();

  /** @param now The time in milliseconds, that of the clock by default. */
  constructor(sights: ReadonlyMap<View, Sight>, now: () => number = () => performance.now()) {
    this.#sights = sights;
    this.#now = now;
  }

  /** The sides that there are. */
  get views(): readonly View[] {
    return [...this.#sights.keys()];
  }

  /** Shows these sides from here on, each at once. */
  show(views: readonly View[]): void {
    this.#shown = views.filter((view) => this.#sights.has(view));
    this.#due.clear();
    this.#seen.clear();
  }

  /** Whether a side is shown. */
  shows(view: View): boolean {
    return this.#shown.includes(view);
  }

  /**
   * Looks from the side that has waited longest, if one is due.
   *
   * @param version Something else whenever the agent has changed.
   */
  async look(version: string): Promise<InsideNews | undefined> {
    const began = this.#now();
    const dueAt = (view: View) => this.#due.get(view) ?? 0;
    const [view] = this.#shown.filter((view) => dueAt(view) <= began).sort((a, b) => dueAt(a) - dueAt(b));
    if (view === undefined) return undefined;
    const sight = this.#sights.get(view)!;
    const news = await sight.look(this.#seen.get(view) !== version);
    this.#seen.set(view, version);
    const now = this.#now();
    this.#due.set(view, now + Math.max(sight.interval, (now - began) / share));
    return news;
  }
}
