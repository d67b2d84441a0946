import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { checkEnvironment } from "../../src/envs/check.ts";
import { Gridworld, type GridworldMode } from "../../src/envs/gridworld.ts";
import { assertUniform } from "../core/uniform.ts";
import { assertChiSquare } from "../ops/chi_square.ts";
import { recordingSurface } from "./toys.ts";

const [up, down, left, right] = [0, 1, 2, 3];

/** Cells of player, goal, pit and wall, where an observation without noise shows them. */
function placesIn(observation: Float32Array): number[] {
  assertEquals([observation.length, observation.filter((value) => value !== 0).length], [64, 4]);
  return [0, 1, 2, 3].map((plane) => observation.subarray(16 * plane, 16 * plane + 16).indexOf(1));
}

/** Whether the goal can be reached: by steps of one cell, 16 of them, in rows and columns. */
function canWin([player, goal, pit, wall]: number[]): boolean {
  let reached = [player!];
  for (let step = 0; step < 16; step++) {
    reached = Array.from({ length: 16 }, (_, cell) => cell).filter((cell) =>
      cell !== pit && cell !== wall &&
      reached.some((from) => Math.abs((from >> 2) - (cell >> 2)) + Math.abs((from & 3) - (cell & 3)) <= 1)
    );
  }
  return reached.includes(goal!);
}

Deno.test("Gridworld sets up the static board", () => {
  const env = new Gridworld();
  assertEquals(env.actionSpace.n, 4);
  assertEquals(placesIn(env.reset({ seed: 1 }).observation), [3, 0, 1, 5]);
  assertEquals(placesIn(env.reset({ seed: 2 }).observation), [3, 0, 1, 5]);
});

Deno.test("Gridworld costs 1 a move, at an edge and at the wall too", () => {
  const env = new Gridworld();
  env.reset();
  const moves = [up, right, left, down, left, down, left, left, left, up];
  const cells = [3, 3, 2, 6, 6, 10, 9, 8, 8, 4];
  moves.forEach((action, i) => {
    const { observation, ...rest } = env.step(action);
    assertEquals(placesIn(observation), [cells[i], 0, 1, 5]);
    assertEquals(rest, { reward: -1, terminated: false, truncated: false, info: { success: false } });
  });
});

Deno.test("Gridworld ends with +10 at the goal and -10 in the pit", () => {
  for (const [state, reward] of [[[4, 0, 1, 5], 10], [[4, 1, 0, 5], -10]] as const) {
    const env = new Gridworld();
    env.reset({ state });
    const { observation, ...rest } = env.step(up);
    assertEquals(placesIn(observation)[0], 0);
    assertEquals(rest, { reward, terminated: true, truncated: false, info: { success: reward === 10 } });
    assertThrows(
      () => env.step(up),
      Error,
      "Cannot step Gridworld: the episode has terminated, wanted reset() first",
    );
  }
});

Deno.test("Gridworld's player starts evenly on the free cells", () => {
  const env = new Gridworld({ mode: "player" });
  env.reset({ seed: 4 });
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const [player, ...others] = placesIn(env.reset().observation);
    assertEquals(others, [0, 1, 5]);
    counts[player!]!++;
  }
  assertChiSquare(counts, "player", counts.map((_, cell) => [0, 1, 5].includes(cell) ? 0 : 1 / 13));
});

Deno.test("Gridworld draws evenly from the random boards that can be won", () => {
  const boards = new Map<string, number>();
  for (let code = 0; code < 16 ** 4; code++) {
    const board = [code >> 12, (code >> 8) & 15, (code >> 4) & 15, code & 15];
    if (new Set(board).size === 4 && canWin(board)) boards.set(board.join(), 0);
  }
  assert(boards.size < 16 * 15 * 14 * 13, "some boards cannot be won");
  const env = new Gridworld({ mode: "random" });
  env.reset({ seed: 6 });
  for (let i = 0; i < 10 * boards.size; i++) {
    const board = placesIn(env.reset().observation).join();
    const count = boards.get(board);
    assert(count !== undefined, `board ${board} cannot be won`);
    boards.set(board, count + 1);
  }
  assertChiSquare([...boards.values()], "boards");
});

