import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { createMatrices, createMatrix, packMatrix, padded } from "../../src/ops/layout.ts";
import { decodeClocks, memberWords } from "../../src/ops/member.ts";
import { tdValue, valueHead } from "../../src/ops/td_value.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import * as oracle from "./oracle.ts";
import { floats, hyperParameters, joined, membersOf, transposed, uniform } from "./random_values.ts";
import { assertWithin, assertZero, exact } from "./tolerance.ts";

const extents = [[1, 1], [3, 2], [5, 3], [17, 4], [64, 5], [65, 2], [200, 9]] as const;
const deltas = [1, 0.25, 3];
/** Of rows: nothing follows, one step or three at a gamma of 0.9, and no matter what the members' own gamma is. */
const discounts = Float32Array.of(0, 0.9, 0.729, 1, 0.5);

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
      returns: uniform(batch, random, [-5, 5]),
      discounts: Array.from({ length: batch }, () => discounts[random.below(discounts.length)]!),
      weights: uniform(batch, random, [0, 2]).map((weight) =>
        random.below(4) === 0 ? random.below(2) : weight
      ),
      masks,
    },
    q: uniform(batch * actions, random, [-4, 4]),
    target: values(),
    select: values(),
  };
}

/** Device memory of a batch. */
function upload(gpu: Gpu, members: readonly Rows[], [batch, actions]: readonly [number, number]) {
  const count = members.length;
  const matrix = (values: Float32Array) => packMatrix(transposed(values, batch, actions), actions, batch);
  const outputs = createMatrices(gpu, [count, 3, actions, batch], "outputs");
  outputs.write(joined(members.flatMap((own) => [own.q, own.target, own.select].map(matrix))));
  const outcomes = members.flatMap(({ outcomes: { actions: taken, returns, discounts, weights } }) =>
    Array.from({ length: batch }, (_, b) => [taken[b]!, returns[b]!, discounts[b]!, weights[b]!]).flat()
  );
  const masks = new Float32Array(count * batch * padded(actions));
  for (const [member, own] of members.entries()) {
    for (let at = 0; at < batch * actions; at++) {
      const row = member * batch + Math.floor(at / actions);
      masks[row * padded(actions) + at % actions] = own.outcomes.masks[at]!;
    }
  }
  return {
    head: valueHead,
    batch: {
      size: batch,
      outcomes: floats(gpu, [count, batch, 4], Float32Array.from(outcomes)),
      masks: floats(gpu, [count, batch, padded(actions)], masks),
    },
    actions,
    outputs,
    td: new Tensor<"f32">(gpu, [count, 2, batch]),
    gradient: createMatrix(gpu, [count, actions, batch], "gradient"),
    metrics: new Tensor<"f32">(gpu, [count, ring, 2]),
  };
}

const ring = 3;
const choices = [false, true].flatMap((double) =>
  [false, true].flatMap((masked) => (["mse", "huber"] as const).map((loss) => ({ double, masked, loss })))
);

