/** A run of a config: an agent, its environments and what watches them. @module */
import type { Agent, GreedyPolicy } from "../agents/agent.ts";
import { UsageError } from "../core/errors.ts";
import { atStart, type EndEvent, type Evaluation, type Progress, type TrainEvent } from "../core/events.ts";
import type { State } from "../core/state.ts";
import { deriveSeed, Stream } from "../core/random.ts";
import type { Environment, Observation } from "../envs/environment.ts";
import { VectorEnvironment } from "../envs/vector.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Profiler } from "../gpu/profiler.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import { EarlyStopping } from "../train/callbacks/early_stopping.ts";
import { EvaluateEvery } from "../train/callbacks/evaluate_every.ts";
import { Measure } from "../train/callbacks/measure.ts";
import { standardError, writeLine } from "../train/callbacks/progress_stream.ts";
import { WarnReturnsOutside } from "../train/callbacks/returns_outside.ts";
import { StopAtThreshold } from "../train/callbacks/stop_at_threshold.ts";
import { ValidationLoss } from "../train/callbacks/validation_loss.ts";
import type { Evaluator } from "../train/evaluate.ts";
import { collectTransitions } from "../train/held_out.ts";
import type { MemberOptions, StateKeeper } from "../train/member_run.ts";
import { cautionsOf } from "./cautions.ts";
import { evaluationSeed, makeEnvironment, type Phase } from "./environments.ts";
import { hasNoise, isDeep } from "./agent_config.ts";
import { withMode } from "./monitors.ts";
import type { RunConfig } from "./run_config.ts";
import type { EnvironmentSpaces } from "./environment_spaces.ts";

/** Who watches a run. */
export interface RunWatchers {
  /** Watch the run, after its evaluation and before whatever ends it. None by default. */
  readonly callbacks?: readonly Callback[];
  /** Takes the lines of what tells of itself, early stopping that is `verbose` say. Standard error by default. */
  readonly print?: (line: string) => void;
  /** Keeps full states of the run, a `StateFolder` say. Nobody by default. */
  readonly keeper?: StateKeeper;
  /**
   * A full state that a keeper was given, of a run of this config, which may have another budget: the first training goes on
   * from there as if it had never been ended, bit for bit on the same device. By default the run begins.
   */
  readonly resume?: State | undefined;
}

/** What {@linkcode TrainingRun.evaluate} takes. */
export interface RunEvaluationOptions {
  /** The config's `evaluation.final.episodes` by default. */
  readonly episodes?: number;
  /** An unsigned 32-bit integer, the run's own by default. Training never evaluates on start states of this method. */
  readonly seed?: number;
  /** Whether noisy layers draw noise; the config's `evaluation.noise` by default. */
  readonly noise?: boolean | undefined;
  /** Ends the play when aborted: the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** How a run can be ended. */
export interface RunTrainOptions {
  /** Ends the run cleanly, between two chunks, when aborted. */
  readonly signal?: AbortSignal;
}

/** What a {@linkcode TrainingRun} is made of. */
export interface RunParts {
  /** The device it runs on; none for agents that need none. */
  readonly gpu: Gpu | undefined;
  /** Who learns. */
  readonly agent: Agent;
  /** What the agent knows of its environments. */
  readonly spaces: EnvironmentSpaces;
  /** The environments of training, if they are stepped on the host. */
  readonly environment?: VectorEnvironment;
  /** Plays its greedy episodes. */
  readonly evaluator: Evaluator;
  /** Who watches. */
  readonly watchers: RunWatchers;
  /** Adds up kernel times while this run goes on, if it is timed. */
  readonly profiler?: Profiler | undefined;
  /** Trains the run to its end. */
  train(run: TrainingRun, options: RunTrainOptions): Promise<EndEvent>;
  /** Frees what the run holds. */
  dispose(): void;
}

/** An agent, its environments and what watches them, made by `createRun` or as a member of a `createPopulation`. */
export class TrainingRun {
  /** The config with its defaults. */
  readonly config: RunConfig;
  /** The device it runs on; none for agents that need none. */
  readonly gpu: Gpu | undefined;
  /** Who learns. */
  readonly agent: Agent;
  /** What the agent knows of its environments. */
  readonly spaces: EnvironmentSpaces;
  readonly #parts: RunParts;
  readonly #reached = new Reached();
  #environment: VectorEnvironment | undefined;
  /** What `makeEnvironment` made. */
  readonly #made: Environment<Observation>[] = [];
  /** The same in every training, as they know what was before. */
  #callbacks: readonly Callback[] | undefined;
  /** What the first training goes on from. */
  #resume: State | undefined;

