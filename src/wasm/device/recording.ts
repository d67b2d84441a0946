/** Commands as they are recorded, and the first thing wrong with them. @module */
import type { Command } from "./command.ts";
import { Refusal } from "./errors.ts";

/** The list behind a command encoder and its passes. */
export class Recording {
  /** What is recorded so far. */
  readonly commands: Command[] = [];
  #problem: string | undefined;

  /** Why the commands cannot be used; undefined where they can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Makes the commands unusable. The first reason counts. */
  refuse(problem: string): void {
    this.#problem ??= problem;
  }

  /** Appends what `make` gives, or keeps its refusal. */
  add(make: () => Command): void {
    try {
      this.commands.push(make());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(error.message);
    }
  }
}
