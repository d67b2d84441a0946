/** Runs that train together on one learner. @module */
import { DqnMember } from "../agents/dqn_member.ts";
import { UsageError } from "../core/errors.ts";
import type { EndEvent } from "../core/events.ts";
import { prepareDeviceEnvironment } from "../device_envs/prepare.ts";
import { deviceEnvironmentSpec } from "../device_envs/device_registry.ts";
import { masksActions } from "../device_envs/environment_modules.ts";
import { recordedSteps, Rollout } from "../device_envs/rollout.ts";
import type { Gpu } from "../gpu/device.ts";
import { Learner } from "../learner/learner.ts";
import type { Collector } from "../train/collector.ts";
import { DeviceCollector } from "../train/device_collector.ts";
import { DeviceEvaluator } from "../train/device_evaluator.ts";
import type { Evaluator } from "../train/evaluate.ts";
import { trainTogether } from "../train/trainer.ts";
import { assertOnDevice } from "./device_loop.ts";
import { deviceOptions, openLearnerDevice } from "./devices.ts";
import { environmentUse } from "./environments.ts";
import { type DeepRunConfig, learnerOptions } from "./learner_options.ts";
import { assertOneShape } from "./population_shape.ts";
import { assertPopulationFits } from "./population_size.ts";
import type { RunConfigInput } from "./run_config.ts";
import { trainRuleOf } from "./agent_config.ts";
import { asDqn } from "./pqn.ts";
import { parseConfig } from "./schema.ts";
import { type EnvironmentSpaces, environmentSpaces } from "./environment_spaces.ts";
import { type RunTrainOptions, type RunWatchers, TrainingRun } from "./training_run.ts";

/** What {@linkcode createPopulation} takes beside the configs. */
export interface PopulationOptions {
  /** Who watches the run of config `member`. Nobody by default. */
  readonly watchers?: (member: number) => RunWatchers;
  /** The device to run on, which stays the caller's. The default adapter's by default. */
  readonly gpu?: Gpu | undefined;
  /** Times every kernel, see `Gpu.profiler`; `false` by default. */
  readonly profile?: boolean;
}

/** What a {@linkcode Population} is made of. */
interface PopulationParts {
  readonly gpu: Gpu;
  readonly learner: Learner;
  readonly spaces: EnvironmentSpaces;
  readonly loop: DeviceLoop;
}

/** What trains and evaluates a population on the device. */
interface DeviceLoop {
  /** Of all members. */
  readonly collector: Collector;
  /** Plays the greedy episodes of a member. */
  evaluators(member: number): Evaluator;
  /** Frees device memory; the learner's stays. */
  dispose(): void;
}

/** Runs that are the members of one learner on one device. Each gives bit for bit what it gives alone. */
export class Population {
  /** The device that it runs on. */
  readonly gpu: Gpu;
  /** Networks and replay memories of all members. */
  readonly learner: Learner;
  /** The runs, in the order of their configs. When the last of them is disposed of, so is the population. */
  readonly members: readonly TrainingRun[];
  readonly #loop: DeviceLoop;
  readonly #closesGpu: boolean;

  /** Use {@linkcode createPopulation}. */
  constructor(configs: readonly DeepRunConfig[], parts: PopulationParts, options: PopulationOptions) {
    const { gpu, learner, spaces, loop } = parts;
    this.gpu = gpu;
    this.learner = learner;
    this.#loop = loop;
    this.#closesGpu = options.gpu === undefined;
    const alive = new Set(configs.keys());
    this.members = configs.map((config, member) => {
      const agent = new DqnMember(learner, member);
      return new TrainingRun(config, {
        gpu,
        agent,
        spaces,
        evaluator: loop.evaluators(member),
        watchers: options.watchers?.(member) ?? {},
        profiler: member === 0 ? gpu.profiler : undefined,
        train: async (_, given) => {
          if (configs.length > 1) throw notAlone(configs.length);
          const [end] = await this.train(given);
          if (end instanceof Error) throw end;
          return end!;
        },
        dispose: () => {
          if (!alive.delete(member)) return;
          agent.dispose();
          if (alive.size === 0) this.#close();
        },
      });
    });
  }

