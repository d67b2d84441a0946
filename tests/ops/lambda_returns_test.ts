import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { lambdaOutcomes, lambdaReturns } from "../../src/ops/lambda_returns.ts";
import type { HyperParameters } from "../../src/ops/member.ts";
import { createBatch, transitionLayout } from "../../src/ops/replay.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { floats, hyperParameters, membersOf, uniform } from "./random_values.ts";

/** What of a transition its return takes, and the value of its next state. */
interface Row {
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly value: number;
}

/** How a return begins. */
type Discount = Pick<HyperParameters, "gamma" | "lambda">;

/** The lambda return of the first of an environment's transitions, as a sum over where it bootstraps (Sutton and Barto, 12.2). */
function lambdaReturn(rows: readonly Row[], { gamma, lambda }: Discount): number {
  const end = rows.findIndex(({ terminated, truncated }) => terminated || truncated);
  const taken = rows.slice(0, end < 0 ? rows.length : end + 1);
  let [sum, total] = [0, 0];
  for (const [k, { reward, terminated, value }] of taken.entries()) {
    sum += gamma ** k * reward; // Of k + 1 rewards.
    const bootstrapped = sum + (terminated ? 0 : gamma ** (k + 1) * value);
    total += (k === taken.length - 1 ? 1 : 1 - lambda) * lambda ** k * bootstrapped;
  }
  return total;
}

/** Rows of `members` rings of `capacity`, of which `stored` have ever been written, by their number since the beginning. */
function histories(layout: ReturnType<typeof transitionLayout>, members: number, stored: number) {
  const random = new Random(stored);
  const values = uniform(members * stored * layout.row, random);
  const bootstraps = uniform(members * stored, random, [-3, 3]);
  const rows = Array.from({ length: members }, (_, member) =>
    Array.from({ length: stored }, (_, i): Row => {
      const at = (member * stored + i) * layout.row + layout.outcome;
      values[at] = random.below(layout.actions);
      values[at + 2] = Number(random.below(6) === 0);
      values[at + 3] = Number(random.below(6) === 0);
      const [reward, terminated, truncated] = values.subarray(at + 1, at + 4);
      return {
        reward: reward!,
        terminated: terminated === 1,
        truncated: truncated === 1,
        value: bootstraps[member * stored + i]!,
      };
    }));
  return { values, rows };
}

function ringOf(
  gpu: Gpu,
  { layout, members, capacity, stored, values }: {
    layout: ReturnType<typeof transitionLayout>;
    members: number;
    capacity: number;
    stored: number;
    values: Float32Array;
  },
) {
  const ring = new Float32Array(members * capacity * layout.row);
  for (let i = 0; i < members * stored; i++) {
    const slot = Math.floor(i / stored) * capacity + i % stored % capacity;
    ring.set(values.subarray(i * layout.row, (i + 1) * layout.row), slot * layout.row);
  }
  return { layout, rows: floats(gpu, [members, capacity, layout.row], ring) };
}

const discounts: readonly Discount[] = [
  { gamma: 0.9, lambda: 0.65 },
  { gamma: 1, lambda: 1 },
  { gamma: 0.5, lambda: 0 },
];

/** Rows of a rollout, environments, and transitions that have ever been stored. */
const rollouts = [
  [24, 3, 24],
  [24, 3, 48],
  [24, 3, 60], // The oldest is in the middle of the ring.
  [24, 4, 8], // What is held is less than a rollout.
  [1, 1, 1],
  [70, 70, 140],
  [130, 65, 130],
] as const;

