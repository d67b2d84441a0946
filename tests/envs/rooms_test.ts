import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { checkEnvironment } from "../../src/envs/check.ts";
import { Rooms } from "../../src/envs/rooms.ts";
import { assertChiSquare } from "../ops/chi_square.ts";
import { recordingSurface } from "./toys.ts";
import { optimalQ } from "./value_iteration.ts";

const doors = [[4], [3, 5], [3], [1, 2, 4], [0, 3, 5], [1, 4, 5]];

Deno.test("Rooms opens its doors alone, and names them", () => {
  const env = new Rooms();
  doors.forEach((open, room) => {
    for (let door = 0; door < 6; door++) {
      const { info } = env.reset({ state: [room] });
      assertEquals(info.actionMask![door], open.includes(door) ? 1 : 0);
      assertEquals(env.transitions(room, door).length, open.includes(door) ? 1 : 0);
      if (open.includes(door)) assertEquals(env.step(door).observation, room === 5 ? 5 : door);
      else {
        const message = `Cannot step Rooms: action ${door} is illegal in state ${room}, wanted one of ${
          open.join(", ")
        }`;
        assertThrows(() => env.step(door), RangeError, message);
      }
    }
  });
});

Deno.test("Rooms.stateGrid is the rooms in a row, none at the way out, with their doors", () => {
  const { columns, rows, observations, actionMasks, labels, actions } = new Rooms().stateGrid();
  assertEquals([columns.count, rows.count], [6, 1]);
  assertEquals(observations, [0, 1, 2, 3, 4, undefined]);
  assertEquals(labels, ["", "", "", "", "", "X"]);
  assertEquals(actions, ["to 0", "to 1", "to 2", "to 3", "to 4", "to 5"]);
  doors.forEach((open, room) => {
    assertEquals([...actionMasks![room]!.keys()].filter((door) => actionMasks![room]![door] === 1), open);
  });
});

Deno.test("Rooms pays 100 for the way out, where it ends", () => {
  const env = new Rooms();
  env.reset({ state: [3] });
  const steps = [2, 3, 4, 5].map((door) => env.step(door));
  assertEquals(steps.map(({ reward }) => reward), [0, 0, 0, 100]);
  assertEquals(steps.map(({ terminated }) => terminated), [false, false, false, true]);
  assertEquals(steps.map(({ info }) => info.success), [false, false, false, true]);
});

Deno.test("Rooms starts evenly in the rooms that are not the way out", () => {
  const env = new Rooms();
  env.reset({ seed: 2 });
  const counts = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < 10_000; i++) counts[env.reset().observation]!++;
  assertChiSquare(counts, "starts", [0.2, 0.2, 0.2, 0.2, 0.2, 0]);
});

Deno.test("Rooms is worth 100 gamma^(steps - 1), and nothing in the last room", () => {
  const gamma = 0.95;
  const q = optimalQ(new Rooms(), gamma, 60);
  const distance = [2, 1, 3, 2, 1];
  doors.forEach((open, room) =>
    open.forEach((door) => {
      const wanted = room === 5 ? 0 : door === 5 ? 100 : 100 * gamma ** distance[door]!;
      assertAlmostEquals(q[room]![door]!, wanted, 1e-10, `from ${room} to ${door}`);
    })
  );
});

Deno.test("Rooms takes another house, whose last room is the way out", () => {
  const reward = [[-1, 2, -1], [-2, -1, 7], [0, 0, 0]];
  const env = new Rooms({ reward });
  env.reset({ state: [0] });
  assertEquals([env.step(1).reward, env.step(0).reward, env.step(1).reward], [2, -2, 2]);
  const { observation, reward: last, terminated } = env.step(2);
  assertEquals([observation, last, terminated], [2, 7, true]);
  reward[0]![1] = 9;
  assertEquals(env.transitions(0, 1)[0]!.reward, 2);
});

Deno.test("Rooms refuses what is no house with a way out", () => {
  const refuses = (reward: unknown, message: string) =>
    assertThrows(
      () => new Rooms({ reward: reward as number[][] }),
      UsageError,
      `Cannot make Rooms: ${message}`,
    );
  refuses(5, "reward is 5, wanted a matrix of 2 to 100 rooms");
  refuses([[0]], "reward is [0], wanted a matrix of 2 to 100 rooms");
  refuses([[0, 1], [0]], "row 1 of reward is [0], wanted 2 finite numbers");
  refuses([[0, NaN], [0, 0]], "row 0 of reward is [0, NaN], wanted 2 finite numbers");
  refuses(
    [[0, -1, -1], [0, -1, 0], [0, 0, 0]],
    "no doors lead from room 0 to room 2, wanted a way out of every room",
  );
});

Deno.test("Rooms passes the checker", () => assertEquals(checkEnvironment(new Rooms()), []));

Deno.test("Rooms shows its graph as text and as a picture", () => {
  const env = new Rooms();
  env.reset({ state: [2] });
  assertEquals(
    env.renderText(),
    [
      "   room 0: doors to 4",
      "   room 1: doors to 3, 5",
      ">  room 2: doors to 3",
      "   room 3: doors to 1, 2, 4",
      "   room 4: doors to 0, 3, 5",
      " * room 5: doors to 1, 4, 5",
    ].join("\n"),
  );
  const { surface, calls } = recordingSurface(500, 500);
  env.render(surface);
  // A door is drawn from both of its sides; room 2 is a third of the circle from the top.
  assertEquals(calls.filter((call) => call === "stroke()").length, 12);
  const filled = calls.indexOf("fillStyle = #2563a8");
  assert(filled > 0);
  assertEquals(calls[filled + 2], "arc(405.88, 340, 50.6, 0, 6.28)");
});
