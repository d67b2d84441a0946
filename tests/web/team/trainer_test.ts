import { assertEquals, assertGreater, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { createRun } from "../../../src/config/build.ts";
import type { RunConfigInput } from "../../../src/config/run_config.ts";
import { UsageError } from "../../../src/core/errors.ts";
import { candidates } from "../../../src/web/trainer/team.ts";
import { Watched } from "../watched.ts";

const config: RunConfigInput = {
  environment: { id: "CartPole-v1" },
  agent: { kind: "dqn", hidden: [8], replay: { capacity: 500, batch: 8, warmup: 20 } },
  budget: { steps: 200 },
  evaluation: { every: 100, episodes: 2 },
};

const table: RunConfigInput = {
  environment: { id: "CliffWalking-v1" },
  agent: { kind: "tabular" },
  budget: { episodes: 20 },
};

Deno.test("candidates() names runs by what sets them apart, and refuses what belongs nowhere", () => {
  const found = candidates(config, [{ seed: 3 }, {
    "agent.gamma": 0.9,
    "agent.optimizer.learningRate": 1e-3,
  }]);
  assertEquals(found.map(({ name }) => name), ["seed 3", "gamma 0.9, learningRate 0.001"]);
  assertEquals(found[0]!.config, { ...config, seed: 3 });
  const { agent } = found[1]!.config as { agent: { optimizer: unknown; gamma: number } };
  assertEquals(agent.gamma, 0.9);
  assertNotEquals(agent.optimizer, { learningRate: 1e-3 }); // With its kind, which the config leaves to its default.
  assertThrows(
    () => candidates(config, [{ "agent.gama": 1 }]),
    UsageError,
    'agent.gama: unknown key for kind "dqn"; did you mean "gamma"?',
  );
});

const teams: [string, RunConfigInput, Record<string, unknown>[]][] = [
  ["as a population", config, [{ seed: 1 }, { seed: 2 }, { seed: 3, "budget.steps": 100 }]],
  ["in turns, as their networks differ", config, [{ "agent.hidden": [8] }, { "agent.hidden": [4, 4] }]],
  ["in turns, in tables", table, [{ seed: 1 }, { seed: 2 }]],
];

for (const [how, base, members] of teams) {
  Deno.test(`Runs side by side come to what each comes to alone: ${how}`, async () => {
    const watched = new Watched({ config: base, members });
    const session = await watched.session;
    assertEquals(watched.of("opened")[0]!.members.length, members.length);
    session.receive({ kind: "pace", stepsPerSecond: 1500 });
    session.receive({ kind: "step", unit: "episode", count: 1 });
    await watched.until(watched.status("training"));
    await watched.until(watched.status("resting"));
    const steps = () => members.map((_, i) => watched.of("progress").findLast(({ member }) => member === i));
    const pause = () => new Promise((resolve) => setTimeout(resolve, 500));
    await pause(); // What others had in hand when the first came to rest ends.
    const before = steps();
    await pause();
    assertEquals([steps(), watched.of("memberEnd")], [before, []]); // All of them rest.
    session.receive({ kind: "pace" });
    session.receive({ kind: "train" });
    await watched.until(watched.status("ended"));
    assertEquals(watched.of("failed"), []);
    const ends = watched.of("memberEnd");
    assertEquals(ends.map(({ member }) => member).toSorted(), [...members.keys()]);
    for (const [member, { config }] of candidates(base, members).entries()) {
      session.receive({ kind: "focus", member });
      const alone = await createRun(config);
      const { reason } = await alone.train();
      assertEquals(await session.run.agent.save(), await alone.agent.save());
      assertEquals(ends.find((end) => end.member === member)!.reason, reason);
      assertGreater(watched.of("progress").filter((news) => news.member === member).length, 0);
      alone.dispose();
    }
    session.receive({ kind: "focus", member: 99 }); // There is none.
    session.receive({ kind: "control", by: "hand" }); // Nobody plays in the place of several.
    await new Promise((resolve) => setTimeout(resolve, 100));
    assertEquals(watched.of("status").some(({ status }) => status === "playing"), false);
    session.dispose();
  });
}

Deno.test("What is shown is of the run that is asked for", async () => {
  const watched = new Watched({ config, members: [{ seed: 1 }, { seed: 2 }] });
  const session = await watched.session;
  session.receive({ kind: "inside", views: ["parameters"] });
  await watched.until(() => watched.of("parameters").length > 0);
  session.receive({ kind: "focus", member: 1 });
  await watched.until(() => watched.of("parameters").length > 1);
  const [first, second] = watched.of("parameters").map(({ matrices }) => matrices[0]!.values);
  assertNotEquals(first, second);
  assertEquals(second, (await session.run.agent.save())["online.layers.0.weight"]!.data);
  session.dispose();
});

Deno.test("A session refuses runs side by side of which one has a wrong config", async () => {
  const watched = new Watched({ config, members: [{ seed: 1 }, { seed: -1 }] });
  await assertRejects(() => watched.session, UsageError, "seed: -1, wanted ");
});
