import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { HeadConfig, LayerConfig } from "../../src/config/agent_config.ts";
import { modelOf } from "../../src/config/learner_options.ts";
import { UsageError } from "../../src/core/errors.ts";
import type { Schedule } from "../../src/core/schedule.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Learner } from "../../src/learner/learner.ts";
import { assertLearnerFits, type LearnerOptions } from "../../src/learner/options.ts";
import { packBlocks, unpackBlocks, withTransposed } from "../../src/learner/network.ts";
import { clockFields, clockRange } from "../../src/ops/member.ts";
import { type Model, perceptron } from "../../src/ops/model.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { hyperParameters } from "../ops/random_values.ts";
import { memberState, normalization, observeSteps, smallMember, smallOptions } from "./small.ts";

Deno.test("Learner is bit-equal after 2,000 updates however they are cut into submits", () =>
  withGpu(async (gpu) => {
    const states = [];
    for (const piece of [2000, 1, 7, 500]) {
      const learner = new Learner(gpu, smallOptions({ prioritized: true }));
      observeSteps(learner, 0, 40);
      for (let updates = 0; updates < 2000; updates += piece) {
        gpu.enqueue(learner.update, Math.min(piece, 2000 - updates));
        gpu.flush();
      }
      states.push(await memberState(learner));
      learner.dispose();
    }
    for (const state of states.slice(1)) assertEquals(state, states[0]);
    assertEquals(states[0]!.clock[1], 2000);
  }));

/** What differs between the members of a population. */
const members = [
  smallMember(),
  smallMember({ seed: 77, capacity: 30, gamma: 0.5, tau: 1, syncPeriod: 3, clipNorm: 0.01 }),
  smallMember({
    seed: 4_000_000_000,
    capacity: 17,
    gamma: 0.9,
    tau: 0.3,
    syncPeriod: 5,
    huberDelta: 0.1,
    beta1: 0.5,
    priorityAlpha: 0.9,
    priorityEpsilon: 0.01,
    priorityBeta: { kind: "linear", start: 0.4, end: 1, duration: 30, per: "step" },
    learningRate: { kind: "constant", value: 0.03 },
    exploration: { kind: "linear", start: 0.5, end: 0, duration: 9, per: "episode" },
  }),
];

/** A model whose head has these options. */
function modelWith(head: HeadConfig, hidden: readonly (number | LayerConfig)[] = [9, 8]): Model {
  return modelOf({ hidden, head }, {
    observationSpace: box([3], -1, 1),
    actionSpace: discrete(2),
  });
}

const forms: Readonly<Record<string, Partial<LearnerOptions>>> = {
  plain: {},
  prioritized: { prioritized: true },
  "3 steps, dueling": { steps: 3, model: modelWith({ kind: "value", dueling: true }) },
  "2 steps, categorical, dueling": {
    steps: 2,
    model: modelWith({ kind: "categorical", atoms: 6, vMin: -2, vMax: 2, dueling: true }),
  },
  "quantile, prioritized": {
    prioritized: true,
    model: modelWith({ kind: "quantile", quantiles: 5, kappa: 1 }),
  },
  "implicit, 2 steps, prioritized, noisy hidden layers": {
    prioritized: true,
    steps: 2,
    model: modelWith(
      { kind: "implicit", quantiles: 3, targetQuantiles: 5, actionQuantiles: 4, cosines: 6, kappa: 1 },
      [9, { kind: "dense", width: 6, noisy: true, normalization: "layer" }],
    ),
  },
  "noisy, normalized, dueling, prioritized": {
    prioritized: true,
    model: modelWith({ kind: "value", dueling: true, noisy: true }, [
      9,
      { kind: "dense", width: 8, noisy: true, normalization: "layer" },
    ]),
  },
  Munchausen: { double: false, munchausen: { alpha: 0.9, temperature: 0.1, clip: -1 } },
  "moments, 2 steps": { steps: 2, normalization },
};

