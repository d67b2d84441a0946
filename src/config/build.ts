/** From a run config to a run. @module */
import type { StepAgent } from "../agents/agent.ts";
import { DqnAgent } from "../agents/dqn.ts";
import { RandomAgent } from "../agents/random.ts";
import { TabularAgent } from "../agents/tabular.ts";
import { sizeOf } from "../core/spaces.ts";
import { rowWidth } from "../envs/rows.ts";
import { VectorEnvironment } from "../envs/vector.ts";
import type { Gpu } from "../gpu/device.ts";
import { hostEvaluator } from "../train/evaluate.ts";
import { HostCollector } from "../train/host_collector.ts";
import { train } from "../train/trainer.ts";
import type { TrainRule } from "../train/update_rule.ts";
import { isOnDevice } from "./device_loop.ts";
import { deviceOptions, openLearnerDevice } from "./devices.ts";
import { makeEnvironment } from "./environments.ts";
import { type DeepRunConfig, learnerOptions, toSchedule } from "./learner_options.ts";
import { createPopulation } from "./population.ts";
import { assertPopulationFits } from "./population_size.ts";
import type { RunConfig, RunConfigInput } from "./run_config.ts";
import { isDeep, type TabularConfig, trainRuleOf } from "./agent_config.ts";
import { asDqn } from "./pqn.ts";
import { parseConfig } from "./schema.ts";
import { type EnvironmentSpaces, environmentSpaces } from "./environment_spaces.ts";
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
  const spaces = environmentSpaces(config);
  // Before the agent, as its failure is cheaper.
  const environment = new VectorEnvironment(config.environment.count, () => makeEnvironment(config));
  const { agent, gpu } = await createAgent(config, spaces, { gpu: given, profile }).catch((error) => {
    environment.close();
    throw error;
  });
  const { prefill, ...rule } = trainRule(config);
  const collector = new HostCollector(agent, environment, { train: rule, prefill, seed: config.seed });
  return new TrainingRun(config, {
    gpu,
    agent,
    spaces,
    environment,
    evaluator: hostEvaluator(() => makeEnvironment(config, "evaluation")),
    watchers,
    profiler: gpu?.profiler,
    train: async (run, { signal }) =>
      await train({ ...run.member(), collector, ...signal ? { signal } : {} }),
    dispose() {
      environment.close();
      agent.dispose();
      if (!given) gpu?.close();
    },
  });
}

/** When an agent of this kind learns: a table at every step, and one that acts at random never. */
export function trainRule(
  { agent, environment }: Pick<RunConfig, "agent" | "environment">,
): TrainRule & { readonly prefill: number } {
  if (!isDeep(agent)) {
    return { every: 1, unit: "step", updates: agent.kind === "random" ? 0 : 1, warmup: 0, prefill: 0 };
  }
  const dqn = asDqn(agent, environment.count);
  return { ...trainRuleOf(dqn), prefill: dqn.replay.prefill };
}

/** The device that an agent is to run on, if it needs one. */
interface AgentDevice {
  /** The caller's own, if any. */
  readonly gpu: Gpu | undefined;
  /** Whether kernels are timed. */
  readonly profile: boolean;
}

/** An agent, and the device that it opened or was given, if it needs one. */
interface AgentOnDevice {
  readonly agent: StepAgent;
  readonly gpu?: Gpu;
}

/**
 * The agent of a config.
 *
 * @param spaces Those of this config, which the agent fits.
 * @throws {UsageError} When it does not fit the adapter, or no adapter answers.
 */
async function createAgent(
  config: RunConfig,
  spaces: EnvironmentSpaces,
  device: AgentDevice,
): Promise<AgentOnDevice> {
  const { agent, seed, environment: { count: environments } } = config;
  const actions = spaces.actionSpace.n;
  switch (agent.kind) {
    case "dqn":
    case "pqn":
      return await createDqn({ ...config, agent }, spaces, device);
    case "tabular":
      return { agent: createTabular({ ...config, agent }, spaces) };
    case "random":
      return {
        agent: new RandomAgent({
          actions,
          environments,
          width: rowWidth(spaces.observationSpace),
          seed,
        }),
      };
  }
}

async function createDqn(
  config: DeepRunConfig,
  spaces: EnvironmentSpaces,
  device: AgentDevice,
): Promise<AgentOnDevice> {
  const learner = learnerOptions([config], spaces);
  const gpu = device.gpu ??
    await openLearnerDevice(learner, { ...deviceOptions(config), profile: device.profile });
  try {
    assertPopulationFits(gpu, learner, "host");
    return { agent: await DqnAgent.create(gpu, learner), gpu };
  } catch (error) {
    if (!device.gpu) gpu.close();
    throw error;
  }
}

function createTabular(
  { agent, seed, environment }: RunConfig & { readonly agent: TabularConfig },
  { observationSpace, actionSpace, masked }: EnvironmentSpaces,
): StepAgent {
  return new TabularAgent({
    states: sizeOf(observationSpace),
    actions: actionSpace.n,
    environments: environment.count,
    seed,
    masked,
    gamma: agent.gamma,
    alpha: toSchedule(agent.learningRate),
    exploration: toSchedule(agent.exploration),
    initial: agent.initial,
  });
}
