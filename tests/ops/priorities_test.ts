import { assert, assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { pcg4d, Random, Stream, unitInterval } from "../../src/core/random.ts";
import { leavesOf, writePriorities } from "../../src/ops/priorities.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { assertChiSquare } from "./chi_square.ts";
import { Drawn } from "./priorities_setup.ts";

/** WGSL allows a logarithm an error of 2^-21, which the exponential multiplies; the rest is rounding. */
const powerError = 2 ** -20;

/** Fails unless `rows` are those under u_i of the sum of `priorities`, as far as float32 can tell. */
function assertStratified(
  rows: ArrayLike<number>,
  priorities: ArrayLike<number>,
  { seed, update, label }: { seed: number; update: number; label: string },
): void {
  const ends: number[] = [];
  let sum = 0;
  for (let row = 0; row < priorities.length; row++) ends.push(sum += priorities[row]!);
  // A rounding each to place u_i, for every sum below the root and for every step down.
  const margin = (4 + 2 * Math.log2(leavesOf(priorities.length))) * 2 ** -24 * sum;
  for (let i = 0; i < rows.length; i++) {
    const u = (i + unitInterval(pcg4d(seed, Stream.replay, update, i)[0])) / rows.length;
    const row = rows[i]!;
    const at = `${label}, update ${update}, place ${i}: row ${row}`;
    assertGreater(priorities[row]!, 0, at);
    assertLess(u * sum, ends[row]! + margin, at);
    assertGreater(u * sum, (ends[row - 1] ?? 0) - margin, at);
  }
}

/** Allocated rows, those in use of three members, and the batch. */
const sizes = [
  [1, [1, 1, 1], 1],
  [2, [2, 1, 2], 5],
  [37, [37, 20, 3], 16],
  [64, [64, 33, 64], 64],
  [65, [65, 64, 7], 100],
  [1000, [1000, 999, 513], 33],
] as const;

for (const kernelProfile of profiles) {
  Deno.test(`prioritiesDraw() and prioritiesUpdate() do as the formulas say, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      for (const [capacity, used, size] of sizes) {
        const random = new Random(capacity);
        const keepers = used.map((own, member) => ({
          seed: 10 + member,
          capacity: own,
          priorityAlpha: [0.6, 1, 0][member]!,
          priorityEpsilon: [1e-6, 0.5, 1e-6][member]!,
          priorityBeta: [
            { kind: "constant", value: 1 },
            { kind: "linear", start: 0.4, end: 0.9, duration: 3, per: "update" },
            { kind: "constant", value: 0 },
          ][member] as never,
        }));
        const drawn = new Drawn(gpu, keepers, { capacity, size });
        const known = used.map((own) => new Float64Array(own));
        const stored = used.map(() => 0);
        const largest = used.map(() => 1);
        for (let update = 1; update <= 7; update++) {
          for (const [member, own] of used.entries()) {
            // A few; many; so many that the ring turns, once and more; none.
            const count = [1, 3, own, Math.ceil(own / 2), 0, 2 * own + 1, 2][update - 1]!;
            for (let i = 0; i < count; i++) known[member]![stored[member]!++ % own] = largest[member]!;
            drawn.store(member, stored[member]!);
          }
          const { rows, weights } = await drawn.draw();
          assertEquals(await drawn.priorities.assigned.read(), Uint32Array.from(stored));
          const errors = new Float32Array(rows.length);
          for (const [member, { seed, capacity: own, priorityAlpha, priorityEpsilon }] of keepers.entries()) {
            const label = `${own} of ${capacity} rows, batch ${size}, update ${update}`;
            const before = await drawn.rowsOf(member, own);
            for (const [row, wanted] of known[member]!.entries()) {
              assertAlmostEquals(
                before[row]!,
                wanted,
                powerError * Math.max(1, wanted),
                `${label}, row ${row}`,
              );
            }
            const mine = rows.subarray(member * size, (member + 1) * size);
            assertStratified(mine, before, { seed, update, label });
            assertEquals(mine, mine.toSorted(), label);
            const beta = [1, 0.4 + 0.5 * Math.min((update - 1) / 3, 1), 0][member]!;
            const held = Math.min(stored[member]!, own);
            const sum = before.reduce((sum, priority) => sum + priority, 0);
            const unscaled = [...mine].map((row) => (held * before[row]! / sum) ** -beta);
            const heaviest = Math.max(...unscaled);
            for (const [i, weight] of unscaled.entries()) {
              const wanted = weight / heaviest;
              assertAlmostEquals(weights[member * size + i]!, wanted, powerError * wanted, `${label}, ${i}`);
            }
            for (const [i, row] of mine.entries()) {
              // Equal rows have equal errors, but for one time in which the last of them is to tell.
              const error = update === 4 || mine[i - 1] !== row
                ? random.uniform(-3, 3)
                : errors[member * size + i - 1]!;
              errors[member * size + i] = error;
              known[member]![row] = (Math.abs(Math.fround(error)) + priorityEpsilon) ** priorityAlpha;
              largest[member] = Math.max(largest[member]!, known[member]![row]!);
            }
          }
          drawn.update(errors);
        }
        for (const member of used.keys()) {
          const [top] = await drawn.tree(member);
          assertAlmostEquals(top!, largest[member]!, powerError * largest[member]!);
        }
        drawn.dispose();
      }
    }, { kernelProfile }));

  Deno.test(`prioritiesDraw() leaves what rests bit for bit, and so does prioritiesUpdate(), groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const keepers = [0, 1].map((halted) => ({ seed: 3, capacity: 10, stored: 6, halted }));
      const drawn = new Drawn(gpu, keepers, { capacity: 10, size: 8 });
      const { batch: { indices, outcomes }, priorities } = drawn;
      indices.write(Uint32Array.from({ length: indices.size }, (_, i) => i % 8));
      outcomes.write(new Float32Array(outcomes.size).fill(9));
      for (const member of [0, 1]) {
        writePriorities(priorities, member, { rows: Float32Array.of(1, 2, 3, 4), largest: 4, assigned: 4 });
      }
      const before = await drawn.tree(1);
      const { rows, weights } = await drawn.draw();
      drawn.update(new Float32Array(16).fill(50));
      assertEquals(await drawn.tree(1), before);
      assertEquals(await priorities.assigned.read(), Uint32Array.of(6, 4));
      assertEquals([...rows.subarray(8)], [0, 1, 2, 3, 4, 5, 6, 7]);
      assertEquals([...weights.subarray(8)], new Array(8).fill(9));
      assert((await drawn.tree(0))[0]! > 4);
      assert((await drawn.rowsOf(0, 6)).every((priority) => priority > 0));
    }, { kernelProfile }));

  Deno.test(`prioritiesDraw() draws a row of replay whatever errors were, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const drawn = new Drawn(gpu, [{ capacity: 5, stored: 3, priorityAlpha: 1 }], { capacity: 8, size: 6 });
      for (const error of [0, 1e-30, 3e38, -3e38, Infinity, NaN, 1]) {
        const { rows, weights } = await drawn.draw();
        assert(rows.every((row) => row < 3), `${error}: ${rows}`);
        assert(weights.every((weight) => weight > 0 && weight <= 1.00001), `${error}: ${weights}`);
        drawn.update(new Float32Array(6).fill(error));
      }
    }, { kernelProfile }));
}

Deno.test("prioritiesDraw() draws rows as often as their priorities say, and none that has none", () =>
  withGpu(async (gpu) => {
    const cases: [name: string, capacity: number, priorities: number[], fresh?: number][] = [
      ["one row", 1, [0.3]],
      ["ties", 7, [2, 2, 2, 2, 2, 2, 2]],
      ["the first and the last", 8, [5, 0, 0, 0, 0, 0, 0, 1]],
      ["a gap", 9, [0, 3, 0, 0, 1, 1, 0, 2, 0]],
      ["many sizes", 20, Array.from({ length: 20 }, (_, row) => 1.5 ** row)],
      ["more rows than a batch", 300, Array.from({ length: 300 }, (_, row) => 1 + row % 7)],
      ["new rows on both sides of the ring's seam", 11, [9, 1, 2, 3, 1, 2, 3, 1, 2, 9, 9], 5],
    ];
    const members = 64;
    for (const [name, capacity, priorities, fresh = 0] of cases) {
      const stored = 5 * capacity + 3;
      const wanted = priorities.slice();
      for (let i = stored - fresh; i < stored; i++) wanted[i % capacity] = 4;
      for (const size of [1, 5, 32]) {
        const keepers = Array.from({ length: members }, (_, seed) => ({ seed, capacity, stored }));
        const drawn = new Drawn(gpu, keepers, { capacity, size });
        for (let member = 0; member < members; member++) {
          writePriorities(drawn.priorities, member, {
            rows: Float32Array.from(priorities),
            largest: 4,
            assigned: stored - fresh,
          });
        }
        const counts = new Array<number>(capacity).fill(0);
        for (let update = 1; update <= 60; update++) {
          const { rows } = await drawn.draw();
          for (const row of rows) counts[row]!++;
          drawn.count(update);
        }
        const sum = wanted.reduce((sum, priority) => sum + priority, 0);
        assertChiSquare(counts, `${name}, batch ${size}`, wanted.map((priority) => priority / sum));
        drawn.dispose();
      }
    }
  }));

Deno.test("prioritiesDraw() gives each place of the batch its share of the sum", () =>
  withGpu(async (gpu) => {
    const priorities = Array.from({ length: 64 }, () => 0.25);
    const drawn = new Drawn(gpu, [{ seed: 8, capacity: 64, stored: 64 }], { capacity: 64, size: 16 });
    writePriorities(drawn.priorities, 0, { rows: Float32Array.from(priorities), largest: 1, assigned: 64 });
    const seen = new Set<number>();
    for (let update = 0; update < 40; update++) {
      const { rows } = await drawn.draw();
      for (const [i, row] of rows.entries()) {
        assertEquals(Math.floor(row / 4), i);
        seen.add(row);
      }
      drawn.count(update + 1);
    }
    assertEquals(seen.size, 64);
  }));

Deno.test("prioritiesDraw(): a member of a population draws what it draws alone", () =>
  withGpu(async (gpu) => {
    const keepers = [40, 7, 23].map((capacity, seed) => ({ seed, capacity, stored: 3 * capacity - 5 }));
    const run = async (some: typeof keepers, capacity: number) => {
      const drawn = new Drawn(gpu, some, { capacity, size: 12 });
      const made: number[][] = some.map(() => []);
      for (let update = 0; update < 5; update++) {
        const { rows, weights } = await drawn.draw();
        for (const [member, own] of made.entries()) {
          own.push(
            ...rows.subarray(12 * member, 12 * member + 12),
            ...weights.subarray(12 * member, 12 * member + 12),
          );
          drawn.store(member, some[member]!.stored + 3 * update + 3);
        }
        drawn.update(Float32Array.from(rows, (row) => Math.sin(row + 1)));
      }
      drawn.dispose();
      return made;
    };
    const together = await run(keepers, 40);
    for (const [member, own] of keepers.entries()) {
      // A tree of its own height, too: no sum is another for it.
      assertEquals((await run([own], own.capacity))[0], together[member], `member ${member}`);
    }
  }));

Deno.test("leavesOf() is the power of two that has room for all rows, at least 2", () => {
  assertEquals([1, 2, 3, 4, 5, 64, 65, 10_000].map(leavesOf), [2, 2, 4, 4, 8, 64, 128, 16_384]);
});
