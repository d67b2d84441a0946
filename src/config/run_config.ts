/** What a run config says, once read: the keys of `configs/*.json`, defaults filled in. @module */
import type { Interval } from "../core/events.ts";
import type { WrapperConfig } from "../envs/wrapper_config.ts";
import type { DeviceChoice } from "../gpu/choice.ts";
import type { KernelProfileName } from "../gpu/profiles.ts";
import type { Budget } from "../train/member_run.ts";
import type { AgentConfig } from "./agent_config.ts";
import type { NormalizationConfig } from "./normalization.ts";

/** Everything about a run. What each key means in full stands in `configs/schema.json`. */
export interface RunConfig {
  /** What the run is and where its values come from. */
  readonly description?: string;
  /** What is learned. */
  readonly environment: EnvironmentConfig;
  /** Who learns it. */
  readonly agent: AgentConfig;
  /** When the run ends: the bound that is reached first. */
  readonly budget: Budget;
  /** Fixes everything random, an unsigned 32-bit integer. */
  readonly seed: number;
  /** Where the environment lives. */
  readonly loop: "auto" | "host" | "device";
  /** Greedy evaluation; it chooses the best checkpoint. */
  readonly evaluation: EvaluationConfig;
  /** Held-out transitions, whose loss is the metric `validation/loss`. */
  readonly validation?: ValidationConfig;
  /** A phase of greedy episodes after training, with the best checkpoint. */
  readonly test?: { readonly episodes: number };
  /** What makes a checkpoint the best. */
  readonly checkpoints: CheckpointsConfig;
  /** What happens when numbers of the run are no longer finite. */
  readonly onDivergence: DivergenceConfig;
  /** Ends the run when a metric no longer improves. */
  readonly earlyStopping?: EarlyStoppingConfig;
  /** What the run writes and prints. */
  readonly log: LogConfig;
  /** Where the kernels run. */
  readonly device: DeviceChoice;
  /** Tile and workgroup choices of the kernels. */
  readonly kernelProfile: KernelProfileName;
}

/** What is learned. */
export interface EnvironmentConfig {
  /** A registered id, as in `CartPole-v1`. */
  readonly id: string;
  /** Environments stepped at once. */
  readonly count: number;
  /** The environment's own options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The time limit in steps in place of the registered one; null for none. */
  readonly maxEpisodeSteps?: number | null;
  /** What stands between environment and agent, the innermost first; those of all environments together are the last. */
  readonly wrappers: readonly (WrapperConfig | NormalizationConfig)[];
}

/** Greedy evaluation in the course of training, and at its end. */
export interface EvaluationConfig extends Required<Interval> {
  /** Episodes played. */
  readonly episodes: number;
  /** Whether noisy layers draw noise. */
  readonly noise: boolean;
  /** Mean return that counts as solved. */
  readonly threshold?: number;
  /** Whether a run that is solved ends. */
  readonly onSolved: "stop" | "keep";
  /** Where the environment of evaluations differs from that of training. */
  readonly environment: Partial<Pick<EnvironmentConfig, "options" | "maxEpisodeSteps">>;
  /** Evaluation of the best checkpoint, on start states of its own. */
  readonly final: { readonly episodes: number };
}

/** Transitions of random play that training never sees. */
export interface ValidationConfig {
  /** How many. */
  readonly transitions: number;
}

/** What makes a checkpoint the best. */
export interface CheckpointsConfig {
  /** The metric that is compared. */
  readonly monitor: string;
  /** Whether it is to be small or large: by default, whichever is better. */
  readonly mode?: "min" | "max";
  /** Checkpoints kept. */
  readonly topK: number;
  /** Full states, by which a run that was ended or killed goes on. */
  readonly state: StatesConfig;
}

/** When full states of the run are kept, besides at its end. */
export interface StatesConfig {
  /** Counts from one to the next. */
  readonly every: number;
  /** What `every` counts: counts of the run, or minutes of wall time. */
  readonly unit: NonNullable<Interval["unit"]> | "minute";
  /** How many of the latest ones stay. */
  readonly keep: number;
}

/** The run fails; or it goes back so many times to its latest state, each time with half the learning rate. */
export type DivergenceConfig =
  | { readonly kind: "stop" }
  | { readonly kind: "rollback"; readonly times: number };

/** Ends the run when a metric no longer improves. */
export interface EarlyStoppingConfig {
  /** The metric that is watched. */
  readonly monitor: string;
  /** Whether it is to be small or large: by default, whichever is better. */
  readonly mode?: "min" | "max";
  /** Times it may be logged without improving. */
  readonly patience: number;
  /** Changes that are no improvement. */
  readonly minDelta: number;
  /** Value that is good enough to end the run at once. */
  readonly stoppingThreshold?: number;
  /** Whether each improvement is told. */
  readonly verbose: boolean;
}

/** What a run writes and prints. */
export interface LogConfig extends Required<Interval> {
  /** TensorBoard event files. */
  readonly tensorBoard: boolean;
  /** `updates.csv`. */
  readonly updates: boolean;
  /** `metrics.jsonl`. */
  readonly jsonLines: boolean;
  /** Charts of the run. */
  readonly pictures: boolean;
  /** `episode.gif`. */
  readonly animation: boolean;
  /** Lines printed in the course of training. */
  readonly print: readonly PrintConfig[];
  /** A chart in the terminal in place of the progress bar. */
  readonly chart: "none" | "length" | "return";
}

/** A line that is printed every so often. */
export interface PrintConfig {
  /** Counts from one line to the next. */
  readonly every: number;
  /** What `every` counts. */
  readonly unit: "episode" | "evaluation";
  /** The line, with placeholders. */
  readonly text: string;
}

/** A run config as it is written: what is left out takes its default. */
export type RunConfigInput = DeepPartial<RunConfig>;

/** `T` with every key optional, all the way down. */
export type DeepPartial<T> = T extends readonly unknown[] ? T
  : T extends object ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
  : T;
