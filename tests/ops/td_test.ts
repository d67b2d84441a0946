import { assert, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { createMatrices, createMatrix, packMatrix, padded } from "../../src/ops/layout.ts";
import { tdLoss } from "../../src/ops/td.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import * as oracle from "./oracle.ts";
import {
  clockTensor,
  floats,
  hyperParameters,
  hyperTensor,
  joined,
  transposed,
  uniform,
} from "./random_values.ts";
import { assertWithin, assertZero, exact } from "./tolerance.ts";

const extents = [[1, 1], [3, 2], [5, 3], [17, 4], [64, 5], [65, 2], [200, 9]] as const;
const gammas = [0, 0.9, 0.99];
const deltas = [1, 0.25, 3];

/** One member's batch. */
interface Rows {
  readonly outcomes: Required<oracle.Outcomes>;
  /** Values `[batch, actions]`: small integers, so that ties are common. */
  readonly q: Float32Array<ArrayBuffer>;
  readonly target: Float32Array<ArrayBuffer>;
  readonly select: Float32Array<ArrayBuffer>;
}

function rows(batch: number, actions: number, random: Random): Rows {
  const masks = Float32Array.from({ length: batch * actions }, () => random.below(2));
  for (let b = 0; b < batch; b++) masks[b * actions + random.below(actions)] = 1;
  const values = () =>
    Float32Array.from({ length: batch * actions }, () => random.below(4) + random.below(2) / 8 - 2);
  return {
    outcomes: {
      actions: Array.from({ length: batch }, () => random.below(actions)),
      rewards: uniform(batch, random, [-5, 5]),
      terminated: Array.from({ length: batch }, () => random.below(2)),
      masks,
    },
    q: uniform(batch * actions, random, [-4, 4]),
    target: values(),
    select: values(),
  };
}

/** Device memory of a batch. Truncation is set where termination is not: it must not stop the bootstrap. */
function upload(gpu: Gpu, members: readonly Rows[], [batch, actions]: readonly [number, number]) {
  const count = members.length;
  const matrix = (values: Float32Array) => packMatrix(transposed(values, batch, actions), actions, batch);
  const q = createMatrices(gpu, [count, 3, actions, batch], "q");
  q.write(joined(members.flatMap((own) => [own.q, own.target, own.select].map(matrix))));
  const outcomes = members.flatMap(({ outcomes: { actions: taken, rewards, terminated } }) =>
    Array.from({ length: batch }, (_, b) => [taken[b]!, rewards[b]!, terminated[b]!, 1 - terminated[b]!])
      .flat()
  );
  const masks = new Float32Array(count * batch * padded(actions));
  for (const [member, own] of members.entries()) {
    for (let at = 0; at < batch * actions; at++) {
      const row = member * batch + Math.floor(at / actions);
      masks[row * padded(actions) + at % actions] = own.outcomes.masks[at]!;
    }
  }
  const hyper = members.map((_, i) => hyperParameters({ gamma: gammas[i]!, huberDelta: deltas[i]! }));
  return {
    hyper: hyperTensor(gpu, hyper),
    batch: {
      size: batch,
      outcomes: floats(gpu, [count, batch, 4], Float32Array.from(outcomes)),
      masks: floats(gpu, [count, batch, padded(actions)], masks),
    },
    actions,
    q,
    td: new Tensor<"f32">(gpu, [count, 2, batch]),
    qGradient: createMatrix(gpu, [count, actions, batch], "gradient"),
    metrics: new Tensor<"f32">(gpu, [count, ring, 2]),
    sync: "none" as const,
  };
}

const ring = 3;
const choices = [false, true].flatMap((double) =>
  [false, true].flatMap((masked) => (["mse", "huber"] as const).map((loss) => ({ double, masked, loss })))
);

for (const kernelProfile of profiles) {
  for (const { double, masked, loss } of choices) {
    const name = `${double ? "double" : "plain"}, ${masked ? "masked, " : ""}with ${loss}`;
    Deno.test(`tdLoss() ${name} is its oracle, groups of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const random = new Random(5);
        for (const [batch, actions] of extents) {
          for (const count of [1, 3]) {
            const members = Array.from({ length: count }, () => rows(batch, actions, random));
            const { hyper, ...on } = upload(gpu, members, [batch, actions]);
            const clock = clockTensor(gpu, members.map(() => ({ updates: 4 })));
            const program = new Recorder(gpu);
            tdLoss(program, { hyper, clock }, { ...on, double, masked, loss });
            gpu.enqueue(program);
            const [td, gradient, kept, clocks] = await Promise.all([
              on.td.read(),
              on.qGradient.read(),
              on.metrics.read(),
              clock.read(),
            ]);
            for (const [member, own] of members.entries()) {
              const share = (all: Float32Array) =>
                all.subarray(member * all.length / count, (member + 1) * all.length / count);
              const { masks: _, ...outcomes } = own.outcomes;
              const next = { target: exact(own.target), select: exact(double ? own.select : own.target) };
              const targets = oracle.tdTarget(next, masked ? own.outcomes : outcomes, {
                actions,
                gamma: gammas[member]!,
              });
              const expected = oracle.tdLoss({ targets, q: exact(own.q) }, own.outcomes.actions, {
                actions,
                ...loss === "huber" ? { delta: deltas[member]! } : {},
              });
              const label = `batch ${batch}, ${actions} actions, member ${member}`;
              assertWithin(share(td).subarray(0, batch), targets, `${label}, targets`);
              assertWithin(share(td).subarray(batch), expected.tdErrors, `${label}, errors`);
              assertPacked(share(gradient), expected.qGradient, { batch, actions, label });
              assertWithin(share(kept).subarray(4), expected.metrics, `${label}, metrics of update 5`);
              assertZero(share(kept).subarray(0, 4), `${label}, metrics of other updates`);
              assertEquals(clocks[member * clocks.length / count + 1], 5, `${label}, updates`);
            }
          }
        }
      }, { kernelProfile }));
  }
}

Deno.test("tdLoss() counts no update of a member that rests, and keeps no metrics of it", () =>
  withGpu(async (gpu) => {
    const members = [0, 1].map(() => rows(5, 3, new Random(1)));
    const { hyper, ...on } = upload(gpu, members, [5, 3]);
    const clock = clockTensor(gpu, [{ updates: 1 }, { updates: 1, halted: 1 }]);
    const before = (await clock.read()).slice(clock.size / 2);
    const program = new Recorder(gpu);
    tdLoss(program, { hyper, clock }, { ...on, double: true, masked: false, loss: "mse" });
    gpu.enqueue(program);
    const [after, metrics] = [await clock.read(), await on.metrics.read()];
    assertEquals([after[1], after.slice(clock.size / 2)], [2, before]);
    assert(metrics[4] !== 0);
    assertZero(metrics.subarray(2 * ring), "metrics");
  }));

/** Fails unless both layouts of `packed` hold the matrix `[batch, actions]`, and zeros beside it. */
function assertPacked(
  packed: Float32Array,
  expected: ReturnType<typeof exact>,
  { batch, actions, label }: { batch: number; actions: number; label: string },
): void {
  const half = packed.length / 2;
  const first = new Float32Array(batch * actions);
  const second = new Float32Array(batch * actions);
  const rest = packed.slice();
  for (let at = 0; at < batch * actions; at++) {
    const [b, a] = [Math.floor(at / actions), at % actions];
    const places = [a * padded(batch) + b, half + b * padded(actions) + a] as const;
    [first[at], second[at]] = [packed[places[0]]!, packed[places[1]]!];
    rest[places[0]] = rest[places[1]] = 0;
  }
  assertWithin(first, expected, `${label}, gradient`);
  assertEquals(second, first, `${label}, layouts`);
  assertZero(rest, `${label}, padding`);
}
