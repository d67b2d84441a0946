import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { saveMember } from "../../src/agents/dqn_state.ts";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { modelOf } from "../../src/config/learner_options.ts";
import type { HeadConfig, LayerConfig } from "../../src/config/agent_config.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import { packMatrix } from "../../src/ops/layout.ts";
import { widthOf } from "../../src/ops/layer.ts";
import { readGolden } from "../golden.ts";
import { hyperParameters, transposed } from "../ops/random_values.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";

/** `heads.json` and the like: what the programs beside them write. */
interface GoldenHeads {
  /** Of what is drawn. */
  readonly seed?: number;
  /** Its extents, or how many numbers it has. */
  readonly observation: number | readonly number[];
  readonly actions: number;
  readonly gamma: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly batches: readonly Readonly<
    Record<
      "observations" | "nextObservations" | "actions" | "rewards" | "terminated" | "weights",
      readonly number[]
    >
  >[];
  readonly cases: readonly {
    readonly name: string;
    readonly head: HeadConfig;
    readonly hidden: readonly (number | LayerConfig)[];
    readonly double: boolean;
    readonly munchausen: LearnerOptions["munchausen"] | null;
    readonly online: Readonly<
      Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>
    >;
    readonly target: GoldenHeads["cases"][number]["online"];
    readonly values: readonly number[];
    readonly losses: readonly number[];
    readonly learned: Readonly<Record<string, readonly number[]>>;
  }[];
}

const files = ["heads", "noisy", "normalized", "conv", "implicit"].map((name) =>
  readGolden<GoldenHeads>(name)
);

function optionsOf(
  golden: GoldenHeads,
  { hidden, head, double, munchausen }: GoldenHeads["cases"][number],
): LearnerOptions {
  const { observation, actions, gamma } = golden;
  return {
    members: [hyperParameters({
      seed: golden.seed ?? 1,
      gamma,
      syncPeriod: 1000,
      momentum: golden.momentum,
      weightDecay: 0,
      clipValue: Infinity,
      learningRate: { kind: "constant", value: golden.learningRate },
    })],
    model: modelOf({ hidden, head }, {
      observationSpace: box([observation].flat(), -1, 1),
      actionSpace: discrete(actions),
    }),
    batch: golden.batches[0]!.actions.length,
    capacity: 1000,
    sampling: "with-replacement",
    prioritized: false,
    steps: 1,
    loss: "mse",
    double,
    munchausen: munchausen ?? undefined,
    optimizer: { kind: "sgd", amsgrad: false },
    clipNorm: false,
    target: "update",
    initialization: "pytorch",
    masked: false,
    environments: 1,
  };
}

const cases = files.flatMap((golden) => golden.cases.map((one) => [golden, one] as const));

for (const [profile, kernelProfile] of profiles.entries()) {
  for (const [i, [golden, one]] of cases.entries()) {
    if (kernelProfile !== "wasm" && i % 2 !== profile) continue; // Each with two profiles: they differ in how work is shared.
    const { gamma } = golden;
    const observation = widthOf([golden.observation].flat());
    const rows = golden.batches[0]!.actions.length;
    Deno.test(`A learner of head ${one.name} loads PyTorch's modules by name and makes its updates, tiles of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const agent = await DqnAgent.create(gpu, optionsOf(golden, one));
        const { learner } = agent;
        const named = (network: string, state: typeof one.online) =>
          Object.entries(state).map(([name, { shape, data }]) =>
            [`${network}.${name}`, { shape, data: Float32Array.from(data) }] as const
          );
        agent.load(Object.fromEntries([...named("online", one.online), ...named("target", one.target)]));
        const observations = Float32Array.from(golden.batches[0]!.observations);
        const values = [...observations.keys()].filter((at) => at % observation === 0).map((at) =>
          agent.getQ(observations.slice(at, at + observation))
        );
        const q = (await Promise.all(values)).flatMap((row) => [...row]);
        for (const [i, value] of one.values.entries()) assertAlmostEquals(q[i]!, value, 2e-6, `value ${i}`);

        for (const [i, batch] of golden.batches.entries()) {
          const matrix = (given: readonly number[]) =>
            packMatrix(transposed(given, rows, observation), observation, rows);
          const [s, next] = [matrix(batch.observations), matrix(batch.nextObservations)];
          learner.batch.observations.write(s);
          learner.batch.observations.write(next, s.length);
          const outcomes = batch.actions.flatMap((action, row) => [
            action,
            batch.rewards[row]!,
            batch.terminated[row] ? 0 : gamma,
            batch.weights[row]!,
          ]);
          learner.batch.outcomes.write(Float32Array.from(outcomes));
          gpu.enqueue(learner.learn);
          const metrics = await learner.metrics.read();
          assertAlmostEquals(
            metrics[learner.metrics.shape[2]! * (i + 1)]!,
            one.losses[i]!,
            5e-6,
            `loss of update ${i + 1}`,
          );
        }
        const learned = await saveMember(learner, 0, false);
        assertEquals(
          Object.keys(learned).toSorted(),
          Object.keys(one.learned).map((name) => `online.${name}`).toSorted(),
        );
        let moved = 0;
        for (const [name, wanted] of Object.entries(one.learned)) {
          const { data } = learned[`online.${name}`]!;
          for (const [i, value] of wanted.entries()) {
            assertAlmostEquals(data[i]!, value, 5e-6, `${name}[${i}]`);
            moved += Number(Math.abs(value - one.online[name]!.data[i]!) > 1e-3);
          }
        }
        assert(moved > 50, `only ${moved} parameters moved`);
        agent.dispose();
      }, { kernelProfile }));
  }
}
