/** From a run config to a run. @module */
import { VectorEnvironment } from "../envs/vector.ts";
import type { Gpu } from "../gpu/device.ts";
import { hostEvaluator } from "../train/evaluate.ts";
import { HostCollector, type TrainRule } from "../train/host_collector.ts";
import { train } from "../train/trainer.ts";
import { createAgent } from "./agents.ts";
import { isOnDevice } from "./device_loop.ts";
import { makeEnvironment } from "./environments.ts";
import { createPopulation } from "./population.ts";
import { type AgentConfig, type RunConfig, type RunConfigInput, warmupOf } from "./run_config.ts";
import { parseConfig } from "./schema.ts";
import { surroundingsOf } from "./surroundings.ts";
import { type RunWatchers, TrainingRun } from "./training_run.ts";

/** What {@linkcode createRun} takes beside the config. */
export interface RunOptions extends RunWatchers {
  /** The device to run on, which stays the caller's. The default adapter's by default. */
  readonly gpu?: Gpu;
  /** Times every kernel, see `Gpu.profiler`; `false` by default. */
  readonly profile?: boolean;
}

/**
 * Makes ready what a config describes; what it leaves out takes its default.
 *
 * ```ts
 * const run = await createRun({ environment: { id: "CartPole-v1" }, budget: { steps: 20_000 } });
 * await run.train();
 * console.log((await run.evaluate()).mean);
 * run.dispose();
 * ```
 *
 * @throws {UsageError} When the config is wrong, with all that is; when an environment or tensor cannot be made, or no
 * adapter answers.
 */
export async function createRun(config: RunConfigInput, options: RunOptions = {}): Promise<TrainingRun> {
  const resolved = parseConfig(config);
  if (!isOnDevice(resolved)) return await createHostRun(resolved, options);
  const { gpu, profile = false, ...watchers } = options;
  const population = await createPopulation([config], { watchers: () => watchers, gpu, profile });
  return population.members[0]!;
}

async function createHostRun(config: RunConfig, options: RunOptions): Promise<TrainingRun> {
  const { gpu: given, profile = false, ...watchers } = options;
  const surroundings = surroundingsOf(config);
  // Before the agent, as its failure is cheaper.
  const environment = new VectorEnvironment(config.environment.count, () => makeEnvironment(config));
  const { agent, gpu } = await createAgent(config, surroundings, { gpu: given, profile });
  const { prefill, ...rule } = trainRule(config.agent);
  const collector = new HostCollector(agent, environment, { train: rule, prefill, seed: config.seed });
  return new TrainingRun(config, {
    gpu,
    agent,
    surroundings,
    environment,
    evaluator: hostEvaluator(() => makeEnvironment(config, "evaluation")),
    watchers,
    profiler: gpu?.profiler,
    train: async (run, { signal }) =>
      await train({ ...run.member(), collector, ...signal ? { signal } : {} }),
    dispose() {
      agent.dispose();
      if (!given) gpu?.close();
    },
  });
}

/** When an agent of this kind learns: a table at every step, and one that acts at random never. */
function trainRule(agent: AgentConfig): TrainRule & { readonly prefill: number } {
  if (agent.kind !== "dqn") {
    return { every: 1, unit: "step", updates: agent.kind === "random" ? 0 : 1, warmup: 0, prefill: 0 };
  }
  return { ...agent.train, warmup: warmupOf(agent.replay), prefill: agent.replay.prefill };
}
