/** The agents of run configs. @module */
import type { StepAgent } from "../agents/agent.ts";
import { DqnAgent } from "../agents/dqn.ts";
import { RandomAgent } from "../agents/random.ts";
import { TabularAgent } from "../agents/tabular.ts";
import { rowWidth } from "../envs/rows.ts";
import { sizeOf } from "../core/spaces.ts";
import type { Gpu } from "../gpu/device.ts";
import { deviceOptions, openDevice } from "./devices.ts";
import { assertPopulationFits } from "./population_size.ts";
import { type DqnRunConfig, learnerOptions, toSchedule } from "./learner_options.ts";
import type { RunConfig, TabularConfig } from "./run_config.ts";
import type { Surroundings } from "./surroundings.ts";

/** The device that an agent of a GPU runs on. */
export interface AgentDevice {
  /** The caller's own, if any. */
  readonly gpu: Gpu | undefined;
  /** Whether kernels are timed. */
  readonly profile: boolean;
}

/** An agent, and the device that it opened or was given, if it needs one. */
export interface MadeAgent {
  readonly agent: StepAgent;
  readonly gpu?: Gpu;
}

/**
 * The agent of a config.
 *
 * @param surroundings Those of this config, which the agent fits.
 * @throws {UsageError} When it does not fit the adapter, or no adapter answers.
 */
export async function createAgent(
  config: RunConfig,
  surroundings: Surroundings,
  device: AgentDevice,
): Promise<MadeAgent> {
  const { agent, seed, environment: { count: environments } } = config;
  const actions = surroundings.actionSpace.n;
  switch (agent.kind) {
    case "dqn":
      return await createDqn({ ...config, agent }, surroundings, device);
    case "tabular":
      return { agent: createTabular({ ...config, agent }, surroundings) };
    case "random":
      return {
        agent: new RandomAgent({
          actions,
          environments,
          width: rowWidth(surroundings.observationSpace),
          seed,
        }),
      };
  }
}

async function createDqn(
  config: DqnRunConfig,
  surroundings: Surroundings,
  device: AgentDevice,
): Promise<MadeAgent> {
  const learner = learnerOptions([config], surroundings);
  const gpu = device.gpu ?? await openDevice(learner, { ...deviceOptions(config), profile: device.profile });
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
  { observationSpace, actionSpace, masked }: Surroundings,
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
