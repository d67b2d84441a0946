/** From a run config to the objects of a run: the only place that knows the concrete classes. @module */
import { DqnAgent } from "../agents/dqn.ts";
import { UsageError } from "../core/errors.ts";
import type { EndEvent, Evaluation, TrainEvent } from "../core/events.ts";
import { deriveSeed, Stream } from "../core/random.ts";
import { sizeOf } from "../core/spaces.ts";
import type { Environment, Observation } from "../envs/environment.ts";
import { assertEnvironment } from "../envs/check.ts";
import { makeEnv } from "../envs/registry.ts";
import { VectorEnvironment } from "../envs/vector.ts";
import { Gpu } from "../gpu/device.ts";
import { tuneSoftwareAdapter } from "../gpu/software.ts";
import { largestProduct } from "../learner/options.ts";
import type { Profiler } from "../gpu/profiler.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import { EvaluateEvery } from "../train/callbacks/evaluate_every.ts";
import { StopAtThreshold } from "../train/callbacks/stop_at_threshold.ts";
import { evaluate } from "../train/evaluate.ts";
import { HostCollector } from "../train/host_collector.ts";
import { train } from "../train/trainer.ts";
import { learnerOptions } from "./learner_options.ts";
import type { EnvironmentConfig, RunConfig, RunConfigInput } from "./run_config.ts";
import { parseConfig } from "./schema.ts";

/** What {@linkcode createRun} takes beside the config. */
export interface RunOptions {
  /** Watch the run, after its evaluation and before its threshold. None by default. */
  readonly callbacks?: readonly Callback[];
  /** The device to run on, which stays the caller's. The default adapter's by default. */
  readonly gpu?: Gpu;
  /** Times every kernel, see `Gpu.profiler`; `false` by default. */
  readonly profile?: boolean;
}

/** What {@linkcode TrainingRun.evaluate} takes. */
export interface RunEvaluationOptions {
  /** The config's `evaluation.final.episodes` by default. */
  readonly episodes?: number;
  /** An unsigned 32-bit integer, the run's own by default. Training never evaluates on start states of this method. */
  readonly seed?: number;
  /** Ends the play when aborted: the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** The number of the evaluation at the end, which those in the course of training never reach. */
const finalEvaluation = 0xffffffff;

/** An agent, its environments and what watches them, made by {@linkcode createRun}. */
export class TrainingRun {
  /** The config with its defaults. */
  readonly config: RunConfig;
  /** The device it runs on. */
  readonly gpu: Gpu;
  /** Who learns. */
  readonly agent: DqnAgent;
  /** The environments of training. */
  readonly environment: VectorEnvironment;
  readonly #callbacks: readonly Callback[];
  readonly #ownsGpu: boolean;

  /** Use {@linkcode createRun}. */
  constructor(config: RunConfig, parts: {
    gpu: Gpu;
    agent: DqnAgent;
    environment: VectorEnvironment;
    options: RunOptions;
  }) {
    this.config = config;
    this.gpu = parts.gpu;
    this.agent = parts.agent;
    this.environment = parts.environment;
    this.#callbacks = parts.options.callbacks ?? [];
    this.#ownsGpu = !parts.options.gpu;
  }

  /**
   * Trains until the budget is spent, the threshold is reached, a callback stops the run or `signal` is aborted.
   *
   * @returns The last event, with the reason of the end.
   * @throws {TrainingError} When a loss is not finite or the device failed.
   * @throws {UsageError} When the environment gives what cannot be used.
   */
  async train(options: { readonly signal?: AbortSignal } = {}): Promise<EndEvent> {
    const { agent, config, environment } = this;
    const { every, unit, episodes, threshold } = config.evaluation;
    const evaluateEvery = new EvaluateEvery({
      interval: { every, unit },
      episodes,
      seed: config.seed,
      makeEnvironment: () => makeEnvironment(config.environment),
    });
    return await train({
      ...options,
      agent,
      collector: new HostCollector(agent, environment, {
        train: { ...config.agent.train, warmup: config.agent.replay.warmup },
        seed: config.seed,
      }),
      budget: config.budget,
      callbacks: [
        ...this.gpu.profiler ? [new CollectTimes(this.gpu.profiler)] : [],
        evaluateEvery,
        ...this.#callbacks,
        ...threshold === undefined ? [] : [new StopAtThreshold(threshold)],
      ],
    });
  }

  /** Plays greedy episodes on start states of their own; training is not disturbed. */
  async evaluate(options: RunEvaluationOptions = {}): Promise<Evaluation> {
    const { seed = this.config.seed, episodes = this.config.evaluation.final.episodes } = options;
    return await evaluate(this.agent, {
      episodes,
      signal: options.signal,
      seed: deriveSeed(seed, Stream.evaluation, finalEvaluation),
      makeEnvironment: () => makeEnvironment(this.config.environment),
    });
  }

  /** Frees device memory, and the device unless it was the caller's. */
  dispose(): void {
    this.agent.dispose();
    if (this.#ownsGpu) this.gpu.close();
  }
}

/** Adds up kernel times between chunks, before the profiler runs out of room. */
class CollectTimes implements Callback {
  readonly #profiler: Profiler;

  constructor(profiler: Profiler) {
    this.#profiler = profiler;
  }

  async notify(event: TrainEvent): Promise<void> {
    if (event.kind === "progress") await this.#profiler.collect();
  }
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
  const { id, count } = resolved.environment;
  if (resolved.loop === "device") {
    throw new UsageError(
      `Cannot run ${id} with loop "device": it has no device version yet, wanted loop "auto" or "host"`,
    );
  }
  assertEnvironment(makeEnvironment(resolved.environment), { steps: 1 }); // What is malformed shows at the first step.
  const environment = new VectorEnvironment(count, () => makeEnvironment(resolved.environment));
  const masked = environment.reset(resolved.seed).actionMasks !== undefined;
  const { kernelProfile } = resolved;
  const learner = learnerOptions(resolved, {
    width: sizeOf(environment.observationSpace),
    actions: environment.actionSpace.n,
    masked,
  });
  if (!options.gpu) tuneSoftwareAdapter(largestProduct(learner));
  const gpu = options.gpu ?? await Gpu.open({ kernelProfile, profile: options.profile ?? false });
  try {
    const agent = await DqnAgent.create(gpu, learner);
    return new TrainingRun(resolved, { gpu, agent, environment, options });
  } catch (error) {
    if (!options.gpu) gpu.close();
    throw error;
  }
}

function makeEnvironment(
  { id, options, maxEpisodeSteps }: EnvironmentConfig,
): Environment<Observation> {
  return makeEnv<Observation>(id, {
    ...options,
    ...maxEpisodeSteps === undefined ? {} : { maxEpisodeSteps },
  });
}
