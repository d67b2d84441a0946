import { assertEquals, assertThrows } from "@std/assert";
import type { AgentState } from "../../src/agents/agent.ts";
import { UsageError } from "../../src/core/errors.ts";
import { constant, rounded, setTable, smallAgent, step } from "./tabular_setup.ts";

Deno.test("TabularAgent.load() of a full state goes on as the saved agent does", async () => {
  const exploration = { kind: "linear", start: 1, end: 0, duration: 60, per: "step" } as const;
  const play = (agent: ReturnType<typeof smallAgent>, [from, until]: [number, number]) => {
    const all: number[] = [];
    for (let i = from; i < until; i++) {
      const action = agent.act(Float32Array.of(i % 3))[0]!;
      all.push(action);
      agent.observe(step([i % 3, action, action + i, (i + 1) % 3, i % 5 === 4 ? "terminal" : undefined]));
      agent.update();
    }
    return [all, [...agent.table]];
  };
  const saved = smallAgent({ exploration });
  play(saved, [0, 30]);
  await saved.report();
  const loaded = smallAgent({ exploration, initial: 3 });
  play(loaded, [0, 7]);
  loaded.load(await saved.save({ full: true }));
  assertThrows(() => loaded.update(), Error, "nothing has been observed");
  assertEquals(play(loaded, [30, 50]), play(saved, [30, 50]));
  const [first, second] = [await saved.report(), await loaded.report()];
  assertEquals(second, first);
  assertEquals([second.steps, second.updates, second.episodes, second.losses.length], [50, 50, 10, 20]);
});

Deno.test("TabularAgent.save() gives the table, and without full no counts", async () => {
  const agent = setTable(smallAgent(), [[1, 2], [3, 4], [5, 6]]);
  agent.observe(step([0, 0, 0, 0, "cut"]));
  const state = await agent.save();
  assertEquals(state, { q: { shape: [3, 2], data: rounded(1, 2, 3, 4, 5, 6) } });
  agent.table.fill(0);
  assertEquals(state["q"]!.data[5], 6);
  agent.load(state);
  assertEquals(await agent.getQ(Float32Array.of(1)), rounded(3, 4));
  assertEquals((await agent.report()).steps, 0);
});

Deno.test("TabularAgent keeps counts beyond 32 bits", async () => {
  const agent = smallAgent();
  const counts = { shape: [3, 2], data: Uint32Array.of(5, 2, 7, 1, 9, 0) };
  agent.load({ ...await agent.save(), counts });
  const { steps, updates, episodes } = await agent.report();
  assertEquals([steps, updates, episodes], [5 + 2 * 2 ** 32, 7 + 2 ** 32, 9]);
  assertEquals((await agent.save({ full: true }))["counts"], counts);
});

Deno.test("TabularAgent.load() refuses another agent's state and leaves itself as it was", () => {
  const agent = setTable(smallAgent(), [[1, 2], [3, 4], [5, 6]]);
  const q = { shape: [3, 2], data: new Float32Array(6) };
  const layer = { shape: [2, 3], data: new Float32Array(6) };
  const cases: [AgentState, string][] = [
    [
      { "online.layers.0.weight": layer },
      "Cannot load online.layers.0.weight: it is not of this agent, which keeps a table of Q values",
    ],
    [{}, "Cannot load q: it is missing, wanted [3,2] for a table of 3 states and 2 actions"],
    [{ q: { ...q, shape: [2, 3] } }, "Cannot load q: it is [2,3], wanted [3,2] for a table of 3 states"],
    [
      { q: { ...q, data: rounded(0, 0, NaN, 0, 0, 0) } },
      "Cannot load q: it holds a number that is not finite",
    ],
    [
      { q, counts: { shape: [3], data: new Uint32Array(3) } },
      "Cannot load counts: it is [3], wanted [3,2] for steps, updates and episodes",
    ],
  ];
  for (const [state, message] of cases) {
    assertThrows(() => agent.load(state), UsageError, message);
    assertEquals(agent.table, rounded(1, 2, 3, 4, 5, 6));
  }
});

Deno.test("TabularAgent.resetCounts() begins schedules anew and keeps what was observed", async () => {
  const alpha = { kind: "linear", start: 1, end: 0, duration: 2, per: "update" } as const;
  const agent = smallAgent({ alpha, gamma: 0, exploration: { ...alpha, per: "step" } });
  agent.observe(step([0, 0, 4, 1]));
  agent.observe(step([1, 1, 6, 2, "terminal"]));
  assertEquals(agent.epsilon, 0);
  agent.resetCounts();
  assertEquals(agent.epsilon, 1);
  agent.update();
  assertEquals(agent.table, rounded(4, 0, 0, 3, 0, 0));
  const { steps, updates, episodes, losses } = await agent.report();
  assertEquals([steps, updates, episodes, [...losses]], [0, 2, 0, [16, 36]]);
});

Deno.test("TabularAgent starts from its initial value", async () => {
  const agent = smallAgent({ initial: 1.5, alpha: constant(0.1) });
  assertEquals(await agent.getQ(Float32Array.of(2)), rounded(1.5, 1.5));
});

Deno.test("TabularAgent.restore() goes on in the middle of what was observed, with its action masks", async () => {
  const make = () => smallAgent({ environments: 2, masked: true, initial: 1 });
  const saved = make();
  // The better action of state 1 is not legal where it comes next.
  saved.table[3] = 9;
  const rows = step([0, 0, 4, 1], [2, 1, 6, 1]);
  saved.observe({ ...rows, nextMasks: Uint8Array.of(1, 0, 1, 1) });
  saved.update(1);
  const restored = make();
  await restored.restore(structuredClone(await saved.snapshot()));
  await saved.report();
  for (const agent of [saved, restored]) agent.update(2);
  assertEquals(await restored.report(), await saved.report());
  assertEquals(restored.table, saved.table);
});
