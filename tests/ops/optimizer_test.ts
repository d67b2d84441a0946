import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { createNetwork, packBlocks, unpackBlocks, withTransposed } from "../../src/learner/network.ts";
import { clipGradientNorm, normPartials } from "../../src/ops/gradient.ts";
import { type Clock, writeClock } from "../../src/ops/member.ts";
import { networkLayout, perceptron } from "../../src/ops/model.ts";
import {
  createBlockTable,
  type OptimizerForm,
  optimizerSlots,
  optimizerStep,
} from "../../src/ops/optimizer.ts";
import { targetSync } from "../../src/ops/target.ts";
import { readGolden } from "../golden.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import * as oracle from "./oracle_optimizer.ts";
import { floats, hyperParameters, joined, membersOf, uniform } from "./random_values.ts";
import { assertWithin, exact } from "./tolerance.ts";

const layout = networkLayout(perceptron([5, 17, 1, 3]));
const steps = 9; // RAdam with a beta2 of 0.95 is rectified from the seventh on.

const plain = { amsgrad: false };
const forms: Readonly<Record<string, OptimizerForm>> = {
  adam: { kind: "adam", ...plain },
  "adam with amsgrad": { kind: "adam", amsgrad: true },
  adamw: { kind: "adamw", ...plain },
  "adamw with amsgrad": { kind: "adamw", amsgrad: true },
  radam: { kind: "radam", ...plain },
  rmsprop: { kind: "rmsprop", ...plain },
  "centered rmsprop": { kind: "rmsprop", ...plain, centered: true },
  "rmsprop with epsilon inside": { kind: "rmsprop", ...plain, epsilonInside: true },
  "centered rmsprop with epsilon inside": { kind: "rmsprop", ...plain, centered: true, epsilonInside: true },
  sgd: { kind: "sgd", ...plain },
};

/** What differs between the members of the population. Numbers that float32 rounds, as a user writes them. */
const changes = [
  {
    learningRate: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    momentum: 0.8,
    alpha: 0.95,
    epsilon: 1e-8,
    weightDecay: 0,
    clipValue: Infinity,
  },
  {
    learningRate: 0.3,
    beta1: 0.8,
    beta2: 0.95,
    momentum: 0,
    alpha: 0.5,
    epsilon: 1e-3,
    weightDecay: 0.1,
    clipValue: 0.7,
  },
  {
    learningRate: 1e-4,
    beta1: 0,
    beta2: 0.5,
    momentum: 0.9,
    alpha: 0.999,
    epsilon: 1e-5,
    weightDecay: 0.02,
    clipValue: 100,
  },
];

/** The floats `[N]` of a network whose parameters are those numbers in order, and the numbers as they lie in it. */
const places = placesOf();

function placesOf(): number[] {
  let index = 0;
  const numbered = layout.blocks.map(({ inputs, outputs }) => ({
    weight: Float32Array.from({ length: inputs * outputs }, () => ++index),
    bias: Float32Array.from({ length: outputs }, () => ++index),
  }));
  const packed = packBlocks(layout, numbered);
  return Array.from({ length: index }, (_, i) => packed.indexOf(i + 1));
}

function scattered(values: Float32Array): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(layout.total);
  for (const [i, place] of places.entries()) packed[place] = values[i]!;
  return packed;
}

/** Gradients over many magnitudes: none, tiny, usual and far past any clip. */
function gradientOf(random: Random): Float32Array<ArrayBuffer> {
  return uniform(places.length, random).map((value, i) => value * [1, 0, 1e-12, 1e3, 1e-4][i % 5]!);
}

/** The clock that a member has after `updates` updates at a constant learning rate. */
function clockAfter(updates: number, rule: typeof changes[number]): Clock {
  const [correction1, correction2] = [1 - rule.beta1 ** updates, 1 - rule.beta2 ** updates];
  const { learningRate } = rule;
  return {
    steps: 0,
    updates,
    episodes: 0,
    stored: 0,
    halted: 0,
    sync: 0,
    correction1,
    correction2,
    learningRate,
    exploration: 0,
  };
}

