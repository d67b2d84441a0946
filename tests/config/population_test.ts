import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import { createPopulation } from "../../src/config/population.ts";
import type { DeepPartial, RunConfigInput } from "../../src/config/run_config.ts";
import type { DqnConfig } from "../../src/config/agent_config.ts";
import { TrainingError, UsageError } from "../../src/core/errors.ts";
import type { TrainEvent } from "../../src/core/events.ts";
import { registerDeviceEnvironment } from "../../src/device_envs/device_registry.ts";
import { Gpu } from "../../src/gpu/device.ts";
import type { Callback } from "../../src/train/callbacks/callback.ts";

/** A run of a moment. */
function tiny({ agent, ...rest }: RunConfigInput & { agent?: DeepPartial<DqnConfig> } = {}): RunConfigInput {
  return {
    environment: { id: "CartPole-v1", count: 2 },
    budget: { steps: 120 },
    evaluation: { every: 50, episodes: 3, final: { episodes: 5 } },
    ...rest,
    agent: { hidden: [8], ...agent, replay: { capacity: 64, batch: 8, warmup: 16, ...agent?.replay } },
  };
}

/** Writes down what does not depend on time or on how work is cut. */
class Notes implements Callback {
  readonly lines: unknown[] = [];
  #losses: number[] = [];

