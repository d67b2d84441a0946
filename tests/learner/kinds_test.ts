import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createRun, Random, UsageError } from "../../mod.ts";
import {
  Learner,
  type LearnerOptions,
  networkLayout,
  plainHyperParameters,
  registerHead,
  registerLayer,
} from "../../src/learner/mod.ts";
import { makeHead, makeLayers } from "../../src/learner/kinds.ts";
import { unpackBlocks } from "../../src/learner/network.ts";
import { unpackMatrix } from "../../src/ops/layout.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { baseKind } from "./base_head.ts";
import { gainKind } from "./gain_layer.ts";

registerLayer(gainKind);
registerHead(baseKind);

const scale = 2;

const hidden = [
  { kind: "dense", width: 5 },
  { kind: "gain", gain: 0.75 },
  { kind: "gain" },
  { kind: "dense", width: 6 },
] as const;

/** A learner whose network has layers and a head of outside kinds. */
function options(changes: Partial<LearnerOptions> = {}): LearnerOptions {
  return {
    members: [0, 1].map((seed) => ({
      ...plainHyperParameters,
      seed,
      capacity: 32,
      gamma: 0.9,
      syncPeriod: 1000,
    })),
    model: {
      observation: [3],
      hidden: hidden.flatMap((layer) => makeLayers(layer)),
      head: makeHead({ kind: "base", scale }),
      actions: 2,
    },
    batch: 7,
    capacity: 32,
    sampling: "with-replacement",
    prioritized: false,
    steps: 1,
    loss: "mse",
    double: true,
    optimizer: { kind: "sgd", amsgrad: false },
    clipNorm: false,
    target: "update",
    initialization: "pytorch",
    masked: false,
    environments: 2,
    ...changes,
  };
}

/** Stores random transitions, of which some terminate. */
function fill({ gpu, transitions, observe, replay: { layout } }: Learner): void {
  const random = new Random(3);
  for (let step = 0; step < 16; step++) {
    const rows = Float32Array.from({ length: transitions.size }, () => random.uniform(-1, 1));
    for (let first = 0; first < rows.length; first += layout.row) {
      rows.set(
        [random.below(2), random.uniform(-1, 1), random.below(3) === 0 ? 1 : 0, 0],
        first + layout.outcome,
      );
      rows[first + 3] = rows[first + layout.next + 3] = 0; // What fills up an observation of 3 numbers.
    }
    transitions.write(rows);
    gpu.enqueue(observe);
  }
}

interface Block {
  readonly weight: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
}

/** Q values in float64 by the formulas of the layers and the head. */
function qOf(blocks: readonly Block[], observation: ArrayLike<number>): number[] {
  const dense = ({ weight, bias }: Block, x: number[]) =>
    Array.from(bias, (b, o) => x.reduce((sum, value, i) => sum + value * weight[o * x.length + i]!, b));
  const gain = ({ weight, bias }: Block, x: number[]) => x.map((value, f) => weight[f]! * value + bias[f]!);
  const relu = (x: number[]) => x.map((value) => Math.max(0, value));
  const [first, second, third, fourth, last] = blocks as [Block, Block, Block, Block, Block];
  let x = relu(dense(first, Array.from(observation)));
  x = gain(third, gain(second, x));
  x = dense(last, relu(dense(fourth, x)));
  return [x[0]! + scale * x[2]!, x[1]! + scale * x[2]!];
}

Deno.test("A layer and a head of outside kinds learn: gradients are those of finite differences", () =>
  withGpu(async (gpu) => {
    const learner = new Learner(gpu, options());
    const layout = networkLayout(learner.options.model);
    fill(learner);
    const member = 1;
    const own = async () => {
      const { total } = layout;
      const all = await learner.online.parameters.read();
      return all.slice(member * 2 * total, (member * 2 + 1) * total);
    };
    const before = await own();
    gpu.enqueue(learner.update);
    const { batch, gradients, td } = learner;
    const half = batch.observations.shape[2]!;
    const seen = (await batch.observations.read()).slice(member * 4 * half, (member + 1) * 4 * half);
    const [s, next] = [0, 2].map((part) => unpackMatrix(seen.subarray(part * half), 3, 7)) as [
      Float32Array,
      Float32Array,
    ];
    const outcomes = (await batch.outcomes.read()).slice(member * 28, member * 28 + 28);
    const row = (of: Float32Array, i: number) => [0, 1, 2].map((feature) => of[feature * 7 + i]!);
    const target = unpackBlocks(layout, before);
    const y = Array.from({ length: 7 }, (_, i) => {
      const [, reward, discount] = outcomes.subarray(4 * i);
      return reward! + discount! * Math.max(...qOf(target, row(next, i)));
    });
    const computed = (await td.read()).slice(member * 14, member * 14 + 7);
    for (const [i, value] of y.entries()) assertAlmostEquals(computed[i]!, value, 1e-5);

    const lossOf = (blocks: readonly Block[]) =>
      y.reduce((sum, value, i) => sum + (value - qOf(blocks, row(s, i))[outcomes[4 * i]!]!) ** 2, 0) / 7;
    const found = unpackBlocks(
      layout,
      (await gradients.parameters.read()).slice(member * layout.total, (member + 1) * layout.total),
    );
    let moved = 0;
    for (const [block, { weight, bias }] of found.entries()) {
      for (const [name, values] of Object.entries({ weight, bias })) {
        for (const [at, gradient] of values.entries()) {
          const shifted = (by: number) =>
            target.map((given, index) => {
              if (index !== block) return given;
              const changed = Float64Array.from(given[name as "weight" | "bias"]);
              changed[at]! += by;
              return { ...given, [name]: changed };
            });
          const wanted = (lossOf(shifted(1e-5)) - lossOf(shifted(-1e-5))) / 2e-5;
          assertAlmostEquals(gradient, wanted, 1e-4, `block ${block} ${name} ${at}`);
          moved += Number(Math.abs(wanted) > 1e-3);
        }
      }
    }
    assert(moved > 30, `only ${moved} derivatives differ from 0`);
    learner.dispose();
  }));

