import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { createMatrix, packMatrix, padded } from "../../src/ops/layout.ts";
import type { Batch } from "../../src/ops/replay.ts";
import { tdLoss, tdTarget } from "../../src/ops/td.ts";
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
  readonly target: Float32Array<ArrayBuffer>;
  readonly select: Float32Array<ArrayBuffer>;
  readonly targets: Float32Array<ArrayBuffer>;
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
    target: values(),
    select: values(),
    targets: uniform(batch, random, [-4, 4]),
  };
}

/** Device memory of a batch. Truncation is set where termination is not: it must not stop the bootstrap. */
function upload(gpu: Gpu, members: readonly Rows[], [batch, actions]: readonly [number, number]) {
  const count = members.length;
  const matrix = (values: (own: Rows) => Float32Array) => {
    const tensor = createMatrix(gpu, [count, actions, batch], "values");
    tensor.write(
      joined(members.map((own) => packMatrix(transposed(values(own), batch, actions), actions, batch))),
    );
    return tensor;
  };
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
  const unused = new Tensor<"f32">(gpu, [1]);
  const made: Batch = {
    size: batch,
    indices: new Tensor<"u32">(gpu, [1], { dtype: "u32" }),
    observations: unused,
    nextObservations: unused,
    outcomes: floats(gpu, [count, batch, 4], Float32Array.from(outcomes)),
    masks: floats(gpu, [count, batch, padded(actions)], masks),
  };
  const hyper = members.map((_, i) => hyperParameters({ gamma: gammas[i]!, huberDelta: deltas[i]! }));
  return {
    batch: made,
    actions,
    hyper: hyperTensor(gpu, hyper),
    target: matrix((own) => own.target),
    select: matrix((own) => own.select),
    targets: floats(gpu, [count, batch], joined(members.map((own) => own.targets))),
  };
}

for (const kernelProfile of profiles) {
  Deno.test(`tdTarget() is its oracle, plain and double, masked and not, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const random = new Random(5);
      for (const [batch, actions] of extents) {
        for (const count of [1, 3]) {
          const members = Array.from({ length: count }, () => rows(batch, actions, random));
          const { hyper, target, select, targets, ...on } = upload(gpu, members, [batch, actions]);
          for (
            const [double, masked] of [[false, false], [false, true], [true, false], [true, true]] as const
          ) {
            const program = new Recorder(gpu, "target");
            const selectQ = double ? select : target;
            tdTarget(program, { hyper }, { ...on, masked, targetQ: target, selectQ, targets });
            gpu.enqueue(program);
            const actual = await targets.read();
            for (const [member, own] of members.entries()) {
              const { masks: _, ...outcomes } = own.outcomes;
              const values = { target: exact(own.target), select: exact(double ? own.select : own.target) };
              const gamma = gammas[member]!;
              const expected = oracle.tdTarget(values, masked ? own.outcomes : outcomes, { actions, gamma });
              const label =
                `batch ${batch}, ${actions} actions, member ${member}, double ${double}, masked ${masked}`;
              assertWithin(actual.subarray(member * batch, (member + 1) * batch), expected, label);
            }
          }
        }
      }
    }, { kernelProfile }));

  for (const loss of ["mse", "huber"] as const) {
    Deno.test(`tdLoss() with ${loss} is its oracle, groups of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const random = new Random(6);
        const ring = 3;
        for (const [batch, actions] of extents) {
          for (const count of [1, 3]) {
            const members = Array.from({ length: count }, () => rows(batch, actions, random));
            const { hyper, target: q, targets, ...on } = upload(gpu, members, [batch, actions]);
            const tdErrors = new Tensor<"f32">(gpu, [count, batch]);
            const qGradient = createMatrix(gpu, [count, actions, batch], "gradient");
            const metrics = new Tensor<"f32">(gpu, [count, ring, 2]);
            const clock = clockTensor(gpu, members.map(() => ({ updates: 5 })));
            const program = new Recorder(gpu, "loss");
            tdLoss(program, { hyper, clock }, { ...on, loss, targets, q, tdErrors, qGradient, metrics });
            gpu.enqueue(program);
            const [errors, gradient, kept] = await Promise.all([
              tdErrors.read(),
              qGradient.read(),
              metrics.read(),
            ]);
            for (const [member, own] of members.entries()) {
              const delta = loss === "huber" ? { delta: deltas[member]! } : {};
              const values = { targets: exact(own.targets), q: exact(own.target) };
              const expected = oracle.tdLoss(values, own.outcomes.actions, { actions, ...delta });
              const label = `batch ${batch}, ${actions} actions, member ${member}`;
              assertWithin(errors.subarray(member * batch, (member + 1) * batch), expected.tdErrors, label);
              const packed = gradient.subarray(
                member * qGradient.size / count,
                (member + 1) * qGradient.size / count,
              );
              assertPacked(packed, expected.qGradient, { batch, actions, label });
              const slots = kept.subarray(member * 2 * ring, (member + 1) * 2 * ring);
              assertWithin(slots.subarray(4), expected.metrics, `${label}, metrics of update 5`);
              assertZero(slots.subarray(0, 4), `${label}, metrics of other updates`);
            }
          }
        }
      }, { kernelProfile }));
  }
}

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
