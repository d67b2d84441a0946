/** Environments that tell what teaching systems with a fault take them to tell. @module */
import type { Random } from "../../../core/random.ts";
import {
  type Observation,
  randomFor,
  type ResetOptions,
  type ResetResult,
  type StepResult,
} from "../../../envs/environment.ts";
import { Rooms } from "../../../envs/rooms.ts";
import { Wrapper } from "../../../envs/wrapper.ts";

/** A time limit that is told as the end of the task: nothing is expected beyond it. */
export class LimitEnds<O extends Observation> extends Wrapper<O> {
  /** Steps `inner`. */
  override step(action: number): StepResult<O> {
    const step = this.inner.step(action);
    return { ...step, terminated: step.terminated || step.truncated, truncated: false };
  }
}

/** Rooms whose next one is any that has a door, whichever was chosen; the reward is that of the one that was. */
export class AnyDoor extends Wrapper<number> {
  readonly #rooms: Rooms;
  #random: Random | undefined;
  #room = 0;

  /** The six rooms. */
  constructor() {
    const rooms = new Rooms();
    super(rooms);
    this.#rooms = rooms;
  }

  /** Resets the rooms. */
  override reset(options: ResetOptions = {}): ResetResult<number> {
    this.#random = randomFor(this.#random, options.seed);
    this.#random.counter = 1000; // The first draws are those of the rooms.
    const start = this.#rooms.reset(options);
    this.#room = start.observation;
    return start;
  }

  /** Goes through a door. */
  override step(action: number): StepResult<number> {
    const rewards = this.#rooms.reward[this.#room]!;
    const doors = [...rewards.keys()].filter((room) => rewards[room]! >= 0);
    const reward = rewards[action]!;
    const step = this.#rooms.step(doors[this.#random!.below(doors.length)]!);
    this.#room = step.observation;
    return { ...step, reward };
  }
}