  /** Use `createRun`. */
  constructor(config: RunConfig, parts: RunParts) {
    this.config = config;
    this.gpu = parts.gpu;
    this.agent = parts.agent;
    this.spaces = parts.spaces;
    this.#environment = parts.environment;
    this.#parts = parts;
    this.#resume = parts.watchers.resume;
  }

  /** The environments of training; where they live on the device, ones like them on the host, to look at. */
  get environment(): VectorEnvironment {
    const make = () => this.makeEnvironment("training");
    return this.#environment ??= new VectorEnvironment(this.config.environment.count, make);
  }

  /**
   * Trains until the budget is spent, the threshold is reached, a callback stops the run or `signal` is aborted.
   *
   * Called again it goes on where it ended, for the budget once more: counts, episodes, schedules and evaluations go on,
   * files of callbacks grow, and what watches the run knows what was before. Two trainings of 600 steps are one of 1,200,
   * but for the evaluation at the end of the first. What has ended it, early stopping say, may soon end it again.
   *
   * @returns The last event, with the reason of the end.
   * @throws {TrainingError} When a loss is not finite or the device failed.
   * @throws {UsageError} When the environment gives what cannot be used.
   */
  async train(options: RunTrainOptions = {}): Promise<EndEvent> {
    return await this.#parts.train(this, options);
  }

  /** The run as a member of a population: what `trainTogether` takes. */
  member(): MemberOptions {
    const { agent, config: { budget } } = this;
    const { keeper } = this.#parts.watchers;
    const print = this.#print;
    if (!this.#callbacks) {
      cautionsOf(this.config, this.spaces.observationSpace).forEach((caution) => print(caution));
    }
    const callbacks = this.#callbacks ??= this.#makeCallbacks();
    const resume = this.#resume;
    this.#resume = undefined;
    const { onDivergence } = this.config;
    return {
      agent,
      budget,
      callbacks,
      from: this.#reached.progress,
      ...keeper ? { keeper } : {},
      ...resume === undefined ? {} : { resume },
      ...onDivergence.kind === "rollback" ? { rollbacks: onDivergence.times } : {},
      note: print,
    };
  }

  /**
   * Plays greedy episodes on start states of their own; training is not disturbed.
   *
   * @throws {UsageError} When noise is wanted and no layer is noisy.
   */
  async evaluate(options: RunEvaluationOptions = {}): Promise<Evaluation> {
    return await this.#play("final", { episodes: this.config.evaluation.final.episodes, ...options });
  }

  /** Plays the greedy episodes of the config's test phase, on start states of their own; none if it has no such phase. */
  async test(options: RunEvaluationOptions = {}): Promise<Evaluation | undefined> {
    if (!this.config.test) return undefined;
    return await this.#play("test", { ...this.config.test, ...options });
  }