async function checkOptimizer(
  gpu: Gpu,
  { count, ...form }: OptimizerForm & { count: number },
): Promise<void> {
  const random = new Random(3);
  const rules = changes.slice(0, count);
  const slots = optimizerSlots(form);
  const network = createNetwork(gpu, layout, { members: count, label: "network" });
  const start = rules.map(() => uniform(places.length, random));
  network.parameters.write(joined(start.map((values) => withTransposed(layout, scattered(values)))));
  const tensors = {
    blocks: createBlockTable(gpu, layout),
    gradient: new Tensor<"f32">(gpu, [count, layout.total]),
    scale: floats(gpu, [count, 2], new Float32Array(2 * count).fill(0.5)),
    parameters: network.parameters,
    state: new Tensor<"f32">(gpu, [count, slots, layout.total]),
  };
  const members = membersOf(
    gpu,
    rules.map(({ epsilon, ...own }) => ({
      hyper: hyperParameters({
        ...own,
        optimizerEpsilon: epsilon,
        learningRate: { kind: "constant", value: own.learningRate },
      }),
    })),
  );
  const program = new Recorder(gpu);
  optimizerStep(program, members, { ...form, network: layout, ...tensors });
  const states = start.map((values) => oracle.optimizerStart(exact(values)));
  for (let update = 1; update <= steps; update++) {
    const gradients = rules.map(() => gradientOf(random));
    tensors.gradient.write(joined(gradients.map(scattered)));
    for (const [member, rule] of rules.entries()) writeClock(members, member, clockAfter(update, rule));
    gpu.enqueue(program);
    const both = await tensors.parameters.read();
    for (const [member, rule] of rules.entries()) {
      oracle.optimizerStep({ ...form, ...rule }, states[member]!, {
        gradient: exact(gradients[member]!),
        scale: exact([0.5]),
      });
      const label = `${JSON.stringify(form)}, member ${member} of ${count}, update ${update}`;
      const own = both.subarray(member * 2 * layout.total, (member + 1) * 2 * layout.total);
      const values = places.map((place) => own[place]!);
      assertWithin(values, states[member]!.parameters, label);
      assertEquals(
        own,
        withTransposed(layout, scattered(Float32Array.from(values))),
        `${label}, layouts and padding`,
      );
    }
  }
}

for (const kernelProfile of profiles) {
  for (const [name, form] of Object.entries(forms)) {
    Deno.test(`optimizerStep() of ${name} is PyTorch's over ${steps} updates, groups of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        for (const count of [1, 3]) await checkOptimizer(gpu, { ...form, count });
      }, { kernelProfile }));
  }

  Deno.test(`clipGradientNorm() is its oracle for norms above and below the limit, "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const random = new Random(8);
      for (const total of [16, 64, 1040, 40_000]) {
        const limits = [0.5, 1e3, 20];
        for (const count of [1, 3]) {
          const gradients = limits.slice(0, count).map(() => uniform(total, random));
          const hyper = limits.slice(0, count).map((clipNorm) => hyperParameters({ clipNorm }));
          const members = membersOf(gpu, hyper.map((hyper) => ({ hyper })));
          const gradient = floats(gpu, [count, total], joined(gradients));
          const scale = new Tensor<"f32">(gpu, [count, 2]);
          const partials = new Tensor<"f32">(gpu, [count, normPartials]);
          const program = new Recorder(gpu);
          clipGradientNorm(program, members, { gradient, partials, scale });
          gpu.enqueue(program);
          const actual = await scale.read();
          for (const [member, values] of gradients.entries()) {
            const expected = oracle.normScale(exact(values), limits[member]!);
            const label = `${total} numbers, member ${member} of ${count}`;
            assertWithin(actual.subarray(2 * member, 2 * member + 2), expected, label);
            if (limits[member] === 1e3) assertEquals(actual[2 * member], 1, label);
          }
        }
      }
    }, { kernelProfile }));
}

