import { assertEquals, assertThrows } from "@std/assert";
import { DivergenceError, UsageError } from "../../src/core/errors.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import type { StepResult } from "../../src/envs/environment.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { Counter, counters, type Faults, faulty, Ring } from "./toys.ts";

Deno.test("VectorEnvironment refuses more numbers in its observations than there is room for", () => {
  const make = (count: number) =>
    new VectorEnvironment(count, () => ({
      observationSpace: box([2 ** 20], 0, 1),
      actionSpace: discrete(2),
      reset: () => ({ observation: new Float32Array(), info: {} }),
      step: () => ({
        observation: new Float32Array(),
        reward: 0,
        terminated: false,
        truncated: false,
        info: {},
      }),
    }));
  const message = "65 environments show 1048576 numbers each, wanted at most 67108864 in all";
  assertThrows(() => make(65), UsageError, message);
  assertEquals(make(2).width, 2 ** 20);
});

/** The error of a vector whose environment 1 has `faults`, at the reset or in five steps. */
function assertFault(
  faults: Faults,
  message: string,
  Fault: typeof UsageError | typeof DivergenceError = UsageError,
): void {
  const vector = new VectorEnvironment(2, (index) => index === 1 ? faulty(faults) : new Counter(5));
  assertThrows(
    () => {
      vector.reset(0);
      for (let step = 0; step < 5; step++) vector.step(Uint32Array.of(0, 0));
    },
    Fault,
    message,
  );
}

const at3 = (change: Partial<StepResult>): Faults => ({
  step: (result, step) => step === 3 ? { ...result, ...change } : result,
});

Deno.test("VectorEnvironment refuses observations that are unfit, naming place and values", () => {
  assertFault(
    at3({ observation: Float32Array.of(0.5, NaN) }),
    "Cannot use the observation of environment 1, step 3 of its episode: it is [0.5, NaN], wanted a Float32Array of 2 finite numbers",
    DivergenceError,
  );
  assertFault(at3({ observation: Float32Array.of(-Infinity, 1) }), "it is [-Infinity, 1]", DivergenceError);
  assertFault(at3({ observation: Float32Array.of(1, 2, 3) }), "it is [1, 2, 3]");
  assertFault(at3({ observation: [1, 2] as unknown as Float32Array }), "it is [1, 2]");
  assertFault(
    { reset: (result) => ({ ...result, observation: new Float32Array(20) }) },
    "Cannot use the observation of environment 1, at its reset: it is [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...] of length 20",
  );
});

Deno.test("VectorEnvironment refuses integers outside a Discrete", () => {
  const vector = new VectorEnvironment(1, () => {
    const ring = new Ring();
    return {
      observationSpace: ring.observationSpace,
      actionSpace: ring.actionSpace,
      reset: () => ring.reset(),
      step: (action: number) => ({ ...ring.step(action), observation: 5 }),
    };
  });
  vector.reset(0);
  assertThrows(
    () => vector.step(Uint32Array.of(0)),
    UsageError,
    "Cannot use the observation of environment 0, step 1 of its episode: it is 5, wanted an integer of Discrete(5)",
  );
});

Deno.test("VectorEnvironment refuses rewards that are no numbers, or not finite in float32", () => {
  const rewards: [unknown, string][] = [[NaN, "NaN"], [Infinity, "Infinity"], [1e39, "1e+39"], ["1", '"1"'], [
    1n,
    "1",
  ]];
  for (const [reward, told] of rewards) {
    const found = `Cannot use the reward of environment 1, step 3 of its episode: it is ${told}`;
    assertFault(
      at3({ reward: reward as number }),
      `${found}, wanted a finite float32`,
      typeof reward === "number" ? DivergenceError : UsageError,
    );
  }
});

Deno.test("VectorEnvironment refuses masks that are absent, unfit or empty", () => {
  const masked = (mask: unknown): Faults => ({
    reset: (result) => ({ ...result, info: { actionMask: Uint8Array.of(1, 1, 0) } }),
    step: (result) => ({ ...result, info: mask === undefined ? {} : { actionMask: mask } }),
  });
  const cases: [unknown, string][] = [
    [undefined, "absent"],
    [Uint8Array.of(1, 1), "[1, 1]"],
    [Uint8Array.of(0, 2, 0), "[0, 2, 0]"],
    [Uint8Array.of(0, 0, 0), "[0, 0, 0]"],
    [[1, 1, 1], "[1, 1, 1]"],
  ];
  for (const [mask, found] of cases) {
    const vector = new VectorEnvironment(1, () => faulty(masked(mask)));
    vector.reset(0);
    assertThrows(
      () => vector.step(Uint32Array.of(0)),
      UsageError,
      `Cannot use the action mask of environment 0, step 1 of its episode: it is ${found}, wanted 3 entries of 0 or 1, not all 0`,
    );
  }
  assertFault(masked(undefined), "Cannot use the action mask of environment 0, at its reset: it is absent");
});

Deno.test("VectorEnvironment.step refuses actions that do not fit, before any environment steps", () => {
  const vector = counters(2);
  assertThrows(
    () => vector.step(Uint32Array.of(0, 0)),
    Error,
    "Cannot step 2 environments: no episode has begun, wanted reset() first",
  );
  vector.reset(0);
  assertThrows(
    () => vector.step(Uint32Array.of(0)),
    RangeError,
    "Cannot step 2 environments: there are 1 actions, wanted one each",
  );
  assertThrows(
    () => vector.step(Uint32Array.of(0, 3)),
    RangeError,
    "Cannot step environment 1: action is 3, wanted an integer in [0, 2]",
  );
  assertEquals(vector.step(Uint32Array.of(0, 0)).nextObservations[1], 1);
});

Deno.test("VectorEnvironment wants a positive count and equal spaces", () => {
  assertThrows(
    () => counters(0),
    RangeError,
    "Cannot make a vector environment: count is 0, wanted a positive integer",
  );
  const other = (faults: Faults) => () =>
    new VectorEnvironment(2, (index) => index === 1 ? faulty(faults) : new Counter(2));
  assertThrows(
    other({ actionSpace: discrete(2) }),
    UsageError,
    "Cannot make a vector environment: action space of environment 1 is Discrete(2), wanted Discrete(3) as of environment 0",
  );
  assertThrows(
    other({ observationSpace: box([2], 0, 9) }),
    UsageError,
    "observation space of environment 1 is Box([2], 0 to 9), wanted Box([2], 0 to [1, Infinity])",
  );
});