  /**
   * A policy for one environment, as evaluations play.
   *
   * @param noise In place of the config's `evaluation.noise`.
   * @throws {UsageError} When noise is wanted and no layer is noisy.
   */
  policy({ noise }: Pick<RunEvaluationOptions, "noise"> = {}): GreedyPolicy {
    return this.agent.policy(1, { noise: this.#drawsNoise(noise) });
  }

  /** The seed from which `evaluate({ seed })` starts its episode `index`, to play the same one alone. */
  episodeSeed(index: number, seed: number = this.config.seed): number {
    return deriveSeed(evaluationSeed(seed, "final"), Stream.evaluation, index);
  }

  /** A new environment as in training or, by default, as in evaluations, with its wrappers; closed with the run. */
  makeEnvironment(phase: Phase = "evaluation"): Environment<Observation> {
    const env = makeEnvironment(this.config, phase);
    if (env.close) this.#made.push(env);
    return env;
  }

  /** Frees device memory, and the device unless it was the caller's; closes environments. */
  dispose(): void {
    for (const env of this.#made) env.close?.();
    this.#parts.dispose();
  }

  /** Takes what the run tells of itself. */
  get #print(): (line: string) => void {
    return this.#parts.watchers.print ?? ((line) => writeLine(standardError, line));
  }

  #makeCallbacks(): Callback[] {
    const { config } = this;
    const { profiler, watchers: { callbacks, print }, evaluator } = this.#parts;
    const { evaluation: { every, unit, episodes, noise, threshold, onSolved }, earlyStopping } = config;
    const all: Callback[] = [
      this.#reached,
      ...profiler ? [new CollectTimes(profiler)] : [],
      new EvaluateEvery({ interval: { every, unit }, episodes, seed: config.seed, noise, evaluator }),
      new Measure({ interval: config.log }),
      ...this.#watchValidation(),
      ...this.#watchReturns(),
      ...callbacks ?? [],
    ];
    if (earlyStopping) all.push(new EarlyStopping({ ...withMode(earlyStopping), ...print ? { print } : {} }));
    if (threshold !== undefined && onSolved === "stop") all.push(new StopAtThreshold(threshold));
    return all;
  }

  #drawsNoise(noise: boolean = this.config.evaluation.noise): boolean {
    if (noise && !hasNoise(this.config.agent)) {
      throw new UsageError("Cannot evaluate with noise: no layer of the agent is noisy, wanted one that is");
    }
    return noise;
  }

  async #play(
    purpose: "final" | "test",
    options: RunEvaluationOptions & { readonly episodes: number },
  ): Promise<Evaluation> {
    const { episodes, seed = this.config.seed, noise, signal } = options;
    return await this.#parts.evaluator(this.agent, {
      episodes,
      seed: evaluationSeed(seed, purpose),
      noise: this.#drawsNoise(noise),
      signal,
    });
  }

  #watchReturns(): Callback[] {
    const { agent } = this.config;
    if (!isDeep(agent) || agent.head?.kind !== "categorical") return [];
    const { vMin, vMax } = agent.head;
    return [
      new WarnReturnsOutside({
        bounds: [vMin as number, vMax as number],
        keys: ["agent.head.vMin", "agent.head.vMax"],
        print: this.#print,
      }),
    ];
  }

  #watchValidation(): Callback[] {
    const { agent, seed, validation } = this.config;
    if (!validation || agent.kind === "random") return [];
    const transitions = collectTransitions(() => this.makeEnvironment("evaluation"), {
      count: validation.transitions,
      seed: evaluationSeed(seed, "validation"),
    });
    return [new ValidationLoss({ transitions })];
  }
}

/** Knows how far the run has come. */
class Reached implements Callback {
  progress: Progress = atStart;

  notify(event: TrainEvent): void {
    if (event.kind !== "start" && event.kind !== "progress" && event.kind !== "end") return;
    const { step, update, episode, seconds } = event;
    this.progress = { step, update, episode, seconds };
  }

  save(): State {
    return null;
  }
}

/** Adds up kernel times between chunks, before the profiler runs out of room. */
class CollectTimes implements Callback {
  readonly #profiler: Profiler;

  constructor(profiler: Profiler) {
    this.#profiler = profiler;
  }

  notify(event: TrainEvent): void | Promise<void> {
    if (event.kind === "progress") return this.#profiler.collect();
  }

  save(): State {
    return null;
  }
}
