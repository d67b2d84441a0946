/** Transitions between states that are numbered. @module */
import { UsageError } from "../core/errors.ts";
import type { State, StateReader } from "../core/state.ts";
import type { Transitions } from "./agent.ts";

/** Rows of transitions in the order of their arrival, in arrays that grow. */
export class TransitionList {
  /** Rows. */
  length = 0;
  /** The states acted in. */
  states: Float32Array;
  /** What was done there. */
  actions: Uint32Array;
  /** What it earned. */
  rewards: Float32Array;
  /** The states that came of it. */
  nextStates: Float32Array;
  /** 1 where the task was over. */
  terminated: Uint8Array;
  /** Legal actions of `nextStates` as 0 or 1, `[length, actions]`; undefined where none were given. */
  nextMasks: Uint8Array | undefined;
  readonly #actionCount: number;

  /** An empty list with room for `capacity` rows, over `actionCount` actions. */
  constructor(capacity: number, actionCount: number) {
    this.#actionCount = actionCount;
    this.states = new Float32Array(capacity);
    this.actions = new Uint32Array(capacity);
    this.rewards = new Float32Array(capacity);
    this.nextStates = new Float32Array(capacity);
    this.terminated = new Uint8Array(capacity);
  }

  /** Forgets all rows. */
  clear(): void {
    this.length = 0;
  }

  /** Copies one row for each environment to the end. */
  push({ observations, actions, rewards, nextObservations, terminated, nextMasks }: Transitions): void {
    const count = actions.length;
    while (this.length + count > this.states.length) this.#grow();
    for (let i = 0; i < count; i++) {
      const row = this.length + i;
      this.states[row] = observations[i]!;
      this.actions[row] = actions[i]!;
      this.rewards[row] = rewards[i]!;
      this.nextStates[row] = nextObservations[i]!;
      this.terminated[row] = terminated[i]!;
    }
    if (nextMasks) {
      this.nextMasks ??= new Uint8Array(this.states.length * this.#actionCount).fill(1);
      this.nextMasks.set(nextMasks, this.length * this.#actionCount);
    } else {
      this.nextMasks?.fill(1, this.length * this.#actionCount, (this.length + count) * this.#actionCount);
    }
    this.length += count;
  }

  /** The rows. */
  save(): State {
    const { length } = this;
    return {
      states: this.states.slice(0, length),
      actions: this.actions.slice(0, length),
      rewards: this.rewards.slice(0, length),
      nextStates: this.nextStates.slice(0, length),
      terminated: this.terminated.slice(0, length),
      nextMasks: this.nextMasks?.slice(0, length * this.#actionCount),
    };
  }

  /** Takes over rows that were saved, of `states` states. @throws {UsageError} When they are none. */
  load(reader: StateReader, states: number): void {
    const found = reader.array("actions", "Uint32Array");
    const { length } = found;
    const rows = {
      observations: reader.array("states", "Float32Array", length),
      actions: found,
      rewards: reader.array("rewards", "Float32Array", length),
      nextObservations: reader.array("nextStates", "Float32Array", length),
      terminated: reader.array("terminated", "Uint8Array", length),
      truncated: new Uint8Array(length),
    };
    const isState = (state: number) => state >>> 0 === state && state < states;
    const isAction = (action: number) => action < this.#actionCount;
    if (
      !rows.observations.every(isState) || !rows.nextObservations.every(isState) || !found.every(isAction)
    ) {
      throw new UsageError("Cannot restore the transitions: they are not those of this environment");
    }
    const masks = reader.has("nextMasks")
      ? { nextMasks: reader.array("nextMasks", "Uint8Array", length * this.#actionCount) }
      : {};
    this.clear();
    this.push({ ...rows, ...masks });
  }

  #grow(): void {
    const capacity = 2 * this.states.length;
    this.states = grown(this.states, new Float32Array(capacity));
    this.actions = grown(this.actions, new Uint32Array(capacity));
    this.rewards = grown(this.rewards, new Float32Array(capacity));
    this.nextStates = grown(this.nextStates, new Float32Array(capacity));
    this.terminated = grown(this.terminated, new Uint8Array(capacity));
    if (!this.nextMasks) return;
    this.nextMasks = grown(this.nextMasks, new Uint8Array(capacity * this.#actionCount));
  }
}

/** `to`, beginning with what `from` holds. */
function grown<A extends Float32Array | Uint32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
