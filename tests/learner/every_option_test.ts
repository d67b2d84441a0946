import { assertEquals, assertNotEquals } from "@std/assert";
import type { Gpu } from "../../src/gpu/device.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import {
  encodeHyper,
  hyperFields,
  type HyperParameters,
  hyperSchedules,
  hyperWords,
} from "../../src/ops/member.ts";
import { dense } from "../../src/ops/dense.ts";
import { type Model, perceptron } from "../../src/ops/model.ts";
import { noisyValueHead } from "../../src/ops/td_value.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { normalization, smallMember, smallOptions } from "./small.ts";
import { chain, type Fact, factsOf } from "./update_facts.ts";

/** Two values, the first fact of the chain that differs by them, and facts behind it that differ or are the same. */
interface Case<T> {
  readonly values: readonly [T, T];
  readonly first: Fact;
  readonly differ?: readonly Fact[];
  readonly same?: readonly Fact[];
  readonly with?: Partial<LearnerOptions>;
  readonly member?: Partial<HyperParameters>;
}

const plain = smallMember({
  syncPeriod: 1,
  beta2: 0.3,
  learningRate: { kind: "constant", value: 0.05 },
  exploration: { kind: "constant", value: 0.5 },
});
const noisyModel = (sigma: number): Model => ({
  observation: [3],
  hidden: [dense({ width: 9, relu: true, sigma })],
  head: noisyValueHead({ dueling: false, sigma }),
  actions: 2,
});
const constant = (value: number) => ({ kind: "constant", value }) as const;

/** A case of every field: a new one without does not compile. */
const hyperCases: { readonly [K in keyof Required<HyperParameters>]: Case<Required<HyperParameters>[K]> } = {
  seed: { values: [5, 6], first: "initial", differ: ["indices", "actions"] },
  capacity: { values: [64, 32], first: "indices" },
  gamma: { values: [0.9, 0.5], first: "targets" },
  tau: { values: [0.1, 0.2], first: "target", differ: ["laterTargets"] },
  syncPeriod: { values: [1, 2], first: "syncs", differ: ["target"] },
  syncFirst: { values: [1, 5], first: "syncs", differ: ["target"], member: { syncPeriod: 5 } },
  huberDelta: { values: [1, 0.1], first: "loss", differ: ["gradient"] },
  clipValue: { values: [Infinity, 1e-4], first: "moments", differ: ["online"] },
  clipNorm: { values: [0.5, 0.1], first: "scale", differ: ["moments"] },
  beta1: { values: [0.9, 0.5], first: "rates", differ: ["moments", "laterOnline"] },
  beta2: { values: [0.3, 0.5], first: "rates", differ: ["moments", "laterOnline"] },
  momentum: {
    values: [0.9, 0.5],
    first: "laterTargets",
    differ: ["laterOnline"],
    with: { optimizer: { kind: "sgd", amsgrad: false } },
  },
  alpha: {
    values: [0.9, 0.5],
    first: "moments",
    differ: ["online"],
    with: { optimizer: { kind: "rmsprop", amsgrad: false } },
  },
  optimizerEpsilon: { values: [1e-8, 0.1], first: "online" },
  weightDecay: { values: [0.01, 0.1], first: "online" },
  // All rows are new to the first update, and as likely.
  priorityAlpha: {
    values: [0.6, 0.3],
    first: "laterTargets",
    differ: ["laterOnline"],
    with: { prioritized: true },
  },
  priorityEpsilon: {
    values: [1e-6, 1],
    first: "laterTargets",
    differ: ["laterOnline"],
    with: { prioritized: true },
  },
  lambda: {
    values: [0.65, 0.3],
    first: "targets",
    differ: ["loss", "online"],
    same: ["initial", "counts", "indices", "q"],
    with: { lambdaReturns: true, target: "none", batch: 8, capacity: 40 },
    member: { capacity: 40 },
  },
  learningRate: {
    values: [constant(0.05), constant(0.1)],
    first: "rates",
    differ: ["online"],
    same: ["moments"],
  },
  exploration: {
    values: [constant(0), constant(1)],
    first: "rates",
    differ: ["actions"],
    same: ["moments", "online", "target", "laterTargets", "laterOnline"],
  },
  priorityBeta: {
    values: [constant(0.4), constant(1)],
    first: "laterTargets",
    differ: ["laterOnline"],
    with: { prioritized: true },
  },
};

