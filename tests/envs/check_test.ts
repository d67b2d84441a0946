import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import { assertEnvironment, checkEnvironment } from "../../src/envs/check.ts";
import type { Environment, Observation, ResetResult, StepResult } from "../../src/envs/environment.ts";
import { environmentIds, makeEnv } from "../../src/envs/environment_registry.ts";
import { Counter, type Faults, faulty, Ring } from "./toys.ts";

/** Fails unless the checker finds the one problem, with `part` in its message. */
function assertProblem(env: Environment<Observation>, rule: string, part: string, level = "error"): void {
  const problems = checkEnvironment(env);
  assertEquals(problems.map((problem) => [problem.rule, problem.level]), [[rule, level]]);
  assertStringIncludes(problems[0]!.message, part);
}

const changed = (change: Partial<Record<keyof StepResult, unknown>>): Faults => ({
  step: (result, step) => step === 3 ? { ...result, ...change } : result,
});

Deno.test("checkEnvironment finds nothing wrong with sound environments", () => {
  const sound = [new Counter(5), new Counter(5, true), new Counter(1), new Ring()];
  for (const env of sound) assertEquals(checkEnvironment(env), []);
  for (const id of environmentIds()) assertEquals(checkEnvironment(makeEnv(id, {})), []);
});

Deno.test("checkEnvironment leaves endless episodes after the given number of steps", () => {
  let steps = 0;
  const ring = new Ring();
  const counted: Environment<number> = {
    observationSpace: ring.observationSpace,
    actionSpace: ring.actionSpace,
    reset: () => ring.reset(),
    step(action) {
      steps++;
      return ring.step(action);
    },
  };
  assertEquals(checkEnvironment(counted, { steps: 50 }), []);
  assert(steps >= 50 && steps < 200, `${steps} steps`);
});

Deno.test("checkEnvironment finds spaces that are missing or invalid", () => {
  assertProblem(
    faulty({ observationSpace: undefined }),
    "observation-space",
    "it is undefined, wanted a Discrete or a Box",
  );
  assertProblem(
    faulty({ observationSpace: { ...box([2], 0, 1), high: [1] } }),
    "observation-space",
    "2 low and 1 high",
  );
  assertProblem(faulty({ actionSpace: discrete(3).n }), "action-space", "it is 3");
  assertProblem(faulty({ actionSpace: { kind: "discrete", n: 0 } }), "action-space", "n is 0");
  assertProblem(faulty({ actionSpace: box([1], -1, 1) }), "action-space", 'kind is "box", wanted "discrete"');
});

Deno.test("checkEnvironment finds what is no environment at all", () => {
  assertProblem(
    undefined as unknown as Environment,
    "methods",
    "the environment is undefined, wanted an object",
  );
  const half = { observationSpace: discrete(2), actionSpace: discrete(2), reset() {} };
  assertProblem(half as unknown as Environment, "methods", "step is undefined, wanted a function");
});

Deno.test("checkEnvironment finds results without their fields", () => {
  assertProblem(
    faulty({ reset: ({ observation }) => observation }),
    "reset-result",
    "reset({ seed: 1 }) returned an object without observation, info, wanted { observation, info }",
  );
  assertProblem(faulty({ reset: () => null }), "reset-result", "returned null");
  assertProblem(
    faulty({ step: ({ observation, reward, terminated }) => ({ observation, reward, done: terminated }) }),
    "step-result",
    "returned an object without terminated, truncated, info, wanted { observation, reward, terminated, truncated, info }",
  );
});

Deno.test("checkEnvironment finds observations of a wrong kind or length", () => {
  const seen = (observation: unknown) => faulty(changed({ observation }));
  assertProblem(seen([0, 3]), "observation", "is Array [0, 3], wanted a Float32Array of length 2");
  assertProblem(seen(Float64Array.of(0, 3)), "observation", "is Float64Array [0, 3], wanted a Float32Array");
  assertProblem(seen(undefined), "observation", "is undefined, wanted a Float32Array");
  assertProblem(seen(Float32Array.of(1, 2, 3)), "observation", "at step 3 has length 3, wanted 2: [1, 2, 3]");
});

