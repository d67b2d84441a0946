import {
  assert,
  assertEquals,
  assertGreater,
  assertMatch,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { Watched } from "./watched.ts";
import { encodeCheckpoint } from "../../src/train/checkpoint_bytes.ts";

const config: RunConfigInput = {
  environment: { id: "CartPole-v1" },
  agent: {
    kind: "dqn",
    hidden: [16],
    replay: { capacity: 500, batch: 8, warmup: 20 },
    train: { every: 2, updates: 1 },
  },
  budget: { steps: 300 },
  evaluation: { every: 100, episodes: 2 },
};

Deno.test("A session trains to the same parameters as a run that nobody held", async () => {
  const watched = new Watched({ config });
  const session = await watched.session;
  const [opened] = watched.of("opened");
  assertEquals([opened!.onDevice, opened!.drawable, opened!.actions], [true, true, [
    "push left",
    "push right",
  ]]);
  assertEquals(opened!.views, ["values", "replay", "parameters"]);
  session.receive({ kind: "inside", views: opened!.views });
  for (let i = 1; i <= 3; i++) { // Step by step, then at a pace, then at once.
    session.receive({ kind: "step", unit: "step", count: 1 });
    await watched.until(() => watched.of("progress").at(-1)?.progress.step === i);
    await watched.until(watched.status("resting"));
  }
  session.receive({ kind: "step", unit: "episode", count: 1 });
  await watched.until(() => watched.of("progress").at(-1)?.progress.episode === 1);
  session.receive({ kind: "pace", stepsPerSecond: 400 });
  session.receive({ kind: "train" });
  await watched.until(() => watched.of("progress").at(-1)!.progress.step > 60);
  session.receive({ kind: "pace" });
  await watched.until(watched.status("ended"));
  assertEquals(watched.of("status").at(-1)!.reason, "budget of 300 steps");
  assertEquals(watched.of("evaluation").map(({ step }) => step), [100, 200, 300]);
  for (const view of opened!.views) assertGreater(watched.of(view).length, 0, view);
  const alone = await createRun(config);
  await alone.train();
  assertEquals(await session.run.agent.save({ full: true }), await alone.agent.save({ full: true }));
  alone.dispose();
  session.dispose();
});

Deno.test("A session plays the agent of the moment while it rests, and nothing where nobody looks", async () => {
  const watched = new Watched({ config });
  const session = await watched.session;
  await watched.until(() => watched.of("frames").length > 1);
  const frames = watched.of("frames").flatMap(({ frames }) => frames);
  assertEquals(frames.slice(0, 3).map(({ step }) => step), [0, 1, 2]);
  const [first] = frames;
  assertEquals([first!.observation!.length, first!.q!.length, first!.random], [4, 2, false]);
  assertEquals(first!.action, first!.q![1]! > first!.q![0]! ? 1 : 0);
  assertGreater(first!.drawing.length, 20);
  assertEquals(first!.place, undefined);
  session.receive({ kind: "inside", views: ["values"] });
  await watched.until(() => watched.of("values").length > 0);
  await watched.until(() => watched.of("frames").at(-1)!.frames[0]!.place !== undefined);
  session.receive({ kind: "watch", shown: false, manner: "greedy" });
  const before = watched.of("frames").length;
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert(watched.of("frames").length <= before + 1);
  assertEquals(watched.of("values").length, 1); // It has rested all the time.
  session.dispose();
});

Deno.test("A session tells which actions may be taken, where not all may", async () => {
  for (const [id, count] of [["Taxi-v4", 6], ["CliffWalking-v1", undefined]] as const) {
    const config = { environment: { id }, agent: { kind: "tabular" }, budget: { steps: 1 } };
    const watched = new Watched({ config });
    const session = await watched.session;
    await watched.until(() => watched.of("frames").length > 0);
    const { legal, action } = watched.of("frames")[0]!.frames[0]!;
    assertEquals(legal?.length, count);
    if (legal) assertEquals([legal[action!], legal.includes(0)], [1, true]);
    session.dispose();
  }
});

Deno.test("A session waits for the moves of a board, and not for those of a game", async () => {
  for (const [id, waits] of [["CliffWalking-v1", true], ["MinAtar/Breakout", false]] as const) {
    const watched = new Watched({
      config: { environment: { id }, agent: { kind: "random" }, budget: { steps: 1 } },
    });
    const session = await watched.session;
    assertEquals(watched.of("opened")[0]!.waits, waits);
    session.dispose();
  }
});

Deno.test("A session whose agent is to stay still shows it once", async () => {
  const watched = new Watched({ config });
  const session = await watched.session;
  session.receive({ kind: "watch", shown: true, manner: "still" });
  await watched.until(() => watched.of("frames").length > 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assertEquals(watched.of("frames").flatMap(({ frames }) => frames).length, 1);
  session.dispose();
});

Deno.test("A session refuses what is no config, with all that is wrong in it", async () => {
  const error = await new Watched({ config: { ...config, seed: -1, budget: {} } }).session.then(
    () => {},
    (error) => error,
  );
  assertMatch(error.message, /2 problems\n.*budget: {}, wanted .*\n.*seed: -1, wanted /);
});

Deno.test("A session opens a checkpoint with the config in it, and saves one that goes on learning", async () => {
  const trained = await createRun({ ...config, seed: 5 });
  await trained.train();
  const state = await trained.agent.save({ full: true });
  const probe = Float32Array.of(0.1, 0.2, 0.03, 0.4);
  const q = await trained.agent.getQ(probe);
  const bytes = encodeCheckpoint(state, { config: JSON.stringify(trained.config) });
  trained.dispose();
  const watched = new Watched({ config: {}, checkpoint: { name: "mine.safetensors", bytes } });
  const session = await watched.session;
  assertEquals(watched.of("opened")[0]!.config.seed, 5);
  assertEquals(await session.run.agent.getQ(probe), q);
  session.receive({ kind: "save" });
  await watched.until(() => watched.of("saved").length > 0);
  const again = new Watched({ config: {}, checkpoint: { name: "b", bytes: watched.of("saved")[0]!.bytes } });
  assertEquals(await (await again.session).run.agent.save({ full: true }), state);
  for (const each of [session, await again.session]) each.dispose();
  bytes[bytes.length - 1]! ^= 1;
  await assertRejects(
    () => new Watched({ config: {}, checkpoint: { name: "mine.safetensors", bytes } }).session,
    Error,
    "Cannot load the checkpoint mine.safetensors: what it holds has the checksum",
  );
});

for (
  const [where, changed] of [
    ["on the device, eight at once", { environment: { id: "CartPole-v1", count: 8 } }],
    ["on the host", { loop: "host" }],
    ["in a table", {
      environment: { id: "CliffWalking-v1" },
      agent: { kind: "tabular" },
    }],
  ] as [string, RunConfigInput][]
) {
  Deno.test(`The agent learns from what a person plays, and trains on: ${where}`, async () => {
    const watched = new Watched({ config: { ...config, ...changed } });
    const session = await watched.session;
    const waits = watched.of("opened")[0]!.waits;
    session.receive({ kind: "step", unit: "step", count: 100 });
    await watched.until(() => (watched.of("progress").at(-1)?.progress.step ?? 0) >= 100);
    await watched.until(watched.status("resting"));
    const before = await session.run.agent.save({ full: true });
    session.receive({ kind: "inside", views: ["parameters"] });
    session.receive({ kind: "control", by: "hand" });
    await watched.until(watched.status("playing"));
    const count = watched.news.length;
    const frames = () => watched.news.slice(count).filter(({ kind }) => kind === "frames").length;
    for (let moves = 1; moves <= 6; moves++) {
      session.receive({ kind: "press", action: 1 });
      await watched.until(() => frames() > moves);
      if (waits) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await watched.until(() => watched.news.slice(count).some(({ kind }) => kind === "parameters"));
    session.receive({ kind: "control", by: "agent" });
    await watched.until(watched.status("resting"));
    const after = await session.run.agent.save({ full: true });
    assertNotEquals(after, before); // It has learned ...
    const learned = Object.keys(before).find((name) => /^(online|q)/.test(name))!;
    assertNotEquals(after[learned], before[learned]);
    session.receive({ kind: "train" }); // ... and goes on.
    await watched.until(watched.status("ended"));
    assertEquals(watched.of("failed"), []);
    const steps = watched.of("progress").map(({ progress }) => progress.step);
    assertEquals(steps, steps.toSorted((a, b) => a - b)); // One count over all that it has gone through.
    session.dispose();
  });
}
