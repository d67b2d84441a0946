import { assertEquals, assertStringIncludes } from "@std/assert";
import type { State } from "../../src/core/state.ts";
import { CartPole } from "../../src/envs/cartpole.ts";
import { checkEnvironment } from "../../src/envs/check.ts";
import {
  type Environment,
  noInfo,
  type Observation,
  type ResetResult,
  type StepResult,
} from "../../src/envs/environment.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { saveable } from "./saving.ts";
import { Counter } from "./toys.ts";

/** Fails unless `save-load` alone is broken, with `part` in its message. */
function assertUnsaved(env: Environment<Observation>, part: string): void {
  const problems = checkEnvironment(env);
  assertEquals(problems.map(({ rule, level }) => [rule, level]), [["save-load", "error"]]);
  assertStringIncludes(problems[0]!.message, part);
}

/** CartPole whose state is passed through functions. */
function changed(change: { save?(state: State): unknown; load?(state: State): State }): Environment {
  const env = new CartPole();
  const { save, load } = { save: (state: State) => state, load: (state: State) => state, ...change };
  return {
    observationSpace: env.observationSpace,
    actionSpace: env.actionSpace,
    reset: (options) => env.reset(options),
    step: (action) => env.step(action),
    save: () => save(env.save()) as State,
    load: (state) => env.load(load(state)),
  };
}

/** An array that is written to in each step, saved and loaded as `copies` says. */
class Walk implements Environment {
  readonly observationSpace = new Counter(1).observationSpace;
  readonly actionSpace = new Counter(1).actionSpace;
  readonly #copies: { readonly saved: boolean; readonly loaded: boolean };
  #place = new Float64Array(1);

  constructor(copies: { saved: boolean; loaded: boolean }) {
    this.#copies = copies;
  }

  reset() {
    this.#place = new Float64Array(1);
    return { observation: Float32Array.of(0, 0), info: noInfo };
  }

  step(action: number): StepResult {
    if (!(action >= 0 && action < 3)) throw new RangeError(`Cannot step: action is ${action}`);
    const place = this.#place[0]! += action;
    return {
      observation: Float32Array.of(0, place),
      reward: 0,
      terminated: false,
      truncated: false,
      info: noInfo,
    };
  }

  save(): State {
    return { place: this.#copies.saved ? this.#place.slice() : this.#place };
  }

  load(state: State): void {
    const { place } = state as { place: Float64Array<ArrayBuffer> };
    this.#place = this.#copies.loaded ? place.slice() : place;
  }
}

Deno.test("checkEnvironment finds nothing wrong with environments that go on from what they saved", () => {
  for (const [name, make] of Object.entries(saveable)) assertEquals(checkEnvironment(make()), [], name);
  assertEquals(checkEnvironment(changed({})), []);
  const walk = new TimeLimit(new Walk({ saved: true, loaded: true }), 100);
  assertEquals(checkEnvironment(walk), []);
});

Deno.test("checkEnvironment finds one of save and load without the other, inside of wrappers too", () => {
  const half = Object.assign(new Counter(5), { save: () => null });
  assertUnsaved(half, "save is function and load is undefined, wanted two functions or neither");
  assertUnsaved(new TimeLimit<Float32Array>(half, 3), "save is function and load is undefined");
  const other = Object.assign(new Counter(5), { save: 1, load: 1 });
  assertUnsaved(other as unknown as Environment, "save is number and load is number");
});

Deno.test("checkEnvironment finds a state that is not saved, the random stream among it", () => {
  const told = "gone on from step";
  const record = (state: State) => state as Record<string, State>;
  const other = new CartPole();
  other.reset({ seed: 2 });
  const { progress, state } = record(other.save());
  assertUnsaved(changed({ load: (all) => ({ ...record(all), state: state! }) }), told);
  assertUnsaved(changed({ load: (all) => ({ ...record(all), progress: progress! }) }), "loaded once: ");

  const forgetful = Object.assign(new Counter(5), { save: () => null, load: () => {} });
  assertUnsaved(forgetful, "loaded once: step(");
});

Deno.test("checkEnvironment finds action masks that a load does not bring back", () => {
  const env = changed({});
  let steps = 0;
  const masked = <R extends ResetResult>(result: R) => ({
    ...result,
    info: { actionMask: Uint8Array.of(1, steps % 3 > 0 ? 1 : 0) },
  });
  assertUnsaved({
    ...env,
    reset: (options) => (steps = 0, masked(env.reset(options))),
    step: (action) => (steps++, masked(env.step(action))),
  }, "loaded once: the action mask of step 1 was [1, ");
});

Deno.test("checkEnvironment finds states that are written to after they were saved or loaded", () => {
  assertUnsaved(new TimeLimit(new Walk({ saved: false, loaded: true }), 100), "loaded once: the observation");
  assertUnsaved(
    new TimeLimit(new Walk({ saved: true, loaded: false }), 100),
    "loaded twice: the observation",
  );
});

Deno.test("checkEnvironment finds states that are no plain data, and methods that throw", () => {
  const saving = (extra: unknown) => changed({ save: (state) => ({ ...state as object, extra }) });
  assertUnsaved(saving([1, new Map()]), "save().extra[1] is [object Map], wanted plain data");
  assertUnsaved(saving({ now: 1n }), "save().extra.now is 1, wanted plain data");
  assertUnsaved(
    saving(new Int8Array(2)),
    "save().extra is [0, 0], wanted plain",
  );
  assertUnsaved(changed({ save: () => undefined }), "save() is undefined, wanted plain data");
  assertEquals(checkEnvironment(saving({ list: [null, "a", true, -0], none: undefined })), []);
  const throwing = changed({
    load() {
      throw new TypeError("no such cell");
    },
  });
  assertUnsaved(throwing, "and loading threw TypeError: no such cell, wanted neither to throw");
});