Deno.test("checkEnvironment finds integers outside a Discrete", () => {
  const space = { observationSpace: discrete(4) };
  const counted = faulty({
    ...space,
    reset: (result) => ({ ...result, observation: 0 }),
    step: (result, step) => ({ ...result, observation: step }),
  });
  assertProblem(counted, "observation", "at step 4 is 4, wanted an integer of Discrete(4)");
  assertProblem(faulty(space), "observation", "of reset({ seed: 1 }) is Float32Array [");
});

Deno.test("checkEnvironment finds numbers out of bounds or not finite", () => {
  const seen = (...numbers: number[]) =>
    faulty({
      step: (result, i) => i === 3 ? { ...result, observation: Float32Array.from(numbers) } : result,
    });
  assertProblem(
    seen(0.5, -1),
    "observation-bounds",
    "at step 3 holds -1 at entry 1, wanted [0, Infinity]: [0.5, -1]",
  );
  assertProblem(
    seen(0.5, NaN),
    "observation-finite",
    "holds NaN at entry 1, wanted finite numbers: [0.5, NaN]",
  );
  assertProblem(seen(0.5, Infinity), "observation-finite", "holds Infinity at entry 1");
});

Deno.test("checkEnvironment finds rewards, flags and infos of a wrong kind", () => {
  assertProblem(faulty(changed({ reward: NaN })), "reward", "is NaN, wanted a finite number");
  assertProblem(faulty(changed({ reward: "1" })), "reward", 'is "1", wanted a finite number');
  assertProblem(faulty(changed({ reward: 1n })), "reward", "is 1, wanted a finite number");
  assertProblem(faulty(changed({ terminated: 0 })), "flags", "terminated of step(");
  assertProblem(
    faulty(changed({ truncated: undefined })),
    "flags",
    "at step 3 is undefined, wanted true or false",
  );
  assertProblem(faulty(changed({ info: null })), "info", "is null, wanted an object");
});

Deno.test("checkEnvironment finds unfit action masks", () => {
  const masked = (actionMask: unknown) => faulty(changed({ info: { actionMask } }));
  assertProblem(
    masked([1, 1, 1]),
    "action-mask",
    "Array [1, 1, 1], wanted a Uint8Array of 3 entries of 0 or 1",
  );
  assertProblem(masked(Uint8Array.of(1)), "action-mask", "Uint8Array [1], wanted");
  assertProblem(masked(Uint8Array.of(0, 255, 0)), "action-mask", "Uint8Array [0, 255, 0], wanted");
  assertProblem(
    masked(new Uint8Array(3)),
    "action-mask",
    "[0, 0, 0], wanted a legal action while the episode goes on",
  );
});

Deno.test("checkEnvironment plays legal actions only", () => {
  const inner = new Counter(9, true);
  let mask = new Uint8Array();
  const strict: Environment = {
    observationSpace: inner.observationSpace,
    actionSpace: inner.actionSpace,
    reset: (options) => legal(inner.reset(options)),
    step(action) {
      if (mask[action] === 0) throw new Error(`Cannot take ${action}`);
      return legal(inner.step(action));
    },
  };
  function legal<R extends ResetResult>(result: R): R {
    mask = Uint8Array.from(result.info.actionMask!);
    return result;
  }
  assertEquals(checkEnvironment(strict), []);
});

Deno.test("checkEnvironment finds arrays that are written to after they were given", () => {
  const shared = new Float32Array(2);
  const reused = <R extends ResetResult>(result: R) => {
    shared.set(result.observation);
    return { ...result, observation: shared };
  };
  assertProblem(
    faulty({ reset: reused, step: reused }),
    "observation-reused",
    "wanted a fresh array each time",
  );

  const pair = [new Float32Array(2), new Float32Array(2)];
  const alternating = (result: StepResult, step: number) => {
    pair[step % 2]!.set(result.observation);
    return { ...result, observation: pair[step % 2]! };
  };
  assertProblem(faulty({ step: alternating }), "observation-reused", "later, wanted a fresh array each time");

  const constant = Float32Array.of(0, 0);
  const same = <R extends ResetResult>(result: R) => ({ ...result, observation: constant });
  assertProblem(faulty({ reset: same, step: same }), "observation-reused", "given as [0, 0] was given again");
});

