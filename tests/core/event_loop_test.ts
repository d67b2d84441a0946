import { assertEquals, assertLessOrEqual, assertStrictEquals } from "@std/assert";
import { Deadline } from "../../src/core/event_loop.ts";

/** Rounds until a deadline, on a clock that goes on by `milliseconds` a round; and how often the clock was read. */
function countRounds(deadline: number, milliseconds: number): { rounds: number; readings: number } {
  const { now } = performance;
  let [time, readings, rounds] = [0, 0, 0];
  performance.now = () => (readings++, time);
  try {
    const end = new Deadline(deadline);
    do {
      rounds++;
      time += milliseconds;
    } while (!end.passed());
  } finally {
    performance.now = now;
  }
  return { rounds, readings: readings - 1 };
}

Deno.test("Deadline reads the clock after every long round, and ends in time", () => {
  assertEquals(countRounds(200, 1), { rounds: 200, readings: 200 });
  assertEquals(countRounds(0, 1e-6), { rounds: 1, readings: 1 });
});

Deno.test("Deadline reads the clock at one in 16 of short rounds, and is at most 15 of them late", () => {
  const { rounds, readings } = countRounds(10, 2 ** -10);
  assertLessOrEqual(rounds, 10 * 2 ** 10 + 15);
  assertStrictEquals(readings, Math.ceil((rounds - 15) / 16) + 4); // 1, 2, 4, 8 rounds, then 16 each
});
