/** Transitions between states that are numbered. @module */
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
