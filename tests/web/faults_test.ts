import { assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { makeEnv } from "../../src/envs/environment_registry.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { createMatrices, createMatrix, packMatrix } from "../../src/ops/layout.ts";
import { faultyHead, type TargetFault } from "../../src/web/lessons/faults/faulty_head.ts";
import { AnyDoor, LimitEnds } from "../../src/web/lessons/faults/faulty_environments.ts";
import { registerFaults } from "../../src/web/lessons/faults/faults.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { floats, hyperParameters, joined, membersOf } from "../ops/random_values.ts";

/** Targets of three transitions, the second an end, by a head with a fault: rewards 1, 2, 3, best values 10, 20, 30. */
async function targetsOf(fault: TargetFault): Promise<number[]> {
  let targets: number[] = [];
  await withGpu(async (gpu) => {
    const [batch, actions] = [3, 2];
    const outputs = createMatrices(gpu, [1, 2, actions, batch], "outputs");
    const values = [[0, 0, 0, 0, 0, 0], [10, 5, 30, -1, 20, -1]]; // Of both actions: the second is the best of the second.
    outputs.write(joined(values.map((rows) => packMatrix(Float32Array.from(rows), actions, batch))));
    const outcomes = [[0, 1, 0.5, 1], [1, 2, 0, 1], [1, 3, 0.5, 1]].flat();
    const td = new Tensor<"f32">(gpu, [1, 2, batch]);
    const program = new Recorder(gpu);
    faultyHead(fault).loss(program, membersOf(gpu, [{ hyper: hyperParameters({ gamma: 0.5 }) }]), {
      batch: {
        size: batch,
        outcomes: floats(gpu, [1, batch, 4], Float32Array.from(outcomes)),
        masks: floats(gpu, [1, batch, 4], new Float32Array(4 * batch)),
      },
      actions,
      masked: false,
      selects: 1,
      loss: "mse",
      outputs,
      td,
      gradient: createMatrix(gpu, [1, actions, batch], "gradient"),
      metrics: new Tensor<"f32">(gpu, [1, 1, 2]),
    });
    gpu.enqueue(program);
    targets = [...(await td.read()).subarray(0, batch)];
  }, { device: "wasm" });
  return targets;
}

Deno.test("The targets of a faulty head are those of the source", async () => {
  assertEquals(await targetsOf("ends-bootstrap"), [1 + 5, 2 + 10, 3 + 15]);
  assertEquals(await targetsOf("complement-mask"), [1 + 255 * 5, 2 + 254 * 10, 3 + 255 * 15]);
  const mean = Math.fround((6 + 2 + 18) / 3);
  assertEquals(await targetsOf("broadcast-loss"), [mean, mean, mean]);
});

Deno.test("LimitEnds tells a time limit as the end of the task", () => {
  const environment = new LimitEnds(makeEnv("MountainCar-v0", { maxEpisodeSteps: 2 }));
  environment.reset({ seed: 1 });
  assertEquals(
    [1, 1].map((action) => environment.step(action)).map(({ terminated, truncated }) => [
      terminated,
      truncated,
    ]),
    [[false, false], [true, false]],
  );
});

Deno.test("AnyDoor walks through any door, and pays for the one that was chosen", () => {
  const [environment, again] = [new AnyDoor(), new AnyDoor()];
  const rooms = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    environment.reset({ seed, state: [1] });
    again.reset({ seed, state: [1] });
    const step = environment.step(5);
    assertEquals(step, again.step(5));
    assertEquals([step.reward, step.terminated], [100, step.observation === 5]);
    rooms.add(step.observation);
  }
  assertEquals([...rooms].toSorted(), [3, 5]);
  environment.reset({ seed: 0, state: [1] });
  assertThrows(() => makeEnv("Rooms-v0-any-door"), Error, "Cannot make environment"); // Not before they are registered.
});

const pole: RunConfigInput = {
  environment: { id: "CartPole-v1", count: 1 },
  agent: {
    kind: "dqn",
    hidden: [32],
    loss: { kind: "mse" },
    target: { kind: "none" },
    replay: { capacity: 2000, batch: 32, warmup: 32 },
  },
  budget: { steps: 1500 },
  device: "wasm",
};

Deno.test("Faults are known to configs once registered, and do to learning what lessons say", async () => {
  registerFaults();
  registerFaults();
  assertEquals(makeEnv("CartPole-v1-limit-ends").actionSpace.n, 2);
  const right = await learn(pole);
  assertLess(right.meanQ, 100);
  assertLess(right.loss, 1000);
  const [bootstraps, complement] = await Promise.all(
    ["ends-bootstrap", "complement-mask"].map((kind) =>
      learn({ ...pole, agent: { ...pole.agent, head: { kind } } as NonNullable<RunConfigInput["agent"]> })
    ),
  );
  assertGreater(bootstraps!.meanQ, 100);
  assertGreater(complement!.loss, 1e6);
});

/** Means of the last updates of a run. */
async function learn(config: RunConfigInput): Promise<{ readonly meanQ: number; readonly loss: number }> {
  const [q, losses]: number[][] = [[], []];
  const run = await createRun(config, {
    callbacks: [{
      notify(event) {
        if (event.kind !== "progress") return;
        q!.push(...event.meanQ);
        losses!.push(...event.losses);
      },
    }],
  });
  await run.train();
  run.dispose();
  const mean = (values: readonly number[]) => values.slice(-100).reduce((sum, value) => sum + value, 0) / 100;
  return { meanQ: mean(q!), loss: mean(losses!) };
}
