/** Environments of the Python package Gymnasium, the real ones. `deno task test:interop` runs this. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fromFileUrl } from "@std/path";
import { createRun } from "../../src/config/build.ts";
import { DivergenceError, TrainingError, UsageError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { box } from "../../src/core/spaces.ts";
import { CartPole } from "../../src/envs/cartpole.ts";
import "../../src/envs/gymnasium/family.ts";
import { makeEnv } from "../../src/envs/environment_registry.ts";
import { GrayscaleObservation } from "../../src/envs/grayscale.ts";
import { Gymnasium, type GymnasiumOptions } from "../../src/envs/gymnasium/gymnasium.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { drawState } from "../../src/train/play.ts";
import { pythonPath } from "./python.ts";

const own = "gymnasium:gymnasium_environments:", breakout = "ALE/Breakout-v5";

Deno.test.beforeAll(async () => {
  Deno.env.set("QERNEL_PYTHON", await pythonPath());
  Deno.env.set("PYTHONPATH", fromFileUrl(new URL(".", import.meta.url)));
  Deno.env.set("PYTHONDONTWRITEBYTECODE", "1");
});

/** The environment of the tests' own with a fault. */
function faulty(fault: string, options: GymnasiumOptions = {}): Gymnasium {
  return new Gymnasium(`${own}Counter-v0`, { options: { fault }, ...options });
}

Deno.test("CartPole's transitions equal those of our own, bit for bit over whole episodes", () => {
  const theirs = makeEnv(`${own}RoundedCartPole-v0`), ours = new CartPole();
  assertEquals(theirs.actionSpace, ours.actionSpace);
  assertEquals(theirs.observationSpace, ours.observationSpace);
  const random = new Random(1);
  const ends = { terminated: 0, truncated: 0 };
  for (let seed = 0; seed < 20; seed++) {
    let seen = theirs.reset({ seed }).observation;
    for (let step = 1;; step++) {
      // A policy that mostly balances for 200 steps, in half of the episodes.
      const falls = seed % 2 === 0 || random.uniform() < 0.1;
      const action = falls ? random.below(2) : Number(seen[2]! + 0.5 * seen[3]! > 0);
      ours.reset({ state: [...seen] });
      const [a, b] = [theirs.step(action), ours.step(action)];
      assertEquals({ ...a, truncated: false }, b, `seed ${seed}, step ${step}`);
      assertEquals(a.truncated, step === 200);
      seen = a.observation;
      if (!a.terminated && !a.truncated) continue;
      ends[a.terminated ? "terminated" : "truncated"]++;
      break;
    }
  }
  assert(ends.terminated > 5 && ends.truncated > 2, Deno.inspect(ends));
  theirs.close!();
});

Deno.test("a vector that is stepped in one frame gives what its environments give alone", () => {
  const id = "gymnasium:LunarLander-v3";
  const vector = new VectorEnvironment(3, () => makeEnv(id, { maxEpisodeSteps: 60 }));
  const alone = Array.from({ length: 3 }, () => makeEnv(id, { maxEpisodeSteps: 60 }));
  const seeds = [7, 7, 4_294_967_295];
  let shown = vector.resetWithSeeds(seeds).observations;
  const first = alone.map((env, i) => env.reset({ seed: seeds[i]! }).observation);
  const random = new Random(2);
  let ended = 0;
  for (let step = 0; step < 150; step++) {
    assertEquals([...shown], first.flatMap((observation) => [...observation]), `step ${step}`);
    const actions = Uint32Array.from(alone, () => random.below(4));
    const together = vector.step(actions);
    for (const [i, env] of alone.entries()) {
      const { observation, reward, terminated, truncated } = env.step(actions[i]!);
      assertEquals(together.nextObservations.subarray(i * 8, i * 8 + 8), observation);
      assertEquals(together.rewards[i], Math.fround(reward));
      assertEquals([together.terminated[i], together.truncated[i]], [Number(terminated), Number(truncated)]);
      const isOver = terminated || truncated;
      first[i] = isOver ? env.reset().observation : observation;
      ended += Number(isOver);
    }
    shown = together.observations;
  }
  assert(ended >= 6, `${ended}`);
  vector.close();
  alone.forEach((env) => env.close!());
});

