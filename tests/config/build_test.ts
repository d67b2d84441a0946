import { assert, assertEquals, assertRejects } from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import { learnerOptions } from "../../src/config/learner_options.ts";
import type { DeepPartial, RunConfigInput } from "../../src/config/run_config.ts";
import type { DqnConfig, OptimizerConfig } from "../../src/config/agent_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { DivergenceError, TrainingError, UsageError } from "../../src/core/errors.ts";
import type { TrainEvent } from "../../src/core/events.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import { registerEnvironment } from "../../src/envs/environment_registry.ts";
import { Gpu } from "../../src/gpu/device.ts";
import { networkLayout } from "../../src/ops/model.ts";
import { Counter, faulty, Ring } from "../envs/toys.ts";
import { dqnOf } from "./dqn.ts";

registerEnvironment({
  id: "RunCounter-v0",
  create: ({ masked }) => new Counter(5, masked === true),
  options: ["masked"],
});
registerEnvironment({ id: "RunRing-v0", create: () => new Ring(), maxEpisodeSteps: 10 });
registerEnvironment({
  id: "RunNaN-v0",
  create: () =>
    faulty({
      step: (result, step) => step === 3 ? { ...result, observation: Float32Array.of(0, NaN) } : result,
    }),
});

/** A run that takes a moment, in the environment `id`. */
function tiny(id: string, more: RunConfigInput = {}): RunConfigInput {
  return {
    environment: { id },
    agent: { hidden: [8], replay: { capacity: 64, batch: 8 }, ...more.agent },
    budget: { steps: 60 },
    evaluation: { every: 25, episodes: 2, final: { episodes: 3 } },
    ...more,
  };
}

Deno.test("createRun trains, tells its callbacks, evaluates and gives all memory back", async () => {
  const gpu = await Gpu.open();
  for (const loop of ["host", "device"] as const) {
    await trainOnce(gpu, loop);
    const before = [gpu.buffers, gpu.bytes]; // What the device keeps for reading is there by now.
    await trainOnce(gpu, loop);
    assertEquals([gpu.buffers, gpu.bytes], before);
  }
  gpu.close();
});

async function trainOnce(gpu: Gpu, loop: "host" | "device"): Promise<void> {
  const events: TrainEvent[] = [];
  const run = await createRun(tiny("CartPole-v1", { loop }), {
    gpu,
    callbacks: [{ notify: (event) => void events.push(event) }],
  });
  assertEquals(run.config.agent.kind, "dqn");
  const end = await run.train();
  assertEquals([end.step, end.update, end.reason], [60, 53, "budget of 60 steps"]);
  assertEquals(
    events.filter(({ kind }) => kind === "evaluation").map((event) => "step" in event && event.step),
    [
      25,
      50,
      60,
    ],
  );
  const evaluation = await run.evaluate();
  assertEquals(evaluation.episodes, 3);
  assertEquals(await run.evaluate(), evaluation);
  assertEquals((await run.evaluate({ episodes: 5, seed: 9 })).returns.length, 5);
  assertEquals((await run.agent.getQ(new Float32Array(4))).length, 2);
  run.dispose();
}

for (
  const [name, environment] of [
    ["masked actions", { id: "RunCounter-v0", options: { masked: true }, count: 3 }],
    ["integer observations in one-hot vectors", { id: "RunRing-v0", wrappers: [{ kind: "one-hot" }] }],
  ] as const
) {
  Deno.test(`createRun takes environments with ${name}`, async () => {
    const run = await createRun(tiny("", { environment }));
    try {
      assertEquals((await run.train()).step, 60);
      assert((await run.evaluate()).episodes === 3);
    } finally {
      run.dispose();
    }
  });
}

Deno.test("createRun refuses a discrete environment for DQN, and says what to add", async () => {
  await assertRejects(
    () => createRun(tiny("RunRing-v0")),
    UsageError,
    'its observations are Discrete(5), wanted a Box. Add { "kind": "one-hot" } to environment.wrappers',
  );
  await assertRejects(
    () => createRun({ ...tiny("CartPole-v1"), agent: { kind: "tabular" } }),
    UsageError,
    'wanted a Discrete. Add { "kind": "discretize", "bins": [...] } to environment.wrappers',
  );
});

for (const [kind, updates] of [["tabular", 60], ["random", 0]] as const) {
  Deno.test(`createRun trains a ${kind} agent without a device`, async () => {
    const run = await createRun({ ...tiny("RunRing-v0"), agent: { kind } });
    const end = await run.train();
    assertEquals([end.step, end.update, run.gpu], [60, updates, undefined]);
    assertEquals((await run.evaluate()).episodes, 3);
    assertEquals((await run.agent.getQ(Float32Array.of(1))).length, run.environment.actionSpace.n);
    run.dispose();
  });
}

Deno.test("createRun evaluates where the config says, and plays its test phase", async () => {
  const environment = { maxEpisodeSteps: 4 };
  const run = await createRun(tiny("CartPole-v1", {
    evaluation: { every: 25, episodes: 2, environment, final: { episodes: 3 } },
    test: { episodes: 2 },
  }));
  assertEquals((await run.evaluate()).lengths, [4, 4, 4]);
  assertEquals((await run.test())!.lengths, [4, 4]);
  run.dispose();
});