const { observations, rewards } = normalization;
const behind = (fact: Fact) => chain.slice(chain.indexOf(fact) + 1);

const optionCases: { readonly [K in keyof LearnerOptions]: readonly Case<LearnerOptions[K]>[] } = {
  members: [{ values: [[plain], [plain, smallMember()]], first: "shape", same: behind("shape") }],
  model: [{
    values: [perceptron([3, 9, 2]), perceptron([3, 5, 4, 2])],
    first: "shape",
    differ: ["q", "online"],
  }, {
    // Noise of another scale: seen wherever the network is passed through, and in nothing else.
    values: [noisyModel(0.5), noisyModel(1)],
    first: "initial",
    same: ["counts", "indices", "rates", "scale"],
    differ: ["q", "targets", "gradient", "online", "laterOnline"],
    with: { clipNorm: false },
  }],
  batch: [{ values: [7, 9], first: "shape", differ: ["indices"], same: ["initial", "counts"] }],
  capacity: [{ values: [64, 80], first: "shape", same: behind("shape") }],
  sampling: [
    { values: ["with-replacement", "without-replacement"], first: "indices" },
    { values: ["without-replacement", "sequential"], first: "indices" },
  ],
  prioritized: [{ values: [false, true], first: "indices" }],
  steps: [{ values: [1, 3], first: "targets", same: ["initial", "counts", "indices"] }],
  loss: [{ values: ["mse", "huber"], first: "loss", differ: ["gradient"] }],
  // The networks differ where the target stays behind, and so do the actions that they rate best.
  double: [{
    values: [false, true],
    first: "laterTargets",
    member: { syncPeriod: 100 },
    with: { batch: 30, model: perceptron([3, 9, 5]) },
  }],
  munchausen: [
    {
      values: [undefined, { alpha: 0.9, temperature: 0.1, clip: -1 }],
      first: "targets",
      same: ["initial", "counts", "indices"],
      with: { double: false },
    },
    ...([{ alpha: 0.5 }, { temperature: 0.5 }, { clip: -1e-3 }] as const).map((change): Case<
      LearnerOptions["munchausen"]
    > => ({
      values: [{ alpha: 0.9, temperature: 0.1, clip: -1 }, {
        alpha: 0.9,
        temperature: 0.1,
        clip: -1,
        ...change,
      }],
      first: "targets",
      with: { double: false },
    })),
  ],
  optimizer: [
    ...(["adam", "rmsprop", "sgd"] as const).map((kind): Case<LearnerOptions["optimizer"]> => ({
      values: [{ kind: "adamw", amsgrad: false }, { kind, amsgrad: false }],
      first: kind === "sgd" ? "shape" : "moments",
      same: ["initial", "indices", "targets", "gradient", "scale", "rates"],
      differ: ["online"],
      member: { weightDecay: 0.1 },
    })),
    {
      values: [{ kind: "adamw", amsgrad: false }, { kind: "adamw", amsgrad: true }],
      first: "shape",
      same: ["gradient", "online"],
      differ: ["laterOnline"],
    },
  ],
  clipNorm: [{ values: [false, true], first: "scale" }],
  target: [
    { values: ["update", "none"], first: "syncs", differ: ["target", "laterTargets"] },
    { values: ["update", "step"], first: "target", differ: ["laterTargets"] },
    { values: ["step", "episode"], first: "syncs", member: { syncPeriod: 20 } }, // Of 40 steps less than half end one.
  ],
  initialization: [{ values: ["pytorch", "he"], first: "initial" }],
  masked: [{
    values: [false, true],
    first: "shape",
    same: ["initial", "counts", "indices", "q"],
    differ: ["targets"],
  }],
  lambdaReturns: [{
    values: [false, true],
    first: "indices",
    same: ["initial", "counts"],
    differ: ["targets"],
    with: { target: "none", batch: 8, capacity: 40 },
    member: { capacity: 40 },
  }],
  normalization: [
    { values: [undefined, { observations }], first: "q", differ: ["targets"] },
    ...[{ ...observations, epsilon: 1 }, { ...observations, clip: 0.5 }].map((changed): Case<
      LearnerOptions["normalization"]
    > => ({ values: [normalization, { ...normalization, observations: changed }], first: "q" })),
    { values: [undefined, { rewards }], first: "targets" },
    ...[{ ...rewards, epsilon: 1 }, { ...rewards, clip: 0.5 }, { ...rewards, gamma: 0.1 }].map((
      changed,
    ): Case<LearnerOptions["normalization"]> => ({
      values: [normalization, { ...normalization, rewards: changed }],
      first: "targets",
    })),
  ],
  environments: [{ values: [2, 3], first: "shape", same: ["initial"], differ: ["counts"] }],
};