Deno.test("what was announced is stepped with others, and forgotten by a reset", () => {
  const [a, b] = [faulty(""), faulty("")];
  for (const env of [a, b]) env.reset();
  for (const env of [a, b]) env.announce(2);
  assertEquals(a.step(2).reward, 1); // Its actions begin at -1, and are rewards.
  b.reset();
  assertEquals(b.step(0), {
    observation: Float32Array.of(1),
    reward: -1,
    terminated: false,
    truncated: false,
    info: {},
  });
  for (const env of [a, b]) env.announce(1);
  a.step(1);
  assertThrows(() => b.step(2), Error, "action is 2, wanted 1 as was announced");
  for (const env of [a, b]) env.close();
});

Deno.test("time limits are Gymnasium's own, or the config's in their place", () => {
  for (
    const [options, steps] of [[{}, 5], [{ maxEpisodeSteps: 3 }, 3], [{ maxEpisodeSteps: null }, 30]] as const
  ) {
    const env = makeEnv(`${own}Counter-v0`, options);
    assertEquals(env.maxEpisodeSteps, steps === 30 ? undefined : steps);
    assertEquals([...env.reset({ seed: 0 }).observation], [0]);
    for (let step = 1; step <= steps; step++) {
      // Its actions begin at -1, and are rewards.
      const truncated = step === steps && steps < 30;
      const wanted = {
        observation: Float32Array.of(step),
        reward: 1,
        terminated: false,
        truncated,
        info: {},
      };
      assertEquals(env.step(2), wanted);
    }
    if (steps < 30) {
      assertThrows(() => env.step(0), Error, "the episode has terminated, wanted reset() first");
    }
    env.close!();
  }
});

