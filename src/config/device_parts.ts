/** What trains and evaluates a population on the device. @module */
import { prepareDeviceEnvironment } from "../device_envs/acting.ts";
import { deviceEnvironmentSpec } from "../device_envs/registry.ts";
import { recordedSteps, Rollout } from "../device_envs/rollout.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Learner } from "../learner/learner.ts";
import type { Collector } from "../train/collector.ts";
import { DeviceCollector } from "../train/device_collector.ts";
import { DeviceEvaluator } from "../train/device_evaluator.ts";
import type { Evaluator } from "../train/evaluate.ts";
import { environmentUse } from "./environments.ts";
import type { DqnRunConfig } from "./learner_options.ts";
import { warmupOf } from "./run_config.ts";

/** The loop of a population on the device. */
export interface DeviceParts {
  /** Of all members. */
  readonly collector: Collector;
  /** Plays the greedy episodes of a member. */
  evaluators(member: number): Evaluator;
  /** Frees device memory; the learner's stays. */
  dispose(): void;
}

/**
 * Environments, collector and evaluators of a learner whose member i is the run of config i.
 *
 * @throws {UsageError} When the environment cannot be used on the device.
 */
export async function createDeviceParts(
  gpu: Gpu,
  learner: Learner,
  configs: readonly DqnRunConfig[],
): Promise<DeviceParts> {
  const [config] = configs as readonly [DqnRunConfig, ...DqnRunConfig[]];
  const { environment: { id, count }, agent } = config;
  const spec = deviceEnvironmentSpec(id)!;
  const training = await prepareDeviceEnvironment(gpu, spec, environmentUse(config, "training"));
  const evaluating = await prepareDeviceEnvironment(gpu, spec, environmentUse(config, "evaluation"));
  const { members, online: network, replay } = learner;
  const rollout = new Rollout(gpu, {
    environment: training,
    environments: count,
    members,
    network,
    replay,
    sync: learner.options.target,
    records: recordedSteps(configs.length * count),
  });
  const train = { ...agent.train, warmup: warmupOf(agent.replay) };
  const collector = new DeviceCollector(learner, rollout, { train });
  const evaluator = new DeviceEvaluator(gpu, { environment: evaluating, network });
  return {
    collector,
    evaluators: (member) => evaluator.of(member),
    dispose() {
      collector.dispose();
      rollout.dispose();
    },
  };
}