  /**
   * Trains every run to its end, as `TrainingRun.train` does one; called again it goes on likewise.
   *
   * @returns For each run its last event, or why it failed. A run that fails leaves the others as they are, unless the
   * device failed.
   */
  async train(options: RunTrainOptions = {}): Promise<readonly (EndEvent | Error)[]> {
    return await trainTogether(this.members.map((run) => run.member()), this.#loop.collector, options);
  }

  /** Frees device memory, and the device unless it was the caller's. */
  dispose(): void {
    for (const run of this.members) run.dispose();
  }

  #close(): void {
    this.#loop.dispose();
    this.learner.dispose();
    if (this.#closesGpu) this.gpu.close();
  }
}

function notAlone(count: number): TypeError {
  return new TypeError(`Cannot train one run of a population of ${count} alone, wanted Population.train`);
}

/**
 * Makes ready the runs of several configs, to train together on the device. The configs agree in everything that shapes
 * memory or the list of operations; what is left out of them takes its default.
 *
 * ```ts
 * const seeds = [0, 1, 2, 3];
 * const population = await createPopulation(seeds.map((seed) => ({
 *   environment: { id: "CartPole-v1" },
 *   budget: { steps: 20_000 },
 *   seed,
 * })));
 * for (const end of await population.train()) console.log(end instanceof Error ? end.message : end.reason);
 * for (const run of population.members) console.log((await run.evaluate()).mean);
 * population.dispose();
 * ```
 *
 * @throws {UsageError} When a config is wrong or cannot run on the device; when the configs differ where they may not, with
 * the keys; when the population is more than the adapter holds, with the number that fits; or no adapter answers.
 */
export async function createPopulation(
  configs: readonly RunConfigInput[],
  options: PopulationOptions = {},
): Promise<Population> {
  if (configs.length === 0) {
    throw new RangeError("Cannot create a population: no config is given, wanted one");
  }
  const resolved = configs.map((given) => {
    const config = parseConfig(given);
    assertOnDevice(config);
    return config;
  });
  assertOneShape(resolved);
  const [first] = resolved as [DeepRunConfig];
  const spaces = environmentSpaces(first);
  assertSameMasks(first, spaces);
  const learning = learnerOptions(resolved, spaces);
  const gpu = options.gpu ??
    await openLearnerDevice(learning, { ...deviceOptions(first), profile: options.profile ?? false });
  let learner: Learner | undefined;
  let loop: DeviceLoop | undefined;
  try {
    assertPopulationFits(gpu, learning, "device");
    learner = new Learner(gpu, learning);
    loop = await createDeviceLoop(gpu, learner, resolved);
    await gpu.ready();
    return new Population(resolved, { gpu, learner, spaces, loop }, options);
  } catch (error) {
    loop?.dispose();
    learner?.dispose();
    if (!options.gpu) gpu.close();
    throw error;
  }
}

/** @throws {UsageError} When one of an environment's twins masks actions and the other does not. */
function assertSameMasks({ environment: { id } }: DeepRunConfig, { masked }: EnvironmentSpaces): void {
  if (masksActions(deviceEnvironmentSpec(id)!) === masked) return;
  const [host, device] = masked ? ["masks actions", "has no env_legal"] : ["masks none", "has env_legal"];
  throw new UsageError(
    `Cannot run ${id} on the device: on the host it ${host}, and its WGSL ${device}; wanted the same of both`,
  );
}

/**
 * Environments, collector and evaluators of a learner whose member i is the run of config i.
 *
 * @throws {UsageError} When the environment cannot be used on the device.
 */
async function createDeviceLoop(
  gpu: Gpu,
  learner: Learner,
  configs: readonly DeepRunConfig[],
): Promise<DeviceLoop> {
  const [config] = configs as readonly [DeepRunConfig, ...DeepRunConfig[]];
  const { environment: { id, count }, agent } = config;
  const spec = deviceEnvironmentSpec(id)!;
  const training = await prepareDeviceEnvironment(gpu, spec, environmentUse(config, "training"));
  const evaluating = await prepareDeviceEnvironment(gpu, spec, environmentUse(config, "evaluation"));
  const { members, replay } = learner;
  const network = { ...learner.online, moments: learner.moments };
  const rollout = new Rollout(gpu, {
    environment: training,
    environments: count,
    members,
    network,
    replay,
    records: recordedSteps(configs.length * count),
  });
  const collector = new DeviceCollector(learner, rollout, { train: trainRuleOf(asDqn(agent, count)) });
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
