import { assert, assertEquals, assertGreater } from "@std/assert";
import type { StateRows } from "../../../src/core/state.ts";
import { createRun } from "../../../src/config/build.ts";
import type { DqnMember } from "../../../src/agents/dqn_member.ts";
import type { RunConfigInput } from "../../../src/config/run_config.ts";
import type { TrainingRun } from "../../../src/config/training_run.ts";
import { CartPole } from "../../../src/envs/cartpole.ts";
import type { Callback } from "../../../src/train/callbacks/callback.ts";
import { Inside } from "../../../src/web/trainer/inside/inside.ts";
import type { InsideNews, ReplayNews, View } from "../../../src/web/trainer/inside/news.ts";

const small: RunConfigInput = {
  environment: { id: "CartPole-v1", count: 2, maxEpisodeSteps: 4 },
  agent: {
    kind: "dqn",
    hidden: [8],
    replay: { capacity: 50, batch: 16, warmup: 20 },
    train: { every: 2, updates: 1 },
  },
  budget: { steps: 20 },
};

/** What is seen of an agent from one side. */
async function seen<K extends InsideNews["kind"]>(
  run: TrainingRun,
  view: K & View,
  board?: number,
): Promise<Extract<InsideNews, { kind: K }>> {
  const inside = new Inside(run, () => undefined);
  inside.show({ kind: "inside", views: [view], ...board === undefined ? {} : { board } });
  const news = await inside.look("");
  assertEquals(news?.kind, view);
  return news as Extract<InsideNews, { kind: K }>;
}

Deno.test("Inside has the sides that an agent has", async () => {
  const views = async (config: RunConfigInput) => {
    const run = await createRun(config);
    const { views } = new Inside(run, () => undefined);
    run.dispose();
    return views;
  };
  assertEquals(await views(small), ["values", "replay", "parameters"]);
  const [environment, budget] = [{ id: "Taxi-v4" }, { steps: 1 }];
  assertEquals(await views({ environment, budget, agent: { kind: "tabular" } }), ["values", "parameters"]);
  assertEquals(await views({ environment, budget, agent: { kind: "random" } }), []);
});

