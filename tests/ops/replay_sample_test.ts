import { assert, assertEquals, assertLess } from "@std/assert";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { createBatch, replaySample, samplings, transitionLayout } from "../../src/ops/replay.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { assertChiSquare } from "./chi_square.ts";
import { type Draw, sampled } from "./oracle_random.ts";
import { countUpdate } from "./count_update.ts";
import { hyperParameters, membersOf } from "./random_values.ts";

/** Numbers of rows held, around powers of two and squares of them, where the permutation's grid changes its form. */
const sizes = [1, 2, 3, 4, 5, 15, 16, 17, 64, 65, 100, 1000, 1024, 1025, 100_000];

/** Batches of updates 1, 2, ... by the twin, which the device equals index by index. */
function batches(draw: Omit<Draw, "updates">, count: number, sampling: typeof samplings[number]): number[][] {
  return Array.from({ length: count }, (_, i) => sampled(sampling, { ...draw, updates: i + 1 }));
}

for (const kernelProfile of profiles) {
  for (const sampling of samplings) {
    Deno.test(`replaySample() ${sampling} draws what its twin draws, groups of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        for (const size of sizes) {
          for (const batch of [1, 33, 128]) {
            // The ring partly filled, just full, and turned over; sizes differ between the members.
            const members = [
              { seed: 0, capacity: 2 * size, steps: size },
              { seed: 4_294_967_295, capacity: size, steps: size },
              { seed: 42, capacity: size, steps: 3 * size + Math.floor(size / 2) },
              { seed: 42, capacity: size + 7, steps: 7 * size + 50 },
            ];
            const shared = membersOf(
              gpu,
              members.map(({ steps: stored, ...own }) => ({
                hyper: hyperParameters(own),
                clock: { stored },
              })),
            );
            const layout = transitionLayout(1, 1);
            const made = createBatch(gpu, layout, { members: members.length, size: batch });
            const rows = new Tensor<"f32">(gpu, [members.length, 2 * size + 7, layout.row]);
            const program = new Recorder(gpu);
            replaySample(program, shared, {
              replay: { layout, rows },
              batch: made,
              sampling,
              steps: 1,
              environments: 1,
            });
            countUpdate(program, shared);
            for (const updates of [1, 2]) {
              gpu.enqueue(program);
              const expected = members.flatMap((own) => sampled(sampling, { ...own, updates, batch }));
              assertEquals(
                await made.indices.read(),
                Uint32Array.from(expected),
                `${size} rows, batch ${batch}`,
              );
            }
            program.dispose();
            for (const tensor of [rows, made.indices, made.observations, made.outcomes, made.masks]) {
              tensor.dispose();
            }
          }
        }
      }, { kernelProfile }));
  }
}

Deno.test("replaySample() leaves the batch of a member that rests as it was", () =>
  withGpu(async (gpu) => {
    const hyper = hyperParameters({ seed: 5, capacity: 32 });
    const shared = membersOf(gpu, [0, 1].map((halted) => ({ hyper, clock: { stored: 32, halted } })));
    const layout = transitionLayout(3, 2, true);
    const batch = createBatch(gpu, layout, { members: 2, size: 8 });
    const { indices, observations, outcomes, masks } = batch;
    indices.write(new Uint32Array(indices.size).fill(99));
    for (const tensor of [observations, outcomes, masks]) {
      tensor.write(new Float32Array(tensor.size).fill(99));
    }
    const rows = new Tensor<"f32">(gpu, [2, 32, layout.row]);
    const program = new Recorder(gpu);
    replaySample(program, shared, {
      replay: { layout, rows },
      batch,
      sampling: "with-replacement",
      steps: 1,
      environments: 1,
    });
    gpu.enqueue(program);
    for (const tensor of [indices, observations, outcomes, masks]) {
      const values = Array.from(await tensor.read());
      const resting = values.splice(values.length / 2);
      assert(values.some((value) => value !== 99), tensor.label);
      assert(resting.every((value) => value === 99), tensor.label);
    }
  }));

Deno.test("replaySample() with-replacement draws every row equally likely, and pairs independently", () => {
  for (const held of [2, 3, 17, 100]) {
    const drawn = batches({ seed: 7, capacity: held, steps: held, batch: 2 }, 400 * held, "with-replacement");
    const counts = new Array<number>(held).fill(0);
    const pairs = new Array<number>(held * held).fill(0);
    for (const [first, second] of drawn) {
      counts[first!]!++;
      pairs[first! * held + second!]!++;
    }
    assertChiSquare(counts, `${held} rows`);
    if (held < 20) assertChiSquare(pairs, `pairs of ${held} rows`);
  }
});

Deno.test("replaySample() without-replacement draws distinct rows, and all of them in a batch as large as the ring", () => {
  for (const held of sizes.slice(0, -1)) {
    for (
      const rows of [
        ...batches({ seed: 3, capacity: held, steps: 5 * held, batch: held }, 20, "without-replacement"),
      ]
    ) {
      assertEquals(new Set(rows).size, held);
      assert(rows.every((row) => row >= 0 && row < held), `${held} rows`);
    }
  }
});

Deno.test("replaySample() without-replacement repeats rows evenly in a batch larger than the ring", () => {
  const [rows] = batches({ seed: 3, capacity: 100, steps: 5, batch: 12 }, 1, "without-replacement");
  const counts = [0, 1, 2, 3, 4].map((row) => rows!.filter((drawn) => drawn === row).length);
  assertEquals(counts.toSorted(), [2, 2, 2, 3, 3]);
});

Deno.test("replaySample() without-replacement draws every row equally likely at every place of a batch", () => {
  for (const held of [2, 3, 5, 16, 17, 100, 1000]) {
    const batch = Math.min(held, 32);
    const updates = Math.max(2000, 30 * held);
    const drawn = batches({ seed: 11, capacity: held, steps: held, batch }, updates, "without-replacement");
    for (const place of new Set([0, Math.floor(batch / 2), batch - 1])) {
      const counts = new Array<number>(held).fill(0);
      for (const rows of drawn) counts[rows[place]!]!++;
      assertChiSquare(counts, `${held} rows, place ${place}`);
    }
  }
});

Deno.test("replaySample() without-replacement draws every ordered pair of rows about equally likely", () => {
  for (const held of [3, 5, 16, 17, 40]) {
    for (const [a, b] of [[0, 1], [0, held - 1], [1, 2]] as const) {
      const cells = held * (held - 1);
      const drawn = batches(
        { seed: 5, capacity: held, steps: held, batch: held },
        12 * cells,
        "without-replacement",
      );
      const counts = new Array<number>(cells).fill(0);
      for (const rows of drawn) {
        const [first, second] = [rows[a]!, rows[b]!];
        counts[first * (held - 1) + second - Number(second > first)]!++;
      }
      assertChiSquare(counts, `places ${a} and ${b} of ${held} rows`);
    }
  }
});

Deno.test("replaySample() without-replacement draws every ordered pair of 2 to 40 rows equally likely, all sizes together", () => {
  // What each size alone leaves to chance adds up over all of them: too few rounds of the permutation show here.
  let [excess, freedom] = [0, 0];
  for (let held = 2; held <= 40; held++) {
    const cells = held * (held - 1);
    const draw = { seed: held, capacity: held, steps: held, batch: 2 };
    const counts = new Array<number>(cells).fill(0);
    for (const [first, second] of batches(draw, 24 * cells, "without-replacement")) {
      counts[first! * (held - 1) + second! - Number(second! > first!)]!++;
    }
    assertChiSquare(counts, `pairs of ${held} rows`);
    excess += counts.reduce((sum, count) => sum + (count - 24) ** 2 / 24, 0) - (cells - 1);
    freedom += cells - 1;
  }
  assertLess(Math.abs(excess), 5 * Math.sqrt(2 * freedom));
});

Deno.test("replaySample() sequential draws runs in order of age across the seam, all starts equally likely", () => {
  for (
    const [capacity, steps, batch] of [[50, 20, 6], [50, 50, 6], [50, 133, 6], [50, 133, 50], [
      7,
      1000,
      3,
    ]] as const
  ) {
    const held = Math.min(steps, capacity);
    const oldest = steps > capacity ? steps - capacity : 0;
    const starts = new Array<number>(held - batch + 1).fill(0);
    for (const rows of batches({ seed: 13, capacity, steps, batch }, 5000, "sequential")) {
      // The step number that each row was written at: slot = number mod capacity, among the latest `held`.
      const numbers = rows.map((slot) => oldest + (slot - oldest % capacity + capacity) % capacity);
      assertEquals(numbers, numbers.map((_, i) => numbers[0]! + i), `${[capacity, steps, batch]}`);
      assert(numbers.at(-1)! < steps, `${numbers} are not all written after ${steps} steps`);
      starts[numbers[0]! - oldest]!++;
    }
    assertChiSquare(starts, `starts of ${batch} among ${held}`);
  }
});
