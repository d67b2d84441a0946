/** Small environments for tests. @module */
import type { Random } from "../../src/core/random.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import {
  checkAction,
  type Environment,
  noInfo,
  randomFor,
  type ResetOptions,
  type ResetResult,
  type StepResult,
} from "../../src/envs/environment.ts";
import type { State } from "../../src/core/state.ts";
import type { Surface } from "../../src/envs/surface.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";

/**
 * Counts steps: observes [start, steps], start uniform in [0, 1); terminates after `length` steps; the reward is the
 * action. `masked` adds a mask that allows action 1 alone after odd numbers of steps.
 */
export class Counter implements Environment {
  readonly observationSpace = box([2], 0, [1, Infinity]);
  readonly actionSpace = discrete(3);
  readonly #length: number;
  readonly #masked: boolean;
  #random: Random | undefined;
  #start = 0;
  #steps = NaN;

  constructor(length: number, masked = false) {
    this.#length = length;
    this.#masked = masked;
  }

  reset(options: ResetOptions = {}): ResetResult {
    this.#random = randomFor(this.#random, options.seed);
    this.#start = options.state?.[0] ?? this.#random.uniform();
    this.#steps = 0;
    return { observation: this.#observe(), info: this.#info() };
  }

  step(action: number): StepResult {
    checkAction(this.actionSpace, action);
    if (!(this.#steps < this.#length)) {
      throw new Error("Cannot step Counter: no episode, wanted reset() first");
    }
    this.#steps++;
    const terminated = this.#steps === this.#length;
    return { observation: this.#observe(), reward: action, terminated, truncated: false, info: this.#info() };
  }

  #observe() {
    return Float32Array.of(this.#start, this.#steps);
  }

  #info() {
    return this.#masked
      ? { actionMask: Uint8Array.from([0, 1, 2], (a) => this.#steps % 2 === 0 || a === 1 ? 1 : 0) }
      : noInfo;
  }
}

/** Walks around a ring of 5 cells, observed as integers; never ends. Starts at cell 2. */
export class Ring implements Environment<number> {
  readonly observationSpace = discrete(5);
  readonly actionSpace = discrete(2);
  #cell = NaN;

  reset(): ResetResult<number> {
    this.#cell = 2;
    return { observation: this.#cell, info: noInfo };
  }

  step(action: number): StepResult<number> {
    checkAction(this.actionSpace, action);
    this.#cell = (this.#cell + (action === 1 ? 1 : 4)) % 5;
    return { observation: this.#cell, reward: 0, terminated: false, truncated: false, info: noInfo };
  }
}

/**
 * Pictures [3, rows, columns] by a formula, another at each step, that `golden/frames.py` has too; `grey` ones show every
 * grey in turn. Ends after 7 steps, by default.
 */
export class Pictures implements Environment {
  readonly observationSpace;
  readonly actionSpace = discrete(2);
  #steps = 0;

  constructor(readonly rows: number, readonly columns: number, readonly grey = false, readonly length = 7) {
    this.observationSpace = box([3, rows, columns], 0, 1);
  }

  reset(): ResetResult {
    this.#steps = 0;
    return { observation: this.#observe(), info: noInfo };
  }

  step(_action: number): StepResult {
    const terminated = ++this.#steps === this.length;
    return { observation: this.#observe(), reward: 0, terminated, truncated: false, info: noInfo };
  }

  save(): State {
    return this.#steps;
  }

  load(state: State): void {
    this.#steps = Number(state);
  }

  #observe(): Float32Array {
    const pixels = this.rows * this.columns;
    return Float32Array.from({ length: 3 * pixels }, (_, i) => {
      const [c, y, x] = [Math.floor(i / pixels), Math.floor(i % pixels / this.columns), i % this.columns];
      const value = this.grey ? i % pixels : 31 * this.#steps + 57 * y + 101 * x + 17 * c + 7 * x * y;
      return value % 256 / 255;
    });
  }
}

/** What happens to the results of a `faulty` environment. */
export interface Faults {
  readonly observationSpace?: unknown;
  readonly actionSpace?: unknown;
  reset?(result: ResetResult, options: ResetOptions | undefined): unknown;
  step?(result: StepResult, step: number): unknown;
}

/**
 * A Counter of episodes of 5 steps with `faults`: its spaces and each of its results are replaced by theirs, typed or not.
 * It refuses steps after a result that says `terminated: true`.
 */
export function faulty(faults: Faults): Environment {
  const inner = new Counter(5);
  let steps = 0;
  let ended = false;
  const { observationSpace, actionSpace } = { ...inner, ...faults };
  return {
    observationSpace,
    actionSpace,
    reset(options?: ResetOptions) {
      const result = inner.reset(options);
      steps = 0;
      ended = false;
      return faults.reset === undefined ? result : faults.reset(result, options);
    },
    step(action: number) {
      if (ended) throw new Error("Cannot step: the episode has terminated, wanted reset() first");
      const result = inner.step(action);
      steps++;
      const given = faults.step === undefined ? result : faults.step(result, steps);
      ended = (given as Partial<StepResult>).terminated === true;
      return given;
    },
  } as Environment;
}

/** A surface that writes down what is called on it, numbers rounded to 0.01. */
export function recordingSurface(width: number, height: number): { surface: Surface; calls: string[] } {
  const calls: string[] = [];
  const surface = new Proxy({ canvas: { width, height } }, {
    get(target, name) {
      if (name === "canvas") return target.canvas;
      return (...values: number[]) => {
        calls.push(`${String(name)}(${values.map((value) => Math.round(value * 100) / 100).join(", ")})`);
      };
    },
    set(_, name, value) {
      calls.push(`${String(name)} = ${value}`);
      return true;
    },
  });
  return { surface: surface as unknown as Surface, calls };
}

/** Counters that end after 2, 3, 4, ... steps. */
export function counters(count: number): VectorEnvironment {
  return new VectorEnvironment(count, (index) => new Counter(index + 2));
}
