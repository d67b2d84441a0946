/** Where an environment is in its episodes: what all of ours keep beside their state. @module */
import { Random } from "../core/random.ts";
import { type State, StateReader } from "../core/state.ts";
import { randomFor } from "./environment.ts";

/** Whether an environment may be stepped or drawn, and its draws. It refuses what must wait for a reset. */
export class EpisodePhase {
  /** The environment's, for messages. */
  readonly name: string;
  #phase: "new" | "running" | "ended" = "new";
  #random: Random | undefined;

  /** No episode has begun. `name` is the environment's, for messages. */
  constructor(name: string) {
    this.name = name;
  }

  /** An episode has begun. These are its draws, chosen as by `randomFor`, which throws for a wrong seed. */
  begin(seed: number | undefined): Random {
    this.#random = randomFor(this.#random, seed);
    this.#phase = "running";
    return this.#random;
  }

  /** The draws of the present episode. Throws Error unless one is under way. */
  checkStep(): Random {
    if (this.#phase === "running") return this.#random!;
    const found = this.#phase === "new" ? "no episode has begun" : "the episode has terminated";
    throw new Error(`Cannot step ${this.name}: ${found}, wanted reset() first`);
  }

  /** The episode has terminated. */
  end(): void {
    this.#phase = "ended";
  }

  /** Throws Error unless there is a state to show, be it the last of an episode. */
  checkRender(): void {
    if (this.#phase !== "new") return;
    throw new Error(`Cannot render ${this.name}: no episode has begun, wanted reset() first`);
  }

  /** The phase and the draws. */
  save(): State {
    return { phase: this.#phase, random: this.#random?.save() };
  }

  /** Takes over what was saved. @throws {UsageError} When it is something else; it is as it was then. */
  load(saved: StateReader): void {
    const phase = saved.text("phase");
    if (phase !== "new" && phase !== "running" && phase !== "ended") {
      saved.refuse("phase", '"new", "running" or "ended"');
    }
    this.#random = phase === "new" ? undefined : Random.from(saved.child("random"));
    this.#phase = phase;
  }
}

/** What an environment saves whose state is these numbers. */
export function saveNumbers(episode: EpisodePhase, numbers: Float64Array): State {
  return { progress: episode.save(), state: numbers.slice() };
}

/** Takes over what {@linkcode saveNumbers} gave. @throws {UsageError} When it is something else, or one number is NaN. */
export function loadNumbers(episode: EpisodePhase, numbers: Float64Array, state: State): void {
  const saved = new StateReader(state, episode.name);
  const found = saved.array("state", "Float64Array", numbers.length);
  if (found.some(Number.isNaN)) saved.refuse("state", `${numbers.length} numbers other than NaN`);
  episode.load(saved.child("progress"));
  numbers.set(found);
}