Deno.test("A run with a layer and a head of outside kinds acts by them on both loops, and saves them by name", async () => {
  for (const loop of ["device", "host"] as const) {
    const run = await createRun({
      loop,
      environment: { id: "CartPole-v1" },
      budget: { steps: 300 },
      agent: {
        kind: "dqn",
        hidden: [8, { kind: "gain", gain: 0.5 }, { kind: "gain" }],
        head: { kind: "base" },
        replay: { capacity: 300, batch: 16 },
        exploration: 0,
        target: { every: 1000 },
      },
    });
    try {
      await run.train();
      const saved = await run.agent.save();
      assertEquals(
        Object.entries(saved).map(([name, { shape }]) => `${name} ${shape.join("x")}`),
        [
          "online.layers.0.weight 8x4",
          "online.layers.0.bias 8",
          "online.layers.1.gain 8",
          "online.layers.1.offset 8",
          "online.layers.2.gain 8",
          "online.layers.2.offset 8",
          "online.layers.3.weight 3x8",
          "online.layers.3.bias 3",
        ],
      );
      assert(saved["online.layers.1.gain"]!.data.some((gain) => gain !== 0.5), "the gain has learned");
      const observation = Float32Array.of(0.1, -0.2, 0.05, 0.3);
      const [left, right] = await run.agent.getQ(observation);
      const { data: weight } = saved["online.layers.0.weight"]!;
      const { data: bias } = saved["online.layers.0.bias"]!;
      let x = Array.from(
        bias,
        (b, o) => Math.max(0, observation.reduce((sum, v, i) => sum + v * weight[o * 4 + i]!, b)),
      );
      for (const layer of [1, 2]) {
        const [gain, offset] = ["gain", "offset"].map((name) =>
          saved[`online.layers.${layer}.${name}`]!.data
        );
        x = x.map((v, f) => v * gain![f]! + offset![f]!);
      }
      const last = saved["online.layers.3.weight"]!.data;
      const outputs = Array.from(
        saved["online.layers.3.bias"]!.data,
        (b, o) => x.reduce((sum, v, i) => sum + v * last[o * 8 + i]!, b),
      );
      assertAlmostEquals(left!, outputs[0]! + outputs[2]!, 1e-4);
      assertAlmostEquals(right!, outputs[1]! + outputs[2]!, 1e-4);
      const [first, again] = [await run.evaluate({ episodes: 3 }), await run.evaluate({ episodes: 3 })];
      assertEquals(first, again);
      run.agent.load(saved);
      assertEquals(await run.agent.save(), saved);
    } finally {
      run.dispose();
    }
  }
});

Deno.test("Kinds that are unknown or taken, and options that a kind does not have, are refused by name", async () => {
  const refused = async (agent: Record<string, unknown>, message: string) => {
    try {
      (await createRun({
        environment: { id: "CartPole-v1" },
        budget: { steps: 100 },
        agent: { kind: "dqn", ...agent },
      })).dispose();
    } catch (error) {
      assert(error instanceof UsageError, String(error));
      assert(error.message.includes(message), error.message);
      return;
    }
    throw new Error(`not refused: ${message}`);
  };
  await refused({ hidden: [8, { kind: "gian" }] }, 'agent.hidden[1].kind: "gian"');
  await refused(
    { hidden: [8, { kind: "dense" }] },
    "agent.hidden[1].width: missing, wanted an integer from 1 to 65536",
  );
  await refused(
    { hidden: [8, { kind: "dense", widht: 4, width: 4 }] },
    'agent.hidden[1].widht: unknown key for kind "dense"; did you mean "width"?',
  );
  await refused(
    { hidden: [8, { kind: "gain", gian: 4 }] },
    'Cannot make layer "gain": option is "gian", wanted one of gain; did you mean "gain"?',
  );
  await refused(
    { hidden: [8, { kind: "gain", gain: 4, noisy: true }] },
    'Cannot make layer "gain": option is "noisy", wanted one of gain',
  );
  await refused(
    { head: { kind: "bases" } },
    'agent.head.kind: "bases", wanted "base", "categorical", "implicit", "quantile" or "value"',
  );
  await refused(
    { head: { kind: "value", width: 3 } },
    'agent.head.width: unknown key for kind "value"',
  );
  assertThrows(() => registerLayer(gainKind), UsageError, 'Cannot register layer "gain": the kind is taken');
  assertThrows(
    () => registerHead({ ...baseKind, kind: "value" }),
    UsageError,
    'Cannot register head "value": the kind is taken',
  );
});