Deno.test("Inside shows the Q values of a plane as the agent has them", async () => {
  const run = await createRun(small);
  const { grid, q, taken, boards, initial } = await seen(run, "values");
  const { observations, ...wanted } = new CartPole().stateGrid();
  assertEquals({ ...grid }, wanted);
  assertEquals([taken.length, taken.every((one) => one === 1), boards, initial], [3600, true, [], undefined]);
  for (const cell of [0, 1234, 3599]) {
    assertEquals(q.slice(2 * cell, 2 * cell + 2), await run.agent.getQ(observations[cell]!));
  }
  const inside = new Inside(run, () => undefined);
  inside.show({ kind: "inside", views: ["values"] });
  const told: string[] = [];
  while (told.length < 2) { // A look that took long, on a busy machine, puts off the next.
    const version = told.length === 0 ? "1" : "2";
    if (await inside.look(version)) told.push(version);
    else await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (let again = 0; again < 20; again++) {
    assertEquals(await inside.look("2"), undefined); // Only where the agent has changed.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  run.dispose();
});

Deno.test("Inside shows the board that is played on, and any other of a taxi", async () => {
  const config = {
    environment: { id: "Taxi-v4" },
    agent: { kind: "tabular", initial: 1 },
    budget: { steps: 1 },
  };
  const run = await createRun(config as RunConfigInput);
  const { grid, boards, initial, taken, q } = await seen(run, "values");
  assertEquals([initial, taken.length, q.length], [1, 25, 25 * 6]);
  assert(boards.includes(grid.note!));
  assertEquals(boards.length, 20);
  const board = boards.indexOf("passenger aboard, destination B");
  const chosen = await seen(run, "values", board);
  assertEquals(chosen.grid.note, "passenger aboard, destination B");
  assertEquals(chosen.grid.labels!.filter((label) => label !== ""), ["R", "G", "Y", "BD"]);

  const played = run.makeEnvironment();
  const inside = new Inside(run, () => played.stateGrid!());
  inside.show({ kind: "inside", views: ["values"] });
  played.reset({ state: [3] });
  const followed = await inside.look("");
  assertEquals(followed!.kind === "values" && followed!.grid.note, "passenger at R, destination B");
  assertEquals(inside.locate(Float32Array.of(3)), [0.5, 0.5]);
  assertEquals(inside.locate(Float32Array.of(2)), undefined);
  inside.show({ kind: "inside", views: [] });
  assertEquals(inside.locate(Float32Array.of(3)), undefined);
  run.dispose();
});

Deno.test("Inside shows every layer of a network, and a table with a row an action", async () => {
  const run = await createRun(small);
  const { of, matrices } = await seen(run, "parameters");
  const state = await run.agent.save();
  assertEquals([of, matrices.map(({ rows, columns }) => [rows, columns])], ["network", [[8, 4], [2, 8]]]);
  for (const [i, { values, bias }] of matrices.entries()) {
    assertEquals(values, state[`online.layers.${i}.weight`]!.data);
    assertEquals(bias, state[`online.layers.${i}.bias`]!.data);
  }
  run.dispose();
  const table = await createRun({
    environment: { id: "CliffWalking-v1" },
    agent: { kind: "tabular" },
    budget: { steps: 30 },
  });
  await table.train();
  const { of: what, matrices: [matrix] } = await seen(table, "parameters");
  const { columns, values } = matrix!;
  assertEquals([what, matrix!.rows, columns], ["table", 4, 48]);
  const q = await table.agent.getQ(Float32Array.of(36));
  assertEquals(Array.from({ length: 4 }, (_, action) => values[action * columns + 36]!), [...q]);
  assert(q.some((value) => value !== 0));
});

Deno.test("Inside shows no error of a row that has taken the place of the one that was drawn", async () => {
  const pause: Callback = {
    due: () => ({ step: 100 }),
    notify(event, run) {
      if (event.kind === "progress" && event.step >= 100) run.stop("before the next update");
    },
  };
  const agent = { ...small.agent, train: { every: 60, updates: 1 } } as RunConfigInput["agent"];
  const run = await createRun({ ...small, agent: agent!, budget: { steps: 200 } }, { callbacks: [pause] });
  await run.train(); // 60 steps, an update, and 40 of 50 places written over.
  const { rows } = await seen(run, "replay");
  const { learner } = run.agent as DqnMember;
  const outcomes = await learner.batch.outcomes.read();
  assert(rows.some(({ error }) => error === undefined));
  for (const [i, { action, error }] of rows.entries()) {
    assertEquals(error !== undefined, action === outcomes[4 * i]);
  }
  run.dispose();
});

/** Every row of the memory, the oldest first, as a saved state has it. */
async function stored(run: TrainingRun): Promise<number[][]> {
  const agent = run.agent as unknown as { snapshot(): Promise<{ replay: StateRows }> };
  const { replay } = await agent.snapshot();
  const values = await replay.read(0, replay.filled);
  const width = values.length / replay.filled;
  return Array.from({ length: replay.filled }, (_, i) => [...values.slice(i * width, (i + 1) * width)]);
}

/** A row of the sample as the memory has it: observation, next, action, reward, terminated, truncated. */
function flat({ rows }: ReplayNews): number[][] {
  return rows.map(({ observation, next, action, reward, terminated, truncated }) => [
    ...observation,
    ...next,
    action,
    reward,
    Number(terminated),
    Number(truncated),
  ]);
}

Deno.test("Inside shows rows of the memory with their ages, what the latest update drew, and its errors", async () => {
  const pause: Callback = {
    due: ({ step }) => step < 18 ? { step: 18 } : {},
    notify(event, run) {
      if (event.kind === "progress" && event.step === 18) run.stop("before the first update");
    },
  };
  const run = await createRun({ ...small, loop: "host" }, { callbacks: [pause] });
  assertEquals(await seen(run, "replay"), {
    kind: "replay",
    filled: 0,
    capacity: 50,
    rows: [],
    errors: new Float32Array(),
    q: new Float32Array(),
  });
  await run.train();
  const before = await seen(run, "replay");
  assertEquals([before.filled, before.rows.length, before.errors.length], [18, 8, 0]);
  assertEquals(before.rows.map(({ age }) => age), [16, 14, 12, 10, 7, 5, 3, 1]);
  const rows = await stored(run);
  assertEquals(flat(before), before.rows.map(({ age }) => rows[17 - age]!));
  await run.train();
  await run.train();
  await run.train(); // 78 steps: the memory has gone round.
  const after = await seen(run, "replay");
  assertEquals([after.filled, after.rows.length, after.errors.length, after.q.length], [50, 8, 16, 16]);
  const memory = await stored(run); // By place: transition i lies at i mod 50.
  for (const [i, row] of flat(after).entries()) {
    const { age, target, error, reward, observation, action, terminated } = after.rows[i]!;
    assertEquals(row, memory[(77 - age) % 50]);
    assertEquals(error, after.errors[i]);
    if (terminated) assertEquals(target, reward);
    else assertGreater(Math.abs(target! - reward), 0);
    const q = await run.agent.getQ(observation);
    assert(Math.abs(after.q[i]! - q[action]!) < 0.2); // The update itself has moved it.
  }
  run.dispose();
});

Deno.test("Inside shows rows as numbers that the memory holds as bits", async () => {
  const run = await createRun({ ...small, environment: { id: "MinAtar/Breakout" } });
  await run.train();
  const { rows } = await seen(run, "replay");
  for (const { observation, next } of rows) {
    for (const board of [observation, next]) {
      assertEquals(board.length, 400);
      const counts = [0, 100, 200].map((plane) =>
        board.slice(plane, plane + 100).filter((entry) => entry === 1).length
      );
      assertEquals(counts, [1, 1, 1]); // The paddle, the ball and its trail.
      assert(board.every((entry) => entry === 0 || entry === 1));
    }
  }
  run.dispose();
});