  notify(event: TrainEvent): void {
    if (event.kind === "progress") this.#losses.push(...event.losses);
    else if (event.kind !== "metrics") {
      const { seconds: _, ...rest } = event;
      this.lines.push(rest);
    } else if (event.values["loss"] !== undefined) this.lines.push([event.step, event.values["loss"]]);
    if (event.kind === "end") this.lines.push(this.#losses);
  }
}

Deno.test("the runs of createPopulation give bit for bit what each gives alone, whatever differs and ends first", async () => {
  const configs = [
    tiny({ seed: 1 }),
    tiny({ seed: 2, agent: { gamma: 0.5, replay: { capacity: 40 } }, budget: { steps: 70 } }),
    tiny({ seed: 3, budget: { episodes: 4 }, evaluation: { every: 2, unit: "episode", episodes: 2 } }),
    tiny({ seed: 4, agent: { optimizer: { kind: "adam", learningRate: 0.1 } }, log: { every: 30 } }),
  ];
  const gpu = await Gpu.open();
  const alone = [];
  for (const config of configs) {
    const notes = new Notes();
    const run = await createRun({ ...config, loop: "device" }, { gpu, callbacks: [notes] });
    const { seconds: _, ...end } = await run.train();
    alone.push([end, notes.lines, await run.agent.save({ full: true }), await run.evaluate()]);
    run.dispose();
  }
  const notes = configs.map(() => new Notes());
  const population = await createPopulation(configs, {
    gpu,
    watchers: (member) => ({ callbacks: [notes[member]!] }),
  });
  const ends = await population.train();
  const evaluations = await Promise.all(population.members.map((run) => run.evaluate()));
  for (const [i, run] of population.members.entries()) {
    const { seconds: _, ...end } = ends[i] as Exclude<typeof ends[number], Error>;
    const together = [end, notes[i]!.lines, await run.agent.save({ full: true }), evaluations[i]];
    assertEquals(together, alone[i], `member ${i}`);
  }
  assert(new Set(evaluations.map(({ returns }) => returns.join())).size > 1, "the runs are to differ");
  population.dispose();
  gpu.close();
});

Deno.test("a run that diverges fails alone, with its update, and the others go on", async () => {
  const diverging = tiny({ seed: 2, agent: { optimizer: { kind: "adam", learningRate: 1e30 } } });
  const population = await createPopulation([tiny({ seed: 1 }), diverging, tiny({ seed: 3 })]);
  const [first, second, third] = await population.train();
  assertInstanceOf(second, TrainingError);
  assert(second.message.startsWith("Training diverged: the loss of update "), second.message);
  for (const end of [first!, third!]) {
    assert(!(end instanceof Error));
    assertEquals([end.step, end.reason], [120, "budget of 120 steps"]);
  }
  assertStrictEquals((await population.members[2]!.evaluate()).episodes, 5);
  population.dispose();
});

Deno.test("evaluation.onSolved ends a run at the threshold, or keeps it going", async () => {
  const evaluation = { every: 50, episodes: 2, threshold: 1 };
  const population = await createPopulation([
    tiny({ evaluation }),
    tiny({ evaluation: { ...evaluation, onSolved: "keep" } }),
    tiny({ evaluation: { ...evaluation, threshold: 1000 } }),
  ]);
  const ends = await population.train();
  assertEquals(ends.map((end) => end instanceof Error ? end.message : [end.step, end.reason]), [
    [50, "threshold of 1 reached"],
    [120, "budget of 120 steps"],
    [120, "budget of 120 steps"],
  ]);
  population.dispose();
});

Deno.test("a population takes a state into one of its runs, and is gone with the last of them", async () => {
  const gpu = await Gpu.open();
  const make = async () => {
    const population = await createPopulation([tiny({ seed: 1 }), tiny({ seed: 2 })], { gpu });
    await population.train();
    const [first, second] = population.members;
    const before = await second!.evaluate();
    first!.agent.load(await second!.agent.save());
    assertEquals((await first!.evaluate({ seed: 2 })).returns, (await second!.evaluate()).returns);
    assertEquals(await second!.evaluate(), before);
    assertEquals(await first!.agent.getQ(new Float32Array(4)), await second!.agent.getQ(new Float32Array(4)));
    return population;
  };
  (await make()).dispose();
  const free = [gpu.buffers, gpu.bytes];
  const { members } = await make();
  members[0]!.dispose();
  assertStrictEquals((await members[1]!.evaluate()).episodes, 5);
  members[1]!.dispose();
  members[1]!.dispose();
  assertEquals([gpu.buffers, gpu.bytes], free);
  gpu.close();
});

Deno.test("createPopulation refuses configs that differ where they may not, and those of the host", async () => {
  const wide = tiny({ agent: { hidden: [16] } });
  await assertRejects(
    () => createPopulation([tiny(), wide]),
    UsageError,
    "Cannot train 2 runs as one population: agent.hidden differs, wanted the same in all. What may differ: seed, ",
  );
  await assertRejects(
    () => createPopulation([tiny(), tiny({ agent: { train: { unit: "episode" } } })]),
    UsageError,
    'agent.train.unit is "episode", wanted "step"',
  );
  await assertRejects(() => createPopulation([]), RangeError, "no config is given, wanted one");
  const population = await createPopulation([tiny(), tiny({ seed: 1 })]);
  await assertRejects(
    () => population.members[0]!.train(),
    TypeError,
    "Cannot train one run of a population of 2 alone, wanted Population.train",
  );
  const ends = await population.train({ signal: AbortSignal.abort() });
  assertEquals(ends.map((end) => end instanceof Error || end.reason), ["interrupted", "interrupted"]);
  population.dispose();
});

Deno.test("createPopulation says how many members fit before anything is allocated", async () => {
  const gpu = await Gpu.open();
  const [buffers, bytes] = [gpu.buffers, gpu.bytes];
  const capacity = 2 ** 21;
  const { maxBufferSize, maxStorageBufferBindingSize } = gpu.device.limits;
  const allowed = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  const most = Math.floor(allowed / (capacity * 12 * 4));
  const large = Array.from(
    { length: most + 1 },
    (_, seed) => tiny({ seed, agent: { replay: { capacity } } }),
  );
  const whole = (value: number) => value.toLocaleString("en");
  await assertRejects(
    () => createPopulation(large, { gpu }),
    UsageError,
    `Cannot train a population of ${most + 1}: replay [${most + 1}, ${capacity}, 12] needs ` +
      `${whole((most + 1) * capacity * 48)} bytes, the adapter allows ${whole(allowed)} per tensor, ` +
      `wanted at most ${most} members`,
  );
  assertEquals([gpu.buffers, gpu.bytes], [buffers, bytes]);
  gpu.close();
});

Deno.test("createRun trains in an environment that lives on the device alone, and evaluates there", async () => {
  registerDeviceEnvironment({
    id: "PopulationSides-v0",
    observations: 1,
    actions: 2,
    maxEpisodeSteps: 5,
    file: {
      name: "sides.wgsl",
      text: `
struct State { side: f32, left: u32 }
fn env_reset(stream: Stream) -> State { return State(sign(stream_uniform(stream, 0u) - 0.5), 3u); }
fn env_step(state: State, action: u32) -> Step {
  let right = f32(action) * 2.0 - 1.0 == state.side;
  return Step(State(-state.side, state.left - 1u), f32(right), state.left == 1u);
}
fn env_observe(state: State, i: u32) -> f32 { return state.side; }
`,
    },
  });
  const run = await createRun({
    ...tiny({ agent: { gamma: 0.5, optimizer: { kind: "adam", learningRate: 0.02 } } }),
    environment: { id: "PopulationSides-v0" },
    budget: { steps: 1500 },
  });
  await run.train();
  assertEquals((await run.evaluate()).returns, [3, 3, 3, 3, 3]); // It is on the right side at each of three steps.
  assertEquals(run.spaces.actionSpace.n, 2);
  run.dispose();
});
