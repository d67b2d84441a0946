import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { clockStep } from "../../src/ops/clock.ts";
import { packMatrix, padded } from "../../src/ops/layout.ts";
import { createBatch, replaySample, replayWrite, transitionLayout } from "../../src/ops/replay.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { floats, hyperParameters, membersOf, transposed, uniform } from "./random_values.ts";

/** Of each member. */
const gammas = [0.99, 0.5, 0];

for (const kernelProfile of profiles) {
  for (const masked of [false, true, "both"] as const) {
    const name = masked === "both" ? "with masks of both states" : masked ? "with masks" : "without masks";
    Deno.test(`replayWrite() ${name} is a ring of each member's own size, groups of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const layout = transitionLayout(5, 3, masked);
        const allocated = 20;
        const sizes = [20, 13, 3];
        for (const count of [1, 3]) {
          const shared = membersOf(gpu, sizes.map((capacity) => ({ hyper: hyperParameters({ capacity }) })));
          const rows = new Tensor<"f32">(gpu, [sizes.length, allocated, layout.row]);
          const transitions = new Tensor<"f32">(gpu, [sizes.length, count, layout.row]);
          const program = new Recorder(gpu);
          replayWrite(program, shared, { replay: { layout, rows }, transitions, count });
          clockStep(program, shared, { transitions, count, layout });
          const expected = new Float32Array(rows.size);
          const random = new Random(1);
          for (let step = 0; step < 17; step++) {
            const values = uniform(transitions.size, random);
            transitions.write(values);
            gpu.enqueue(program);
            for (let i = 0; i < sizes.length * count; i++) {
              const member = Math.floor(i / count);
              const slot = (step * count + i % count) % sizes[member]!;
              const row = values.subarray(i * layout.row, (i + 1) * layout.row);
              expected.set(row, (member * allocated + slot) * layout.row);
            }
            assertEquals(await rows.read(), expected, `${count} a step, step ${step}`);
          }
        }
      }, { kernelProfile }));

    for (const bits of [false, true]) {
      Deno.test(`replaySample() ${name} takes the drawn rows ${bits ? "of bits " : ""}apart, groups of "${kernelProfile}"`, () =>
        withGpu(async (gpu) => {
          const random = new Random(2);
          for (
            const [width, actions, batch, members] of [
              [1, 1, 1, 1],
              [3, 2, 4, 1],
              [4, 5, 5, 3],
              [5, 4, 17, 1],
              [17, 7, 16, 3],
              [64, 3, 67, 2],
              [150, 3, 9, 2],
            ] as const
          ) {
            const layout = transitionLayout(width, actions, masked, { bits });
            const capacity = 9;
            const values = uniform(members * capacity * layout.row, random);
            const words = new Uint32Array(values.buffer);
            const isObservation = (at: number) => at % layout.row < layout.outcome;
            if (bits) words.forEach((_, at) => isObservation(at) && (words[at] = random.word()));
            for (let at = layout.outcome; at < values.length; at += layout.row) {
              for (const ended of [2, 3]) values[at + ended] = random.below(2);
            }
            const columns = masked ? layout.row - layout.mask : 4;
            const made = createBatch(gpu, layout, { members, size: batch });
            const program = new Recorder(gpu);
            const shared = Array.from({ length: members }, (_, seed) => ({
              hyper: hyperParameters({ seed, capacity, gamma: gammas[seed]! }),
              clock: { stored: capacity },
            }));
            replaySample(program, membersOf(gpu, shared), {
              replay: { layout, rows: floats(gpu, [members, capacity, layout.row], values) },
              batch: made,
              sampling: "with-replacement",
              steps: 1,
              environments: 1,
            });
            gpu.enqueue(program);
            const [drawn, observations, outcomes, masks] = await Promise.all([
              made.indices.read(),
              made.observations.read(),
              made.outcomes.read(),
              made.masks.read(),
            ]);
            /** What the batch's rows hold from float `first` on, `[batch, length]`. */
            const part = (member: number, first: number, length: number) =>
              Float32Array.from({ length: batch * length }, (_, at) => {
                const slot = member * capacity + drawn[member * batch + Math.floor(at / length)]!;
                if (!bits || first >= layout.outcome) return values[slot * layout.row + first + at % length]!;
                return words[slot * layout.row + first + (at % length >> 5)]! >>> (at % length & 31) & 1;
              });
            for (let member = 0; member < members; member++) {
              const label = `${[width, actions, batch]}, member ${member} of ${members}`;
              const own = (all: Float32Array) =>
                all.subarray(member * all.length / members, (member + 1) * all.length / members);
              const packed = [0, layout.next].map((first) =>
                packMatrix(transposed(part(member, first, width), batch, width), width, batch)
              );
              const matrices = withoutPadding(own(observations), width, batch);
              const half = packed[0]!.length / 2;
              assertEquals(matrices.subarray(0, 2 * half), packed[0], `${label}, s`);
              assertEquals(
                matrices.subarray(2 * half, 3 * half),
                packed[1]!.subarray(0, half),
                `${label}, s'`,
              );
              // (action, return, discount, weight) of (action, reward, terminated, truncated).
              const expected = part(member, layout.outcome, 4).map((value, at, row) =>
                [value, value, row[at] === 1 ? 0 : gammas[member]!, 1][at % 4]!
              );
              assertEquals(own(outcomes), expected, label);
              if (masked) assertEquals(own(masks), part(member, layout.mask, columns), label);
            }
          }
        }, { kernelProfile }));
    }
  }
}

/** Two matrices `[rows, columns]` in both layouts, with zeros where they are padded. */
function withoutPadding(matrices: Float32Array, rows: number, columns: number): Float32Array {
  const half = matrices.length / 4;
  const result = new Float32Array(matrices.length);
  for (const first of [0, 2 * half]) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const places = [row * padded(columns) + column, half + column * padded(rows) + row];
        for (const at of places) result[first + at] = matrices[first + at]!;
      }
    }
  }
  return result;
}
