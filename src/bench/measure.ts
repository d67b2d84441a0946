/** Timing one case, in a process of its own: `measure.ts update|loop NAME` prints milliseconds or steps per second. */
import { DqnAgent } from "../agents/dqn.ts";
import { Random } from "../core/random.ts";
import { makeEnv } from "../envs/registry.ts";
import { VectorEnvironment } from "../envs/vector.ts";
import { Gpu } from "../gpu/device.ts";
import { tuneSoftwareAdapter } from "../gpu/software.ts";
import { largestProduct } from "../learner/options.ts";
import { encodeClocks } from "../ops/member.ts";
import { HostCollector } from "../train/host_collector.ts";
import { learnerOptions, loopCases, updateCases } from "./suites.ts";

/** What a case's process prints. */
export interface Measurement {
  /** Milliseconds per update, or loop steps per second. */
  readonly value: number;
  /** Host milliseconds per step outside the updates, for a loop. */
  readonly outsideMilliseconds?: number;
  readonly adapter: string;
}

const updates = 300;
const repetitions = 3;

async function measureUpdate(name: string): Promise<Measurement> {
  const options = learnerOptions(updateCases[name]!);
  const { gpu, agent } = await open(options);
  const random = new Random(1);
  const row = agent.learner.replay.layout;
  const rows = new Float32Array(options.capacity * row.row);
  for (let i = 0; i < options.capacity; i++) {
    const at = i * row.row;
    for (let j = 0; j < row.outcome; j++) rows[at + j] = random.uniform(-1, 1);
    rows.set([random.below(2), 1, 0, 0], at + row.outcome);
  }
  agent.learner.replay.rows.write(rows);
  const clock = { steps: 0, updates: 0, episodes: 0, stored: options.capacity, sync: 0 };
  const zero = { correction1: 0, correction2: 0, learningRate: 0, exploration: 0 };
  agent.learner.members.clock.write(encodeClocks([{ ...clock, ...zero }]));
  const update = async (count: number) => {
    gpu.enqueue(agent.learner.update, count);
    await agent.report();
  };
  await update(30);
  let best = Infinity;
  for (let i = 0; i < repetitions; i++) {
    const start = performance.now();
    await update(updates);
    best = Math.min(best, (performance.now() - start) / updates);
  }
  return { value: best, adapter: gpu.adapter };
}

async function measureLoop(name: string): Promise<Measurement> {
  const { steps: [untimed, all], train, ...loop } = loopCases[name]!;
  const { gpu, agent } = await open(learnerOptions(loop, loop.options, loop.member));
  const environment = new VectorEnvironment(1, () => makeEnv("CartPole-v1"));
  const collector = new HostCollector(agent, environment, { train, seed: 0, slice: Infinity });
  await collector.collect({ step: untimed, update: Infinity, episode: Infinity });
  await collector.report();
  const start = performance.now();
  await collector.collect({ step: all, update: Infinity, episode: Infinity });
  await collector.report();
  const seconds = (performance.now() - start) / 1000;
  const alone = performance.now();
  const due = Math.round((all - untimed) / train.every * train.updates);
  for (let done = 0; done < due; done += 100) {
    agent.update(Math.min(100, due - done));
    await agent.report();
  }
  const updating = performance.now() - alone;
  const outsideMilliseconds = (seconds * 1000 - updating) / (all - untimed);
  return { value: (all - untimed) / seconds, outsideMilliseconds, adapter: gpu.adapter };
}

async function open(options: ReturnType<typeof learnerOptions>): Promise<{ gpu: Gpu; agent: DqnAgent }> {
  tuneSoftwareAdapter(largestProduct(options));
  const gpu = await Gpu.open();
  const agent = await DqnAgent.create(gpu, options);
  await agent.warmUp();
  return { gpu, agent };
}

if (import.meta.main) {
  const [suite, name] = Deno.args;
  console.log(JSON.stringify(await (suite === "update" ? measureUpdate : measureLoop)(name!)));
}