async function assertCase(
  gpu: Gpu,
  name: string,
  { one, options }: { one: Case<unknown>; options: readonly LearnerOptions[] },
): Promise<void> {
  const [from, to] = [await factsOf(gpu, options[0]!), await factsOf(gpu, options[1]!)];
  for (const fact of [one.first, ...one.differ ?? []]) {
    assertNotEquals(from[fact], to[fact], `${name}: ${fact}`);
  }
  for (const fact of [...chain.slice(0, chain.indexOf(one.first)), ...one.same ?? []]) {
    assertEquals(from[fact], to[fact], `${name} changes ${fact}`);
  }
}

Deno.test("every hyper-parameter changes what it should of an update, and nothing that comes before", () =>
  withGpu(async (gpu) => {
    for (const [name, one] of Object.entries(hyperCases)) {
      const options = one.values.map((value) =>
        smallOptions({ double: false, ...one.with, members: [{ ...plain, ...one.member, [name]: value }] })
      );
      await assertCase(gpu, name, { one, options });
    }
  }));

Deno.test("every option of a learner changes what it should of an update, and nothing that comes before", () =>
  withGpu(async (gpu) => {
    for (const [name, cases] of Object.entries(optionCases)) {
      for (const one of cases as readonly Case<unknown>[]) {
        const options = one.values.map((value) =>
          smallOptions({
            members: [{ ...plain, ...one.member }],
            double: false,
            ...one.with,
            [name]: value,
          })
        );
        await assertCase(gpu, name, { one, options });
      }
    }
  }));

Deno.test("encodeHyper() writes every hyper-parameter into words of its own", () => {
  const wordsOf = (changes: Partial<HyperParameters>) =>
    encodeHyper({ ...plain, syncFirst: 1, sync: "none", ...changes });
  const changed = Object.entries(hyperCases).flatMap(([name, { values, member }]) => {
    const [from, to] = values.map((value) => wordsOf({ ...member, [name]: value }));
    return [...from!.keys()].filter((word) => from![word] !== to![word]).map((word) => [name, word] as const);
  });
  const at = (name: string) => hyperFields.findIndex(([field]) => field === name);
  const scheduleWords = (hyperWords - hyperFields.length) / hyperSchedules.length;
  const start = 2; // Of a schedule's words, kind and unit come first; a constant is its start and end.
  const own = hyperFields.filter(([name]) => name !== "syncUnit"); // What all members share.
  assertEquals(changed, [
    ...own.map(([name]) => [name, at(name)] as const),
    ...hyperSchedules.flatMap((name, i) =>
      [start, start + 1].map((word) => [name, hyperFields.length + i * scheduleWords + word] as const)
    ),
  ]);
});