Deno.test("checkEnvironment finds chance that no seed decides", () => {
  let calls = 0;
  const moving = <R extends ResetResult>(result: R) => ({
    ...result,
    observation: Float32Array.of(1 / ++calls, result.observation[1]!),
  });
  assertProblem(
    faulty({ reset: moving }),
    "determinism",
    "two resets of equal seed: the observation of the reset was [1, 0], then",
  );
  assertProblem(
    faulty({ step: moving }),
    "determinism",
    "equal seed and actions: the observation of step 1 was",
  );
  const paid = (result: StepResult) => ({ ...result, reward: ++calls });
  assertProblem(faulty({ step: paid }), "determinism", "reward of step 1 was");
});

Deno.test("checkEnvironment finds what a reset leaves of the episode before", () => {
  let total = 0;
  const forgetful = (result: StepResult) => ({ ...result, terminated: ++total >= 3 });
  assertProblem(
    faulty({ step: forgetful }),
    "reset-after-end",
    "terminated of step 1 was false, then true, wanted the same",
  );

  let position = 0;
  const staying = faulty({
    reset: (result) => ({ ...result, observation: Float32Array.of(0, position) }),
    step: (result) => ({ ...result, observation: Float32Array.of(0, ++position) }),
  });
  assertProblem(
    staying,
    "reset-after-end",
    "the observation of the reset was [0, 0], then [0, 5], wanted the same",
  );
});

Deno.test("checkEnvironment finds methods that throw", () => {
  const broken = faulty({
    step() {
      throw new TypeError("no such cell");
    },
  });
  assertProblem(broken, "throws", "at step 1 threw TypeError: no such cell, wanted a result");
  const once = faulty({
    reset(result, options) {
      if (options?.seed === undefined) throw new Error("no seed");
      return result;
    },
  });
  assertProblem(once, "throws", "reset() threw Error: no seed, wanted a result");
});

Deno.test("checkEnvironment warns of steps that should be refused", () => {
  const inner = new Counter(5);
  const ring = new Ring();
  const wrapping: Environment<number> = {
    observationSpace: ring.observationSpace,
    actionSpace: ring.actionSpace,
    reset: () => ring.reset(),
    step: (action) => ring.step(Math.abs(action) % 2),
  };
  assertProblem(
    wrapping,
    "action-range",
    "step(2) was accepted, wanted a RangeError: actions are 0 to 1",
    "warning",
  );

  let last: StepResult | undefined;
  const going: Environment = {
    observationSpace: inner.observationSpace,
    actionSpace: inner.actionSpace,
    reset(options) {
      last = undefined;
      return inner.reset(options);
    },
    step(action) {
      if (last !== undefined) return last;
      const result = inner.step(action);
      if (result.terminated) last = result;
      return result;
    },
  };
  assertProblem(going, "step-after-end", "step(0) was accepted after the end of an episode", "warning");
});

Deno.test("checkEnvironment warns of a random stream that every reset restarts", () => {
  const inner = new Counter(5);
  const restarting: Environment = {
    observationSpace: inner.observationSpace,
    actionSpace: inner.actionSpace,
    reset: (options) => inner.reset({ seed: 0, ...options }),
    step: (action) => inner.step(action),
  };
  assertProblem(restarting, "random-stream", "8 resets without a seed all gave [", "warning");
});

Deno.test("assertEnvironment throws all that was found, and nothing for warnings alone", () => {
  assertEnvironment(new Counter(5));
  const inner = new Ring();
  assertEnvironment({
    observationSpace: inner.observationSpace,
    actionSpace: inner.actionSpace,
    reset: () => inner.reset(),
    step: () => inner.step(0),
  });
  const error = assertThrows(
    () => assertEnvironment(faulty(changed({ reward: NaN, truncated: 0 }))),
    UsageError,
    "Cannot use the environment: problems found, wanted none\n  error reward: the reward of step(",
  ) as Error;
  assertStringIncludes(error.message, "\n  error flags: truncated of step(");
});