for (const kernelProfile of profiles) {
  for (const { double, masked, loss } of choices) {
    const name = `${double ? "double" : "plain"}, ${masked ? "masked, " : ""}with ${loss}`;
    Deno.test(`tdValue() ${name} is its oracle, groups of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const random = new Random(5);
        for (const [batch, actions] of extents) {
          for (const count of [1, 3]) {
            const members = Array.from({ length: count }, () => rows(batch, actions, random));
            const on = upload(gpu, members, [batch, actions]);
            const hyper = members.map((_, i) => hyperParameters({ gamma: 0.5, huberDelta: deltas[i]! }));
            const shared = membersOf(gpu, hyper.map((hyper) => ({ hyper, clock: { updates: 4 } })));
            const program = new Recorder(gpu);
            tdValue(program, shared, { ...on, selects: double ? 2 : 1, masked, loss });
            gpu.enqueue(program);
            const [td, gradient, kept, clocks] = await Promise.all([
              on.td.read(),
              on.gradient.read(),
              on.metrics.read(),
              shared.read(),
            ]);
            for (const [member, own] of members.entries()) {
              const share = (all: Float32Array) =>
                all.subarray(member * all.length / count, (member + 1) * all.length / count);
              const { masks: _, ...outcomes } = own.outcomes;
              const next = { target: exact(own.target), select: exact(double ? own.select : own.target) };
              const targets = oracle.tdTarget(next, masked ? own.outcomes : outcomes, actions);
              const expected = oracle.tdLoss({ targets, q: exact(own.q) }, outcomes, {
                actions,
                ...loss === "huber" ? { delta: deltas[member]! } : {},
              });
              const label = `batch ${batch}, ${actions} actions, member ${member}`;
              assertWithin(share(td).subarray(0, batch), targets, `${label}, targets`);
              assertWithin(share(td).subarray(batch), expected.tdErrors, `${label}, errors`);
              assertPacked(share(gradient), expected.qGradient, { batch, actions, label });
              assertWithin(share(kept).subarray(4), expected.metrics, `${label}, metrics of update 5`);
              assertZero(share(kept).subarray(0, 4), `${label}, metrics of other updates`);
              assertEquals(decodeClocks(clocks)[member]!.updates, 5, `${label}, updates`);
            }
          }
        }
      }, { kernelProfile }));
  }
}

Deno.test("tdValue() counts no update of a member that rests, and keeps no metrics of it", () =>
  withGpu(async (gpu) => {
    const members = [0, 1].map(() => rows(5, 3, new Random(1)));
    const on = upload(gpu, members, [5, 3]);
    const shared = membersOf(gpu, [{ clock: { updates: 1 } }, { clock: { updates: 1, halted: 1 } }]);
    const before = (await shared.read()).slice(memberWords);
    const program = new Recorder(gpu);
    tdValue(program, shared, { ...on, selects: 2, masked: false, loss: "mse" });
    gpu.enqueue(program);
    const [after, metrics] = [await shared.read(), await on.metrics.read()];
    assertEquals([decodeClocks(after)[0]!.updates, after.slice(memberWords)], [2, before]);
    assert(metrics[4] !== 0);
    assertZero(metrics.subarray(2 * ring), "metrics");
  }));

for (const kernelProfile of profiles) {
  Deno.test(`tdValue() with Munchausen targets knows the legal actions of both states alone, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const [batch, actions] = [70, 5];
      const [alpha, temperature, clip] = [0.9, 0.5, -1];
      const own = rows(batch, actions, new Random(3));
      const past = Float32Array.from(rows(batch, actions, new Random(4)).outcomes.masks);
      for (let b = 0; b < batch; b++) past[b * actions + own.outcomes.actions[b]!] = 1;
      const on = upload(gpu, [own], [batch, actions]);
      const columns = padded(actions);
      const both = new Float32Array(batch * 2 * columns);
      for (let at = 0; at < batch * actions; at++) {
        const place = 2 * columns * Math.floor(at / actions) + at % actions;
        both[place] = own.outcomes.masks[at]!;
        both[place + columns] = past[at]!;
      }
      const masks = floats(gpu, [1, batch, 2 * columns], both);
      const program = new Recorder(gpu);
      tdValue(program, membersOf(gpu, [{}]), {
        ...on,
        batch: { ...on.batch, masks },
        munchausen: { alpha, temperature, clip },
        selects: 2,
        masked: true,
        loss: "mse",
      });
      gpu.enqueue(program);
      const td = await on.td.read();
      const soft = (values: Float32Array, legal: ArrayLike<number>, b: number) => {
        const all = [...values.subarray(b * actions, (b + 1) * actions)];
        const sum = all.reduce((sum, q, a) => sum + legal[b * actions + a]! * Math.exp(q / temperature), 0);
        return temperature * Math.log(sum);
      };
      for (let b = 0; b < batch; b++) {
        const { actions: taken, returns, discounts: discount } = own.outcomes;
        const logPolicy = own.select[b * actions + taken[b]!]! - soft(own.select, past, b);
        const reward = returns[b]! + alpha * Math.min(0, Math.max(clip, logPolicy));
        const target = reward +
          (discount[b]! === 0 ? 0 : discount[b]! * soft(own.target, own.outcomes.masks, b));
        assertAlmostEquals(td[b]!, target, 1e-5, `row ${b}`);
      }
    }, { kernelProfile }));
}

Deno.test("tdValue() takes the return alone where nothing follows, whatever the values there", () =>
  withGpu(async (gpu) => {
    const own = rows(4, 2, new Random(1));
    const outcomes = { ...own.outcomes, returns: [1, 2, 3, 4], discounts: [0, 0, 0.5, 0.5] };
    const target = Float32Array.of(NaN, NaN, Infinity, 1, 2, 6, NaN, NaN);
    const on = upload(gpu, [{ ...own, outcomes, target }], [4, 2]);
    const program = new Recorder(gpu);
    tdValue(program, membersOf(gpu, [{}]), { ...on, selects: 1, masked: false, loss: "mse" });
    gpu.enqueue(program);
    assertEquals((await on.td.read()).slice(0, 4), Float32Array.of(1, 2, 6, NaN));
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
