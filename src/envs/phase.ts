/** Whether an environment may be stepped or drawn. @module */

/** Where an environment is in its episode. It refuses what must wait for a reset. */
export class Phase {
  readonly #name: string;
  #now: "new" | "running" | "ended" = "new";

  /** No episode has begun. `name` is the environment's, for messages. */
  constructor(name: string) {
    this.#name = name;
  }

  /** An episode has begun. */
  begin(): void {
    this.#now = "running";
  }

  /** The episode has terminated. */
  end(): void {
    this.#now = "ended";
  }

  /** Throws Error unless an episode is under way. */
  checkStep(): void {
    if (this.#now === "running") return;
    const found = this.#now === "new" ? "no episode has begun" : "the episode has terminated";
    throw new Error(`Cannot step ${this.#name}: ${found}, wanted reset() first`);
  }

  /** Throws Error unless there is a state to show, be it the last of an episode. */
  checkRender(): void {
    if (this.#now !== "new") return;
    throw new Error(`Cannot render ${this.#name}: no episode has begun, wanted reset() first`);
  }
}
