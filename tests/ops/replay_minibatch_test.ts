import { assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { createBatch, type Drawing, replaySample, transitionLayout } from "../../src/ops/replay.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { countUpdate } from "./count_update.ts";
import { permuted } from "./oracle_random.ts";
import { floats, hyperParameters, membersOf, uniform } from "./random_values.ts";

/** Rows of a rollout, minibatches, and updates made before. */
const epochs = [[1, 1, 0], [8, 2, 0], [33, 3, 6], [35, 35, 0], [128, 4, 3], [1000, 8, 80]] as const;

const layout = transitionLayout(3, 2);

for (const kernelProfile of profiles) {
  Deno.test(`replaySample() by minibatch draws every row once an epoch, as its twin does, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      for (const [rows, minibatches, updates] of epochs) {
        const seeds = [0, 4_294_967_295];
        const members = membersOf(
          gpu,
          seeds.map((seed) => ({
            hyper: hyperParameters({ seed, capacity: rows }),
            clock: { stored: 3 * rows, updates },
          })),
        );
        const size = rows / minibatches;
        const values = uniform(2 * rows * layout.row, new Random(1));
        const replay = { layout, rows: floats(gpu, [2, rows, layout.row], values) };
        const batch = createBatch(gpu, layout, { members: 2, size });
        const program = new Recorder(gpu);
        const sampling: Drawing = "minibatch";
        replaySample(program, members, { replay, batch, sampling, steps: 1, environments: 1 });
        countUpdate(program, members);
        const drawn: number[][] = [[], []];
        for (let update = updates; update < updates + 2 * minibatches; update++) {
          gpu.enqueue(program);
          const [indices, outcomes] = await Promise.all([batch.indices.read(), batch.outcomes.read()]);
          for (const [member, seed] of seeds.entries()) {
            const own = [...indices.subarray(member * size, (member + 1) * size)];
            const wanted = own.map((_, i) =>
              permuted(update % minibatches * size + i, rows, {
                seed,
                updates: Math.floor(update / minibatches),
              })
            );
            assertEquals(own, wanted, `${rows} rows, update ${update}, seed ${seed}`);
            drawn[member]!.push(...own);
            const rewards = own.map((row) => values[(member * rows + row) * layout.row + layout.outcome + 1]);
            assertEquals(own.map((_, i) => outcomes[4 * (member * size + i) + 1]), rewards);
          }
        }
        // From the first whole epoch on.
        const first = (minibatches - updates % minibatches) % minibatches * size;
        const all = Array.from({ length: rows }, (_, row) => row);
        for (const own of drawn) {
          const epoch = own.slice(first, first + rows);
          assertEquals(epoch.toSorted((a, b) => a - b), all);
          if (rows > 30 && first === 0) assertNotEquals(epoch, own.slice(rows));
        }
        if (rows > 30) assertNotEquals(drawn[0], drawn[1]);
        program.dispose();
      }
    }, { kernelProfile }));

  Deno.test(`replaySample() in order takes the rows from the first on, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const [capacity, size] = [70, 35];
      const values = uniform(2 * capacity * layout.row, new Random(1));
      const replay = { layout, rows: floats(gpu, [2, capacity, layout.row], values) };
      const members = membersOf(
        gpu,
        [0, 1].map((seed) => ({ hyper: hyperParameters({ seed, capacity }), clock: { stored: 100 } })),
      );
      const batch = createBatch(gpu, layout, { members: 2, size });
      for (const first of [0, 35]) {
        const program = new Recorder(gpu);
        replaySample(program, members, {
          replay,
          batch,
          sampling: "in-order",
          first,
          steps: 1,
          environments: 1,
        });
        gpu.enqueue(program);
        const wanted = Uint32Array.from({ length: 2 * size }, (_, i) => first + i % size);
        assertEquals(await batch.indices.read(), wanted);
        program.dispose();
      }
    }, { kernelProfile }));
}