Deno.test("createRun stops at the threshold, and at a signal", async () => {
  const evaluation = { every: 10, episodes: 2, threshold: 1, final: { episodes: 1 } };
  const solved = await createRun(tiny("CartPole-v1", { evaluation }));
  assertEquals((await solved.train()).reason, "threshold of 1 reached");
  solved.dispose();
  const stopped = await createRun(tiny("CartPole-v1"));
  assertEquals((await stopped.train({ signal: AbortSignal.abort() })).reason, "interrupted");
  stopped.dispose();
});

Deno.test("TrainingRun.train refuses an observation that is not finite, with its place", async () => {
  const run = await createRun(tiny("RunNaN-v0"));
  try {
    await assertRejects(
      () => run.train(),
      DivergenceError,
      "Cannot use the observation of environment 0, step 3 of its episode: it is [0, NaN], wanted a Float32Array of 2",
    );
  } finally {
    run.dispose();
  }
});

Deno.test("TrainingRun.train names the update whose loss is not finite", async () => {
  const agent = { optimizer: { kind: "sgd", learningRate: 1e30 }, replay: { batch: 8 } } as const;
  const run = await createRun(tiny("CartPole-v1", { agent }));
  try {
    await assertRejects(() => run.train(), TrainingError, "Training diverged: the loss of update 2 is ");
  } finally {
    run.dispose();
  }
});

Deno.test("createRun reports all that is wrong with a config", async () => {
  const wrong = { agent: { gamma: 2 }, budget: { steps: 1 } };
  const error = await assertRejects(() => createRun(wrong), UsageError);
  assertEquals(error.message.split("\n  "), [
    "Cannot use the run config: 2 problems",
    "environment: missing, wanted an object with an id",
    "agent.gamma: 2, wanted a number from 0 to 1",
  ]);
});

/** The learner that a config asks for. */
function learner(agent: DeepPartial<DqnConfig> = {}) {
  const config = parseConfig({ environment: { id: "x", count: 3 }, budget: { steps: 1000 }, seed: 7, agent });
  const spaces = {
    observationSpace: box([4], -1, 1),
    actionSpace: discrete(2),
    masked: false,
    binary: false,
  };
  return learnerOptions([{ ...config, agent: dqnOf(config) }], spaces);
}

Deno.test("learnerOptions has the model, and the seed as the member's", () => {
  const { model, environments, members, masked } = learner({
    hidden: [16, { kind: "dense", width: 8 }],
  });
  assertEquals([networkLayout(model).widths, environments, masked, members.length], [
    [4, 16, 8, 2],
    3,
    false,
    1,
  ]);
  assertEquals([members[0]!.seed, members[0]!.capacity], [7, 10_000]);
});

Deno.test("learnerOptions maps each optimizer's rates to the kernel's", () => {
  const rates = (optimizer: DeepPartial<OptimizerConfig>) => {
    const [member] = learner({ optimizer }).members;
    const { beta1, beta2, momentum, alpha, optimizerEpsilon, weightDecay } = member!;
    return [beta1, beta2, momentum, alpha, optimizerEpsilon, weightDecay];
  };
  assertEquals(rates({ kind: "adam", beta1: 0.8, beta2: 0.9, epsilon: 1e-4 }), [0.8, 0.9, 0, 0, 1e-4, 0]);
  assertEquals(rates({ kind: "adamw" }), [0.9, 0.999, 0, 0, 1e-8, 0.01]);
  assertEquals(rates({ kind: "rmsprop", momentum: 0.3, alpha: 0.95, epsilon: 1e-5 }), [
    0,
    0,
    0.3,
    0.95,
    1e-5,
    0,
  ]);
  assertEquals(rates({ kind: "sgd", momentum: 0.7, weightDecay: 0.1 }), [0, 0, 0.7, 0, 0, 0.1]);
});

Deno.test("learnerOptions maps clip, loss, target and schedules", () => {
  const bare = learner({
    clip: { kind: "none" },
    loss: { kind: "mse" },
    target: { kind: "none" },
    exploration: 0.2,
  });
  assertEquals([bare.clipNorm, bare.loss, bare.target], [false, "mse", "none"]);
  assertEquals(bare.members[0]!.clipValue, Infinity);
  assertEquals(bare.members[0]!.exploration, { kind: "constant", value: 0.2 });
  const full = learner({
    clip: { kind: "norm", limit: 10 },
    loss: { kind: "huber", delta: 2 },
    target: { tau: 0.1, every: 3, unit: "update" },
    optimizer: {
      kind: "adam",
      amsgrad: true,
      learningRate: { kind: "linear", start: 1, end: 0, duration: 9 },
    },
  });
  const [member] = full.members;
  assertEquals([full.clipNorm, full.loss, full.target, full.optimizer], [true, "huber", "update", {
    kind: "adam",
    amsgrad: true,
    centered: false,
    epsilonInside: false,
  }]);
  assertEquals([member!.clipNorm, member!.huberDelta, member!.tau, member!.syncPeriod], [10, 2, 0.1, 3]);
  assertEquals(member!.syncFirst, 3);
  assertEquals(learner({ target: { every: 400, first: 40 } }).members[0]!.syncFirst, 40);
  assertEquals(member!.learningRate, { kind: "linear", start: 1, end: 0, duration: 9, per: "step" });
  assertEquals(learner({ clip: { kind: "value", limit: 5 } }).members[0]!.clipValue, 5);
});

Deno.test("createRun names what is malformed in an environment before anything is made", async () => {
  registerEnvironment({
    id: "RunDone-v0",
    create: () => faulty({ step: ({ truncated: _, ...rest }) => rest as never }),
  });
  await assertRejects(() => createRun(tiny("RunDone-v0")), UsageError, "truncated");
});