for (const kernelProfile of profiles) {
  Deno.test(`optimizerStep() with a target is the step, then targetSync(), but for who rests, "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const random = new Random(4);
      const members = [{ tau: 0.3, sync: 1 }, { tau: 1, sync: 1 }, { tau: 0.3, sync: 0 }, {
        tau: 0.3,
        sync: 1,
        halted: 1,
      }];
      const count = members.length;
      const rule = changes[0]!;
      const shared = membersOf(
        gpu,
        members.map(({ tau, ...own }) => ({
          hyper: hyperParameters({ tau }),
          clock: { ...clockAfter(1, rule), ...own },
        })),
      );
      const start = {
        gradient: uniform(count * layout.total, random),
        parameters: uniform(2 * count * layout.total, random),
        target: uniform(2 * count * layout.total, random),
      };
      const make = () => ({
        blocks: createBlockTable(gpu, layout),
        gradient: floats(gpu, [count, layout.total], start.gradient),
        scale: floats(gpu, [count, 2], new Float32Array(2 * count).fill(1)),
        parameters: floats(gpu, [count, 2, layout.total], start.parameters),
        state: new Tensor<"f32">(gpu, [count, 2, layout.total]),
        target: floats(gpu, [count, 2, layout.total], start.target),
      });
      const [apart, together] = [make(), make()];
      const program = new Recorder(gpu);
      const on = { kind: "adam", amsgrad: false, network: layout } as const;
      optimizerStep(program, shared, { ...on, ...apart, target: undefined });
      targetSync(program, shared, { online: apart.parameters, target: apart.target });
      optimizerStep(program, shared, { ...on, ...together });
      gpu.enqueue(program);
      assertEquals(await together.parameters.read(), await apart.parameters.read());
      const [made, expected] = [await together.target.read(), await apart.target.read()];
      const resting = 3 * made.length / count;
      for (const place of [0, 1, 2].flatMap((i) => places.map((at) => 2 * i * layout.total + at))) {
        assertEquals(made[place], expected[place]);
      }
      assertEquals(made.subarray(resting), start.target.subarray(resting));
      const parameters = await together.parameters.read();
      assertEquals(parameters.subarray(resting), start.parameters.subarray(resting));
    }, { kernelProfile }));
}

Deno.test("clipGradientNorm() of a zero gradient is 1, but for a limit below the 1e-6 beside the norm", () =>
  withGpu(async (gpu) => {
    const limits = [0.1, 5e-7];
    const members = membersOf(gpu, limits.map((clipNorm) => ({ hyper: hyperParameters({ clipNorm }) })));
    const scale = new Tensor<"f32">(gpu, [2, 2]);
    const program = new Recorder(gpu);
    clipGradientNorm(program, members, {
      gradient: new Tensor<"f32">(gpu, [2, 64]),
      partials: new Tensor<"f32">(gpu, [2, normPartials]),
      scale,
    });
    gpu.enqueue(program);
    const found = await scale.read();
    assertEquals(found.subarray(0, 2), Float32Array.of(1, 0));
    assertWithin(found.subarray(2), oracle.normScale(exact(new Float32Array(64)), 5e-7), "a small limit");
  }));

Deno.test("optimizerStart() and the packed places cover every parameter once", () => {
  assertEquals(new Set(places).size, 5 * 17 + 17 + 17 + 1 + 3 + 3);
  assert(places.every((place) => place >= 0));
  const values = Float32Array.from(places, (_, i) => i + 1);
  assertEquals(
    joined(unpackBlocks(layout, scattered(values)).flatMap(({ weight, bias }) => [weight, bias])),
    values,
  );
});

/** `optimizers.json`: what `optimizers.py` writes. */
interface GoldenOptimizers {
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly cases: readonly {
    readonly kind: "radam" | "rmsprop";
    readonly options: {
      readonly lr: number;
      readonly eps: number;
      readonly betas?: readonly [number, number];
      readonly alpha?: number;
      readonly momentum?: number;
      readonly weight_decay?: number;
      readonly centered?: boolean;
    };
    readonly steps: readonly (readonly number[])[];
  }[];
}

Deno.test("the oracle of the optimizers steps as PyTorch does", () => {
  const { start, gradients, cases } = readGolden<GoldenOptimizers>("optimizers");
  for (const { kind, options, steps } of cases) {
    const { lr, eps, betas: [beta1, beta2] = [0, 0], alpha = 0, momentum = 0, centered = false } = options;
    const rule = {
      kind,
      amsgrad: false,
      centered,
      learningRate: lr,
      beta1,
      beta2,
      alpha,
      momentum,
      epsilon: eps,
    };
    const state = oracle.optimizerStart(exact(start));
    for (const [i, wanted] of steps.entries()) {
      const own = { ...rule, weightDecay: options.weight_decay ?? 0, clipValue: Infinity };
      oracle.optimizerStep(own, state, { gradient: exact(gradients[i]!) });
      for (const [at, value] of wanted.entries()) {
        const label = `${JSON.stringify(options)}, step ${i + 1}, parameter ${at}`;
        assertAlmostEquals(state.parameters.value[at]!, value, 1e-12, label);
      }
    }
  }
});
