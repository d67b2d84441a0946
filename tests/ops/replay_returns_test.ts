import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { padded } from "../../src/ops/layout.ts";
import { createBatch, replayCut, replaySample, transitionLayout } from "../../src/ops/replay.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { floats, hyperParameters, membersOf, uniform } from "./random_values.ts";

/** What of a transition a return takes. */
interface Row {
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/** The return from transition `first` on, of all that have ever been stored, and which of them is its last. */
function returnFrom(
  history: readonly Row[],
  first: number,
  { steps, environments, gamma }: { steps: number; environments: number; gamma: number },
): { last: number; sum: number; discount: number } {
  const own = history.map((row, at) => ({ ...row, at })).filter(({ at }) =>
    at >= first && at % environments === first % environments
  );
  const end = own.findIndex(({ terminated, truncated }) => terminated || truncated);
  const taken = own.slice(0, Math.min(steps, end < 0 ? own.length : end + 1));
  const last = taken.at(-1)!;
  return {
    last: last.at,
    sum: taken.reduce((sum, { reward }, k) => sum + gamma ** k * reward, 0),
    discount: last.terminated ? 0 : gamma ** taken.length,
  };
}

/** Rings by their capacity, environments, and transitions that have ever been stored. */
const rings = [
  [24, 1, 17], // Not full.
  [24, 1, 24],
  [24, 1, 61], // Turned over twice.
  [24, 3, 24],
  [23, 3, 60], // Steps lie across the seam.
  [25, 4, 100],
  [7, 5, 35], // Room for a step and a half.
  [4, 4, 12],
  [1, 1, 1],
] as const;

for (const kernelProfile of profiles) {
  for (const masked of [false, true, "both"] as const) {
    const name = masked === "both" ? "with masks of both states" : masked ? "with masks" : "without masks";
    Deno.test(`replaySample() adds up the rewards of n steps ${name}, groups of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const layout = transitionLayout(3, 2, masked);
        const [allocated, batch] = [25, 70];
        const seen = new Set<string>();
        for (const [capacity, environments, stored] of rings) {
          const random = new Random(capacity + 100 * stored);
          const members = [0.9, 0.5];
          const values = uniform(members.length * stored * layout.row, random);
          const histories = members.map((_, member) =>
            Array.from({ length: stored }, (_, i): Row => {
              const at = (member * stored + i) * layout.row + layout.outcome;
              values[at + 2] = Number(random.below(6) === 0);
              values[at + 3] = Number(random.below(6) === 0);
              return {
                reward: values[at + 1]!,
                terminated: values[at + 2] === 1,
                truncated: values[at + 3] === 1,
              };
            })
          );
          const ring = new Float32Array(members.length * allocated * layout.row);
          const rowOf = (member: number, i: number) =>
            values.subarray((member * stored + i) * layout.row, (member * stored + i + 1) * layout.row);
          for (const member of members.keys()) {
            for (let i = 0; i < stored; i++) {
              ring.set(rowOf(member, i), (member * allocated + i % capacity) * layout.row);
            }
          }
          const rows = floats(gpu, [members.length, allocated, layout.row], ring);
          const shared = membersOf(
            gpu,
            members.map((gamma, seed) => ({
              hyper: hyperParameters({ seed, capacity, gamma }),
              clock: { stored },
            })),
          );
          for (const steps of [2, 3, 8]) {
            const made = createBatch(gpu, layout, { members: members.length, size: batch });
            const program = new Recorder(gpu);
            replaySample(program, shared, {
              replay: { layout, rows },
              batch: made,
              sampling: "with-replacement",
              steps,
              environments,
            });
            gpu.enqueue(program);
            const [drawn, observations, outcomes, masks] = await Promise.all([
              made.indices.read(),
              made.observations.read(),
              made.outcomes.read(),
              made.masks.read(),
            ]);
            const half = observations.length / (4 * members.length);
            for (const [member, gamma] of members.entries()) {
              for (let i = 0; i < batch; i++) {
                const slot = drawn[member * batch + i]!;
                const first = slot + capacity * Math.floor((stored - 1 - slot) / capacity);
                const { last, sum, discount } = returnFrom(histories[member]!, first, {
                  steps,
                  environments,
                  gamma,
                });
                const label =
                  `${steps} steps, ${environments} of ${capacity} after ${stored}, member ${member}, row ${i}`;
                const at = 4 * (member * batch + i);
                assertEquals(outcomes[at], rowOf(member, first)[layout.outcome], label);
                assertAlmostEquals(outcomes[at + 1]!, sum, 1e-6, label);
                assertAlmostEquals(outcomes[at + 2]!, discount, 1e-7, label);
                assertEquals(outcomes[at + 3], 1, label);
                for (const [pass, row, begin] of [[0, first, 0], [1, last, layout.next]] as const) {
                  for (let feature = 0; feature < 3; feature++) {
                    const place = (member * 4 + 2 * pass) * half + feature * padded(batch) + i;
                    assertEquals(observations[place], rowOf(member, row)[begin + feature], label);
                  }
                }
                if (masked) {
                  const columns = padded(2);
                  const begin = (member * batch + i) * (layout.row - layout.mask);
                  const kept = masks.slice(begin, begin + layout.row - layout.mask);
                  const ofNext = rowOf(member, last).slice(layout.mask, layout.mask + columns);
                  assertEquals(kept.slice(0, columns), ofNext, label);
                  const ofOwn = rowOf(member, first).slice(layout.mask + columns);
                  assertEquals(kept.slice(columns), ofOwn, label);
                }
                const { terminated, truncated } = histories[member]![last]!;
                const length = (last - first) / environments + 1;
                seen.add(
                  `${length === steps ? "all" : "fewer"} ${
                    terminated ? "terminated" : truncated ? "truncated" : "open"
                  }`,
                );
              }
            }
            program.dispose();
            for (const tensor of [made.indices, made.observations, made.outcomes, made.masks]) {
              tensor.dispose();
            }
          }
          rows.dispose();
        }
        assertEquals(seen.size, 6, [...seen].join(", "));
      }, { kernelProfile }));
  }
}

Deno.test("replayCut() ends the episodes of the latest step, and no others", () =>
  withGpu(async (gpu) => {
    const layout = transitionLayout(2, 2);
    for (
      const [capacity, environments, stored] of [[8, 3, 0], [8, 3, 2], [8, 3, 6], [8, 3, 9], [
        8,
        1,
        20,
      ]] as const
    ) {
      const shared = membersOf(
        gpu,
        [capacity, capacity - 1].map((capacity) => ({
          hyper: hyperParameters({ capacity }),
          clock: { stored },
        })),
      );
      const rows = new Tensor<"f32">(gpu, [2, capacity, layout.row]);
      const program = new Recorder(gpu);
      replayCut(program, shared, { replay: { layout, rows }, environments });
      gpu.enqueue(program);
      const expected = new Float32Array(rows.size);
      for (const member of [0, 1]) {
        for (let i = Math.max(0, stored - environments); i < stored; i++) {
          expected[(member * capacity + i % (capacity - member)) * layout.row + layout.outcome + 3] = 1;
        }
      }
      assertEquals(await rows.read(), expected);
      assert(stored === 0 || expected.some((value) => value === 1));
      program.dispose();
    }
  }));