Deno.test("Gridworld adds uniform noise to every number, within the space's bounds", () => {
  const noise = 0.1;
  const env = new Gridworld({ mode: "random", noise });
  const { low, high, shape } = env.observationSpace;
  assertEquals([shape, new Set(low), new Set(high)], [[4, 4, 4], new Set([0]), new Set([Math.fround(1.1)])]);
  env.reset({ seed: 8 });
  const added: number[] = [];
  for (let i = 0; i < 400; i++) {
    env.reset({ state: [3, 0, 1, 5] });
    const { observation } = env.step(right!);
    const things = [3, 16, 33, 53];
    observation.forEach((value, entry) => added.push(value - (things.includes(entry) ? 1 : 0)));
  }
  // A float32 near 1 may round up to the bound itself.
  assertUniform(added.map((value) => Math.min(value / noise, 1 - 2 ** -20)));
});

Deno.test("Gridworld gives observations of its own, equal for equal seeds", () => {
  const [a, b] = [
    new Gridworld({ mode: "random", noise: 0.01 }),
    new Gridworld({ mode: "random", noise: 0.01 }),
  ];
  assertEquals(a.reset({ seed: 3 }), b.reset({ seed: 3 }));
  a.reset({ seed: 3 }).observation.fill(9);
  b.reset({ seed: 3 });
  assertEquals(a.step(down!), b.step(down!));
});

Deno.test("Gridworld refuses other options and states", () => {
  assertThrows(
    () => new Gridworld({ mode: "statik" as GridworldMode }),
    UsageError,
    'Cannot make Gridworld: mode is "statik", wanted "static", "player" or "random"',
  );
  for (const noise of [-1, NaN, Infinity]) {
    assertThrows(
      () => new Gridworld({ noise }),
      UsageError,
      `Cannot make Gridworld: noise is ${noise}, wanted a number of 0 or more`,
    );
  }
  for (const state of [[3, 0, 1], [3, 0, 1, 16], [3, 0, 1, 1], [3, 0, 1, 0.5]]) {
    assertThrows(
      () => new Gridworld().reset({ state }),
      RangeError,
      `Cannot reset Gridworld: state is [${state.join(", ")}], wanted 4 different integers in [0, 15]`,
    );
  }
});

Deno.test("Gridworld.step refuses actions outside the space and before a reset", () => {
  const env = new Gridworld();
  assertThrows(() => env.step(0), Error, "Cannot step Gridworld: no episode has begun, wanted reset() first");
  env.reset();
  assertThrows(() => env.step(4), RangeError, "Cannot step: action is 4, wanted an integer in [0, 3]");
});

Deno.test("Gridworld passes the checker in every mode", () => {
  for (const mode of ["static", "player", "random"] as const) {
    assertEquals(checkEnvironment(new Gridworld({ mode })), []);
    assertEquals(checkEnvironment(new Gridworld({ mode, noise: 0.1 })), []);
  }
});

Deno.test("Gridworld.stateGrid puts the player into every free cell of the present board", () => {
  const env = new Gridworld({ noise: 0.1 });
  assertThrows(
    () => env.stateGrid(),
    Error,
    "Cannot render Gridworld: no episode has begun, wanted reset() first",
  );
  env.reset({ state: [12, 15, 9, 2] });
  const { observations, labels, rows, columns, actions } = env.stateGrid();
  assertEquals([rows.count, columns.count, actions], [4, 4, ["up", "down", "left", "right"]]);
  assertEquals(labels!.map((label, cell) => label + cell).filter((label) => !/^\d/.test(label)), [
    "W2",
    "-9",
    "+15",
  ]);
  observations.forEach((observation, cell) => {
    if (labels![cell] !== "") assertEquals(observation, undefined);
    else assertEquals(placesIn(observation!), [cell, 15, 9, 2]);
  });
});

Deno.test("Gridworld shows its board as text and as a picture", () => {
  const env = new Gridworld();
  assertThrows(
    () => env.renderText(),
    Error,
    "Cannot render Gridworld: no episode has begun, wanted reset() first",
  );
  env.reset();
  assertEquals(env.renderText(), "[+][-][ ][P]\n[ ][W][ ][ ]\n[ ][ ][ ][ ]\n[ ][ ][ ][ ]");
  env.step(down!);
  assertEquals(env.renderText(), "[+][-][ ][ ]\n[ ][W][ ][P]\n[ ][ ][ ][ ]\n[ ][ ][ ][ ]");
  const { surface, calls } = recordingSurface(400, 400);
  env.render(surface);
  const discs = calls.filter((call) => call.startsWith("arc("));
  assert(discs.includes("arc(150, 50, 34, 0, 6.28)"), "the pit");
  assertEquals(discs.at(-1), "arc(350, 138, 14, 0, 6.28)", "the player's head");
});