Deno.test("pictures of bytes become channels of numbers from 0 to 1, other bytes stay", () => {
  const cases = [
    [[2, 3], [1, 2, 3], [5, 4, 3, 2, 1, 0]],
    [[2, 2, 1], [1, 2, 2], [3, 2, 1, 0]],
    [[3, 3, 2], [2, 3, 3], [17, 15, 13, 11, 9, 7, 5, 3, 1, 16, 14, 12, 10, 8, 6, 4, 2, 0]],
    [[2, 3, 3], [2, 3, 3], [17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
  ] as const;
  for (const [shape, seenShape, below] of cases) {
    const env = makeEnv(`${own}Picture-v0`, { shape });
    assertEquals(env.observationSpace, box(seenShape, 0, 1));
    env.reset();
    assertEquals(env.step(0).observation, Float32Array.from(below, (less) => (254 - less) / 255));
    env.close!();
  }
  const numbers = makeEnv(`${own}Picture-v0`, { shape: [3] });
  assertEquals(numbers.observationSpace, box([3], 0, 255));
  assertEquals(numbers.reset().observation, Float32Array.of(253, 254, 255));
  numbers.close!();
});

Deno.test("an environment draws itself, or else the picture that it shows, or says why it does not", () => {
  const env = makeEnv(`${own}Drawn-v0`);
  env.reset();
  assertStringIncludes(drawState(env), "#111111");
  env.step(0);
  assertStringIncludes(drawState(env), "#121212");
  for (
    const reason of [
      "DependencyNotInstalled: brush is",
      "TypeError: render() gave float64 of shape (2, 3, 3), wanted uint8",
    ]
  ) {
    env.step(0);
    assertThrows(() => drawState(env), UsageError, `Cannot draw environment "${own}Drawn-v0": ${reason}`);
  }
  assertEquals([...env.step(0).observation], [4]);
  const picture = makeEnv(`${own}Picture-v0`, { shape: [2, 2] }), numbers = makeEnv(`${own}Counter-v0`);
  assertEquals(numbers.render, undefined);
  picture.reset();
  picture.step(0);
  for (const colour of ["#fbfbfb", "#fcfcfc", "#fdfdfd", "#fefefe"]) {
    assertStringIncludes(drawState(picture), colour);
  }
  for (const each of [env, picture, numbers]) each.close!();
});

Deno.test("integers are counted from 0, and a success is told", () => {
  const state = makeEnv<number>(`${own}State-v0`);
  assertEquals([state.observationSpace, state.reset().observation, state.step(0).observation], [
    { kind: "discrete", n: 4 },
    0,
    1,
  ]);
  const winner = faulty("succeed");
  winner.reset();
  for (const info of [{}, {}, { success: true }]) assertEquals(winner.step(0).info, info);
  for (const env of [state, winner]) env.close!();
});

Deno.test("a game of Atari shows its pictures, in colour, grey as it has them itself, or by a wrapper", () => {
  const colours = makeEnv(`gymnasium:ale_py:${breakout}`),
    grey = makeEnv(`gymnasium:${breakout}`, {
      obs_type: "grayscale",
    });
  assertEquals([colours.observationSpace, grey.observationSpace], [
    box([3, 210, 160], 0, 1),
    box([1, 210, 160], 0, 1),
  ]);
  const seen = colours.reset({ seed: 0 }).observation, ownGrey = grey.reset({ seed: 0 }).observation;
  assert(seen.every((number) => number >= 0 && number <= 1) && seen.some((number) => number > 0.5));
  const made = new GrayscaleObservation(colours).reset({ seed: 0 }).observation;
  // Its weights are others, by which saturated red and blue differ the most.
  assert(made.every((number, i) => Math.abs(number - ownGrey[i]!) < 0.1));
  for (const env of [colours, grey]) env.close!();
});

Deno.test("a run learns from a game of Atari, four frames together", async () => {
  const run = await createRun({
    environment: {
      id: `gymnasium:${breakout}`,
      count: 2,
      maxEpisodeSteps: 150, // By itself an episode in which the ball is not asked for takes half a minute.
      wrappers: [
        { kind: "grayscale-observation" },
        { kind: "resize-observation", shape: [42, 42] },
        { kind: "frame-stack-observation", stackSize: 4 },
      ],
    },
    agent: {
      kind: "dqn",
      hidden: [
        { kind: "conv", channels: 8, size: 8, stride: 4 },
        { kind: "conv", channels: 8, size: 4, stride: 2 },
        32,
      ],
      replay: { capacity: 400, batch: 8, warmup: 100 },
      train: { every: 4 },
    },
    budget: { steps: 400 },
    evaluation: { every: 400, episodes: 1 },
  });
  assertEquals(run.environment.observationSpace, box([4, 42, 42], 0, 1));
  const end = await run.train();
  assertEquals([end.step, end.update > 50], [400, true]);
  run.dispose();
});

Deno.test("a run learns from LunarLander, and Python ends with it", async () => {
  const mark = crypto.randomUUID();
  Deno.env.set("QERNEL_TEST_MARK", mark);
  const run = await createRun({
    environment: { id: "gymnasium:LunarLander-v3", count: 4, maxEpisodeSteps: 100 },
    agent: { kind: "dqn", hidden: [16], replay: { capacity: 1000, batch: 16, warmup: 100 } },
    budget: { steps: 800 },
    evaluation: { every: 400, episodes: 3 },
  });
  const end = await run.train();
  assertEquals([end.step, end.update > 50], [800, true]);
  assertEquals((await run.evaluate({ episodes: 3 })).lengths.length, 3);
  if (Deno.build.os === "linux") assertEquals(marked(mark).length, 1);
  run.dispose();
  await gone(mark);
});

/** What is refused, and what is said then. */
const refused: readonly (readonly [id: string, options: Record<string, unknown>, says: RegExp])[] = [
  ["LunarLandr-v3", {}, /`LunarLandr` doesn't exist.*; did you mean "gymnasium:LunarLander-v3"\?/],
  ["LunarLander-v1", {}, /Environment version v1 for `LunarLander` is deprecated/],
  ["no_such_module:A-v0", {}, /ModuleNotFoundError: .*no_such_module/],
  ["CartPole-v1", { colour: 1 }, /TypeError: .*unexpected keyword argument 'colour'/],
  [
    "gymnasium_environments:Counter-v0",
    { fault: "dict" },
    /observation space is Dict\(.*\), wanted a Box or a Discrete$/,
  ],
  [
    "gymnasium_environments:Counter-v0",
    { fault: "continuous" },
    /action space is Box\(.*\), wanted a Discrete$/,
  ],
];

Deno.test("what Gymnasium does not have or Qernel cannot use is refused, with what there is", () => {
  const other = faulty(""); // One Python for all.
  for (const [id, options, says] of refused) {
    const error = assertThrows(() => makeEnv(`gymnasium:${id}`, options), UsageError);
    assertMatch(error.message, says);
    assertStringIncludes(error.message, `Cannot make environment "gymnasium:${id}": `);
  }
  other.close();
});

Deno.test("a Python that is not there, is none or lacks the package is named, with what to install", async () => {
  const make = (python: string) => () => new Gymnasium("gymnasium:CartPole-v1", { python });
  assertThrows(
    make("no-such-python"),
    UsageError,
    "there is no no-such-python that can be started, wanted Python 3.10",
  );
  assertThrows(
    make("false"),
    UsageError,
    "false runs no such program, wanted Python 3.10 or newer with Gymnasium",
  );
  const folder = await Deno.makeTempDir();
  try {
    await new Deno.Command("python3", { args: ["-m", "venv", "--without-pip", folder] }).output();
    const python = `${folder}/bin/python`;
    assertThrows(
      make(python),
      UsageError,
      `${python} has no package gymnasium, wanted it installed: ${python} -m pip install gymnasium`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** What an environment does at its third step, and what is said then. */
const failures: readonly (readonly [fault: string, says: RegExp])[] = [
  [
    "hang",
    /there was no answer in \d+ s, wanted one by then\. Python was at\n {2}File ".*gymnasium_environments.py", line \d+ in fail/,
  ],
  [
    "raise",
    /Python has ended, wanted an answer\. The last that it wrote:\n(.*\n)*ArithmeticError: no such step$/,
  ],
  ["kill", /Python has ended, wanted an answer\. The last that it wrote:\nstep 1\nstep 2\nstep 3$/],
  [
    "shape",
    /The last that it wrote:\nstep 1\nstep 2\nstep 3\nThe observation has shape \(2,\), wanted \(1,\) as its space says$/,
  ],
];

for (const [fault, says] of failures) {
  Deno.test(`an environment with the fault ${fault} fails, and others are made in a new Python`, () => {
    const options = fault === "hang" ? { limit: 1 } : {};
    const env = faulty(fault, options), other = faulty("", options); // In one Python.
    env.reset();
    other.reset();
    env.step(0);
    env.step(0);
    const error = assertThrows(() => env.step(0), TrainingError);
    assertMatch(error.message, says);
    assertStringIncludes(error.message, `Cannot step environment "${own}Counter-v0": `);
    assertThrows(() => other.step(0), TrainingError, "Python has ended");
    const next = faulty("", options);
    assertEquals([...next.reset().observation as Float32Array], [0]);
    for (const each of [env, other, next]) each.close();
  });
}

Deno.test("what fails at its first reset is a mistake in the config, before anything is trained", async () => {
  const says = {
    nan: "the observation of reset({ seed: 1 }) holds NaN at entry 0, wanted finite numbers",
    shape: "The observation has shape (2,), wanted (1,) as its space says",
    raise: "ArithmeticError: no such step",
  };
  for (const [fault, message] of Object.entries(says)) {
    const environment = { id: `${own}Counter-v0`, options: { fault, at: 0 } };
    await assertRejects(() => createRun({ environment, budget: { steps: 100 } }), UsageError, message);
  }
});

Deno.test("an observation that is NaN diverges, and is named", () => {
  const vector = new VectorEnvironment(2, (i) => faulty(i === 1 ? "nan" : ""));
  vector.reset(0);
  vector.step(Uint32Array.of(0, 0));
  vector.step(Uint32Array.of(0, 0));
  assertThrows(
    () => vector.step(Uint32Array.of(0, 0)),
    DivergenceError,
    "the observation of environment 1, step 3 of its episode: it is [NaN]",
  );
  vector.reset(1); // What was stepped and not taken is forgotten.
  assertEquals([...vector.step(Uint32Array.of(0, 2)).nextObservations], [1, 1]);
  vector.close();
});

Deno.test({
  name: "Python ends when its Deno is killed, between steps and in one",
  ignore: Deno.build.os !== "linux",
  async fn() {
    for (const fault of ["", "nap"]) {
      const mark = crypto.randomUUID();
      const program = `import { makeEnv } from "${new URL("../../src/envs/mod.ts", import.meta.url)}";
        const env = makeEnv("${own}Counter-v0", { maxEpisodeSteps: null, fault: "${fault}" });
        env.reset();
        for (let step = 0;; step++) {
          env.step(0);
          if (step === 100) console.log("going");
        }`;
      const deno = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", `data:application/typescript,${encodeURIComponent(program)}`],
        env: { QERNEL_TEST_MARK: mark },
        stdout: "piped",
      }).spawn();
      const reader = deno.stdout.getReader();
      assertStringIncludes(new TextDecoder().decode((await reader.read()).value), "going");
      assertEquals(marked(mark).length, 2);
      deno.kill("SIGKILL");
      await deno.status;
      await reader.cancel();
      await gone(mark);
    }
  },
});

/** The processes whose environment has `mark`. */
function marked(mark: string): string[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) => {
    try {
      return Number(name) !== Deno.pid && Deno.readTextFileSync(`/proc/${name}/environ`).includes(mark);
    } catch {
      return false; // It is none, or has ended.
    }
  });
}

/** Waits for the end of the processes with `mark`, 5 s at most. */
async function gone(mark: string): Promise<void> {
  if (Deno.build.os !== "linux") return;
  for (let i = 0; i < 100 && marked(mark).length > 0; i++) await new Promise((go) => setTimeout(go, 50));
  assertEquals(marked(mark), []);
}