for (const kernelProfile of profiles) {
  Deno.test(`lambdaReturns() and lambdaOutcomes() at every kind of episode end, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const layout = transitionLayout(5, 3);
      const members = discounts.length;
      const seen = new Set<string>();
      for (const [capacity, environments, stored] of rollouts) {
        const { values, rows } = histories(layout, members, stored);
        const replay = ringOf(gpu, { layout, members, capacity, stored, values });
        const start = uniform(members * capacity, new Random(3));
        for (const [member, own] of rows.entries()) {
          for (const [i, { value }] of own.entries()) start[member * capacity + i % capacity] = value;
        }
        const returns = floats(gpu, [members, capacity], start);
        const shared = membersOf(
          gpu,
          discounts.map((discount) => ({
            hyper: hyperParameters({ ...discount, capacity }),
            clock: { stored },
          })),
        );
        const batch = createBatch(gpu, layout, { members, size: capacity });
        batch.indices.write(
          Uint32Array.from({ length: members * capacity }, (_, i) => capacity - 1 - i % capacity),
        );
        const program = new Recorder(gpu);
        lambdaReturns(program, shared, { replay, environments, returns });
        lambdaOutcomes(program, shared, { replay, returns, batch });
        gpu.enqueue(program);
        const [computed, outcomes] = await Promise.all([returns.read(), batch.outcomes.read()]);
        for (const [member, own] of rows.entries()) {
          for (let slot = 0; slot < capacity; slot++) {
            const label = `${environments} of ${capacity} after ${stored}, member ${member}, row ${slot}`;
            const at = member * capacity + slot;
            const outcome = outcomes.slice(4 * (member * capacity + capacity - 1 - slot)).slice(0, 4);
            if (slot >= stored) {
              assertEquals(computed[at], start[at], label);
              assertEquals([...outcome.slice(1)], [0, 0, 0], label);
              continue;
            }
            const first = slot + capacity * Math.floor((stored - 1 - slot) / capacity);
            const following = own.filter((_, i) => i >= first && i % environments === first % environments);
            const wanted = lambdaReturn(following, discounts[member]!);
            assertAlmostEquals(computed[at]!, wanted, 1e-5, label);
            const action = values[(member * stored + first) * layout.row + layout.outcome];
            assertEquals([...outcome], [action, computed[at]!, 0, 1], label);
            const { terminated, truncated } = own[first]!;
            seen.add(`${terminated} ${truncated} ${following.length === 1}`);
          }
        }
        program.dispose();
      }
      assertEquals(seen.size, 8, [...seen].join(", "));
    }, { kernelProfile }));
}

Deno.test("lambdaReturns() equal the closed form on a chain", () =>
  withGpu(async (gpu) => {
    // A reward of 1 a step, and the same value v everywhere: G = c + (1 + gamma v - c) (gamma lambda)^k, where k steps follow and
    // c = (1 + gamma (1 - lambda) v) / (1 - gamma lambda) is what a step leaves as it is.
    const [gamma, lambda, v, length] = [0.9, 0.7, 3, 40];
    const layout = transitionLayout(1, 1);
    const values = new Float32Array(length * layout.row);
    for (let i = 0; i < length; i++) values[i * layout.row + layout.outcome + 1] = 1;
    const replay = ringOf(gpu, { layout, members: 1, capacity: length, stored: length, values });
    const returns = floats(gpu, [1, length], new Float32Array(length).fill(v));
    const shared = membersOf(gpu, [{
      hyper: hyperParameters({ gamma, lambda, capacity: length }),
      clock: { stored: length },
    }]);
    const program = new Recorder(gpu);
    lambdaReturns(program, shared, { replay, environments: 1, returns });
    gpu.enqueue(program);
    const fixed = (1 + gamma * (1 - lambda) * v) / (1 - gamma * lambda);
    const computed = await returns.read();
    for (let i = 0; i < length; i++) {
      const wanted = fixed + (1 + gamma * v - fixed) * (gamma * lambda) ** (length - 1 - i);
      assertAlmostEquals(computed[i]!, wanted, 1e-5, `${i}`);
    }
    program.dispose();
  }));

Deno.test("lambdaReturns() and lambdaOutcomes() leave members that rest as they are, and what a NaN cannot reach", () =>
  withGpu(async (gpu) => {
    const layout = transitionLayout(1, 1);
    const [capacity, environments] = [6, 2];
    const values = new Float32Array(2 * capacity * layout.row);
    values[2 * layout.row + layout.outcome + 2] = 1; // The second step of environment 0 terminates.
    const replay = ringOf(gpu, { layout, members: 2, capacity, stored: capacity, values });
    const start = Float32Array.of(1, 1, NaN, 1, NaN, NaN, 1, 2, 3, 4, 5, 6);
    const returns = floats(gpu, [2, capacity], start);
    const shared = membersOf(
      gpu,
      [0, 1].map((halted) => ({
        hyper: hyperParameters({ capacity, gamma: 1, lambda: 0.5 }),
        clock: { stored: capacity, halted },
      })),
    );
    const batch = createBatch(gpu, layout, { members: 2, size: 2 });
    batch.outcomes.write(new Float32Array(16).fill(7));
    const program = new Recorder(gpu);
    lambdaReturns(program, shared, { replay, environments, returns });
    lambdaOutcomes(program, shared, { replay, returns, batch });
    gpu.enqueue(program);
    const computed = await returns.read();
    assertEquals([computed[0], computed[2]], [0.5, 0]);
    assert([1, 3, 4, 5].every((at) => isNaN(computed[at]!)));
    assertEquals(computed.slice(capacity), start.slice(capacity));
    const outcomes = await batch.outcomes.read();
    assertEquals([...outcomes], [0, 0.5, 0, 1, 0, 0.5, 0, 1, ...new Array(8).fill(7)]);
    program.dispose();
  }));
