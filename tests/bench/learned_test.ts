/** What is asked of runs that were timed. */
import { assertEquals } from "@std/assert";
import { type Evidence, problemsOf, randomPlay } from "../../src/bench/learned.ts";
import { demandsOf } from "../../src/bench/suites.ts";
import { Random } from "../../src/core/random.ts";
import { makeEnv } from "../../src/envs/environment_registry.ts";

const learned: Evidence = { finite: true, moved: true, updates: 1300, meanQ: 15, lastReturn: 60 };

Deno.test("problemsOf finds nothing wrong with a run that learned", () => {
  assertEquals(problemsOf(learned, demandsOf("loop", "cleanrl")), []);
  assertEquals(problemsOf({ finite: true, moved: true, updates: 1 }), []);
  assertEquals(problemsOf({ ...learned, greedyReturn: 460 }, demandsOf("time-to-solve", "0")), []);
  assertEquals(problemsOf({ ...learned, lossRatio: 0.1 }, demandsOf("update", "64 batch 64")), []);
});

Deno.test("problemsOf names everything that is wrong", () => {
  const cases: [Partial<Evidence>, string][] = [
    [{ updates: 0 }, "no update was made"],
    [{ finite: false }, "a loss was not finite"],
    [{ moved: false }, "no parameter changed"],
    [{ meanQ: 0.5 }, "the mean Q value is 0.500, wanted 2 to 100"],
    [{ meanQ: 5000 }, "the mean Q value is 5.00e+3, wanted 2 to 100"],
    [{ meanQ: NaN }, "the mean Q value is NaN, wanted 2 to 100"],
    [
      { lastReturn: 22 },
      "the mean return of the last fifty episodes is 22.0, wanted 27.3, above random play's 22.3",
    ],
  ];
  for (const [wrong, problem] of cases) {
    assertEquals(problemsOf({ ...learned, ...wrong }, demandsOf("loop", "cleanrl")), [problem]);
  }
  assertEquals(problemsOf({ ...learned, greedyReturn: 440 }, demandsOf("time-to-solve", "0")), [
    "on new start states the mean return is 440, wanted 450",
  ]);
  assertEquals(problemsOf({ ...learned, lossRatio: 0.9 }, demandsOf("update", "64 batch 64")), [
    "the loss fell to 0.900 of what it was, wanted 0.5 or less",
  ]);
});

Deno.test("randomPlay is what random actions earn on CartPole-v1, within four standard errors", () => {
  const [episodes, random, environment] = [2000, new Random(3), makeEnv("CartPole-v1")];
  environment.reset({ seed: 3 });
  let steps = 0;
  for (let episode = 0; episode < episodes; episode++) {
    for (let ended = false; !ended; steps++) {
      const { terminated, truncated } = environment.step(random.below(2));
      ended = terminated || truncated;
    }
    environment.reset();
  }
  assertEquals(Math.abs(steps / episodes - randomPlay.mean) < 4 * randomPlay.std / Math.sqrt(episodes), true);
});