for (
  const [kernelProfile, target, steps, form] of [
    ["software", "update", 30, "plain"],
    ["software", "step", 30, "prioritized"],
    ["software", "episode", 30, "3 steps, dueling"],
    ["software", "update", 20, "2 steps, categorical, dueling"],
    ["gpu", "step", 6, "plain"],
    ["gpu", "update", 6, "prioritized"],
    ["wasm", "update", 30, "prioritized"],
    ["wasm", "update", 20, "2 steps, categorical, dueling"],
    ["wasm", "step", 20, "quantile, prioritized"],
    ["wasm", "update", 20, "implicit, 2 steps, prioritized, noisy hidden layers"],
    ["software", "step", 6, "implicit, 2 steps, prioritized, noisy hidden layers"],
    ["wasm", "update", 20, "Munchausen"],
    ["wasm", "step", 20, "moments, 2 steps"],
    ["software", "update", 20, "moments, 2 steps"],
    ["wasm", "none", 20, "noisy, normalized, dueling, prioritized"],
    ["software", "update", 20, "noisy, normalized, dueling, prioritized"],
  ] as const
) {
  Deno.test(`Learner of three members is three learners, synchronizing by ${target}, ${form}, "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const run = (options: LearnerOptions) => {
        const learner = new Learner(gpu, options);
        for (let step = 0; step < steps; step++) {
          observeSteps(learner, step, step + 1);
          gpu.enqueue(learner.update, 2);
          gpu.enqueue(learner.sync);
        }
        return learner;
      };
      const shared = { target, ...forms[form] };
      const population = run(smallOptions({ members, ...shared }));
      for (const [member, own] of members.entries()) {
        const options = smallOptions({ members: [own], capacity: own.capacity, ...shared });
        const start = await memberState(new Learner(gpu, options));
        const alone = run(options);
        const [together, single] = [await memberState(population, member), await memberState(alone)];
        assertEquals(together, single, `member ${member}`);
        assertEquals(single.clock.slice(0, 2), Uint32Array.of(2 * steps, 2 * steps));
        assertNotEquals(single.target, start.target);
      }
    }, { kernelProfile }));
}

for (const prioritized of [false, true]) {
  Deno.test(`Learner leaves a member that rests as it is, and the others go on, ${prioritized ? "prioritized" : "uniform"}`, () =>
    withGpu(async (gpu) => {
      const population = new Learner(gpu, smallOptions({ members, prioritized }));
      observeSteps(population, 0, 10);
      gpu.enqueue(population.update, 3);
      const halted = clockRange(population.members, 1).offset +
        clockFields.findIndex(([name]) => name === "halted");
      const rests = (value: number) => population.members.write(Uint32Array.of(value), halted);
      const { indices: _, ...before } = await memberState(population, 1); // A batch is drawn, and left alone.
      rests(1);
      gpu.enqueue(population.update, 4);
      rests(0);
      const after = await memberState(population, 1);
      assertEquals({ ...after, ...before }, after);
      for (const member of [0, 2]) {
        const alone = new Learner(
          gpu,
          smallOptions({ members: [members[member]!], capacity: members[member]!.capacity, prioritized }),
        );
        observeSteps(alone, 0, 10);
        gpu.enqueue(alone.update, 7);
        assertEquals(await memberState(population, member), await memberState(alone), `member ${member}`);
      }
    }));
}

Deno.test("Learner.scaleLearningRate() changes the steps of its own member alone, as if that had been its schedule", () =>
  withGpu(async (gpu) => {
    const rate = { kind: "constant", value: 0.01 } as const;
    const half = { kind: "constant", value: 0.005 } as const;
    const states = async (rates: readonly Schedule[], scaled?: number) => {
      const members = rates.map((learningRate, i) => smallMember({ seed: 5 + i, learningRate }));
      const learner = new Learner(gpu, smallOptions({ members }));
      observeSteps(learner, 0, 12);
      if (scaled !== undefined) learner.scaleLearningRate(scaled, 0.5);
      gpu.enqueue(learner.update, 5);
      const found = await Promise.all(rates.map((_, i) => memberState(learner, i)));
      learner.dispose();
      return found;
    };
    assertEquals(await states([rate, rate, rate], 1), await states([rate, half, rate]));
  }));

Deno.test("Learner without a target network takes targets from the online one", () =>
  withGpu((gpu) => {
    const learner = new Learner(gpu, smallOptions({ target: "none" }));
    assert(learner.target === learner.online);
    assertEquals(learner.sync.length, 0);
  }));

Deno.test("Learner holds the same bytes and buffers over 10,000 updates", () =>
  withGpu(async (gpu) => {
    const learner = new Learner(gpu, smallOptions({ model: perceptron([2, 4, 2]), batch: 2 }));
    observeSteps(learner, 0, 3);
    await memberState(learner);
    const before = [gpu.bytes, gpu.buffers];
    for (let piece = 0; piece < 20; piece++) {
      gpu.enqueue(learner.update, 500);
      gpu.flush();
      observeSteps(learner, 3 + piece, 4 + piece);
    }
    const { clock } = await memberState(learner);
    assertEquals(clock[1], 10_000);
    assertEquals([gpu.bytes, gpu.buffers], before);
  }));

Deno.test("Learner.dispose() gives back all its bytes, also with work pending", () =>
  withGpu((gpu) => {
    for (const pending of [false, true]) {
      const learner = new Learner(gpu, smallOptions({ members, masked: true }));
      assert(gpu.bytes > 0);
      observeSteps(learner, 0, 4);
      gpu.enqueue(learner.update);
      if (!pending) gpu.flush();
      learner.dispose();
      assertEquals([gpu.bytes, gpu.buffers], [0, 0]);
    }
  }));

Deno.test("Learner.initialize() starts again: the same run follows", () =>
  withGpu(async (gpu) => {
    const learner = new Learner(gpu, smallOptions({ prioritized: true }));
    const start = await memberState(learner);
    observeSteps(learner, 0, 20);
    gpu.enqueue(learner.update, 5);
    const first = await memberState(learner);
    learner.initialize();
    assertEquals(
      { ...await memberState(learner), metrics: start.metrics, indices: start.indices },
      start,
    );
    observeSteps(learner, 0, 20);
    gpu.enqueue(learner.update, 5);
    assertEquals(await memberState(learner), first);
  }));

Deno.test("Learner that does not fit says which part, and nothing is allocated", () =>
  withGpu((gpu) => {
    const { maxBufferSize, maxStorageBufferBindingSize } = gpu.device.limits;
    const floats = Math.min(maxBufferSize, maxStorageBufferBindingSize) / 4;
    for (
      const [part, changes] of [
        ["replay", { capacity: Math.ceil(floats / 12) + 1 }],
        ["transitions", { environments: Math.ceil(floats / 12) + 1 }],
        ["parameters", { model: perceptron([3, Math.ceil(floats / 8), 2]) }],
        ["activations of width 3", { batch: Math.ceil(floats / 8) + 1 }],
      ] as const
    ) {
      const error = assertThrows(
        () => new Learner(gpu, smallOptions(changes)),
        UsageError,
        `Cannot allocate ${part} [`,
      );
      assert(
        error.message.includes(`the adapter allows ${(4 * floats).toLocaleString("en")} per tensor`),
        error.message,
      );
      assertEquals([gpu.bytes, gpu.buffers], [0, 0], part);
    }
  }));

Deno.test("assertLearnerFits() names a network of more parameters than one dispatch can step", () => {
  const limits = { maxComputeWorkgroupsPerDimension: 10 };
  const gpu = { device: { limits }, kernelProfile: { group: 64 }, assertFits() {} } as unknown as Gpu;
  assertLearnerFits(gpu, smallOptions({ model: perceptron([3, 63, 33]) }));
  const error = assertThrows(
    () => assertLearnerFits(gpu, smallOptions({ model: perceptron([3, 63, 37]) })),
    UsageError,
  );
  assertEquals(
    error.message,
    "Cannot create learner: a network of widths 3-63-37 has 2,816 parameters, padded; wanted at most 2,560 on this adapter",
  );
});

Deno.test("Learner with Adam takes theta from -1.2694 to 1.9812 in 100 steps of (2 - theta)^2", () =>
  withGpu(async (gpu) => {
    const member = hyperParameters({ learningRate: { kind: "constant", value: 0.1 } });
    const options = smallOptions({
      members: [member],
      model: perceptron([1, 1]),
      batch: 1,
      loss: "mse",
      double: false,
      optimizer: { kind: "adam", amsgrad: false },
      clipNorm: false,
      target: "none",
      environments: 1,
    });
    const learner = new Learner(gpu, options);
    const { layout, parameters } = learner.online;
    const theta = { weight: Float32Array.of(0), bias: Float32Array.of(-1.2694) };
    parameters.write(withTransposed(layout, packBlocks(layout, [theta])));
    // Q is the bias alone: the observation is 0. The state is terminal, so the target is the return.
    learner.batch.outcomes.write(Float32Array.of(0, 2, 0, 1));
    gpu.enqueue(learner.learn, 100);
    const [layer] = unpackBlocks(layout, await parameters.read());
    assertEquals([layer!.bias[0]!.toFixed(4), layer!.weight[0]], ["1.9812", 0]);
  }));

Deno.test("assertLearnerFits() refuses a replay memory smaller than a step of all environments, or larger than the allocated one", () =>
  withGpu((gpu) => {
    for (const [capacity, fits] of [[2, false], [3, true], [64, true], [65, false]] as const) {
      const options = smallOptions({ environments: 3, members: [smallMember(), smallMember({ capacity })] });
      const check = () => assertLearnerFits(gpu, options);
      if (fits) check();
      else {
        assertThrows(
          check,
          RangeError,
          `Cannot create learner: a member's replay capacity is ${capacity}, wanted 3 (environments) to 64 (allocated)`,
        );
      }
    }
  }));
