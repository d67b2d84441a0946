import { assert, assertEquals, assertLess, assertStrictEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { checkEnvironment } from "../../src/envs/check.ts";
import { FrozenLake } from "../../src/envs/frozen_lake.ts";
import { assertChiSquare } from "../ops/chi_square.ts";
import { recordingSurface } from "./toys.ts";
import { optimalQ } from "./value_iteration.ts";

Deno.test("FrozenLake slips to either side as often as it goes ahead", () => {
  const env = new FrozenLake();
  env.reset({ seed: 5 });
  // From cell 6, between holes, each direction leads to a cell of its own: 5, 10, 7, 2.
  const ahead = [5, 10, 7, 2];
  for (let action = 0; action < 4; action++) {
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 10_000; i++) {
      env.reset({ state: [6] });
      counts[ahead.indexOf(env.step(action).observation)]!++;
    }
    const chances = ahead.map((_, direction) => (direction - action + 4) % 4 === 2 ? 0 : 1 / 3);
    assertChiSquare(counts, `action ${action}`, chances);
  }
});

Deno.test("FrozenLake is won 74.4% of the time at best, in 100 steps", () => {
  const best = Math.max(...optimalQ(new FrozenLake(), 1, 100)[0]!);
  assertEquals(best.toFixed(3), "0.744");
});

Deno.test("FrozenLake 8x8 can be won beyond its threshold, in 200 steps", () => {
  const q = optimalQ(new FrozenLake({ map: "8x8" }), 1, 200);
  assertEquals(q.length, 64);
  assertLess(0.85, Math.max(...q[0]!));
});

Deno.test("FrozenLake walks a dry map of its own and says whether it was won", () => {
  const env = new FrozenLake({ map: ["SFH", "HFG"], slippery: false });
  assertEquals(env.observationSpace.n, 6);
  assertEquals(env.reset(), { observation: 0, info: { success: false } });
  const right = { observation: 1, reward: 0, terminated: false, truncated: false, info: { success: false } };
  assertEquals(env.step(2), right);
  assertEquals(env.step(3), right);
  assertEquals(env.step(1).observation, 4);
  assertEquals(env.step(2), {
    observation: 5,
    reward: 1,
    terminated: true,
    truncated: false,
    info: { success: true },
  });
  env.reset();
  assertEquals(env.step(1), {
    observation: 3,
    reward: 0,
    terminated: true,
    truncated: false,
    info: { success: false },
  });
});

Deno.test("FrozenLake refuses what is no map, and shows it", () => {
  const faults: [readonly string[], string][] = [
    [[], "the map is empty, wanted rows of the letters S, F, H, G"],
    [["SF", "G"], "row 1 of the map has 1 letters, wanted 2 as in row 0. The map:\n  SF\n  G"],
    [["SX", "FG"], 'the map holds the letter "X", wanted S (start), F (ice), H (hole), G (goal)'],
    [["FF", "FG"], "the map has 0 starts S, wanted exactly one"],
    [["SS", "FG"], "the map has 2 starts S, wanted exactly one"],
    [["SF", "FF"], "the map has no goal G, wanted at least one"],
    [
      ["SFH", "FHG"],
      "the map has no path from the start S to a goal G, wanted one that passes no hole H. The map:\n  SFH\n  FHG",
    ],
  ];
  for (const [map, message] of faults) {
    assertThrows(() => new FrozenLake({ map }), UsageError, `Cannot make FrozenLake: ${message}`);
  }
  for (const map of ["5x5", "toString", 4, null, [1, 2]]) {
    const error = assertThrows(() => new FrozenLake({ map: map as string }), UsageError);
    assert(
      error.message.endsWith(', wanted "4x4", "8x8" or a list of rows such as ["SF", "HG"]'),
      error.message,
    );
  }
  assertThrows(
    () => new FrozenLake({ slippery: 1 as unknown as boolean }),
    UsageError,
    "Cannot make FrozenLake: slippery is 1, wanted true or false",
  );
});

Deno.test("FrozenLake passes the checker", () => {
  assertEquals(checkEnvironment(new FrozenLake()), []);
  assertEquals(checkEnvironment(new FrozenLake({ map: ["SFG", "FHF"], slippery: false })), []);
});

Deno.test("FrozenLake.stateGrid holds the cells where an action is taken", () => {
  assertEquals(new FrozenLake({ map: ["SFH", "HFG"] }).stateGrid(), {
    columns: { name: "column", count: 3 },
    rows: { name: "row", count: 2 },
    observations: [0, 1, undefined, undefined, 4, undefined],
    labels: ["S", "F", "H", "H", "F", "G"],
    meanings: { S: "start", F: "ice", H: "hole", G: "goal" },
    actions: ["left", "down", "right", "up"],
  });
});

Deno.test("FrozenLake.renderText brackets the walker", () => {
  const env = new FrozenLake({ map: ["SFH", "HFG"], slippery: false });
  assertThrows(
    () => env.renderText(),
    Error,
    "Cannot render FrozenLake: no episode has begun, wanted reset() first",
  );
  env.reset();
  assertEquals(env.renderText(), "[S] F  H \n H  F  G ");
  env.step(2);
  assertEquals(env.renderText(), " S [F] H \n H  F  G ");
});

Deno.test("FrozenLake.render draws holes and walker in cells of the surface", () => {
  const env = new FrozenLake({ map: ["SFH", "HFG"], slippery: false });
  const { surface, calls } = recordingSurface(600, 200);
  assertThrows(
    () => env.render(surface),
    Error,
    "Cannot render FrozenLake: no episode has begun, wanted reset() first",
  );
  env.reset({ state: [4] });
  env.render(surface);
  // Cells of 100 pixels, 150 from the left: holes at columns 2 and 0, the walker's head at column 1 of row 1.
  assertEquals(calls.slice(0, 3), ["save()", "fillStyle = #f3f8fc", "fillRect(0, 0, 600, 200)"]);
  const centres = calls.filter((call) => call.startsWith("arc("));
  assert(centres.includes("arc(400, 50, 34, 0, 6.28)") && centres.includes("arc(200, 150, 34, 0, 6.28)"));
  assertEquals(centres.at(-1), "arc(300, 138, 14, 0, 6.28)");
  assertEquals(calls.at(-1), "restore()");
});

Deno.test("FrozenLake refuses a map of more cells than there is room for", () => {
  const map = ["S" + "F".repeat(99), ...Array(98).fill("F".repeat(100)), "F".repeat(99) + "G"];
  assertEquals(new FrozenLake({ map }).observationSpace.n, 10_000);
  const message = "the map has 101 rows of 100 letters, wanted at most 10000 cells";
  assertThrows(() => new FrozenLake({ map: [...map, "F".repeat(100)] }), UsageError, message);
});

Deno.test("FrozenLake has one table for all lakes of one map", () => {
  const [one, other, dry, map] = [{}, {}, { slippery: false }, { map: ["SF", "HG"] }]
    .map((options) => new FrozenLake(options).transitions(0, 1));
  assertStrictEquals(one, other);
  assertEquals([dry!.length, map!.length, new FrozenLake().transitions(0, 1).length], [1, 3, 3]);
});
