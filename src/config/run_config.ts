/** What a run config says, once read: the keys of `configs/*.json`, defaults filled in. @module */
import type { Interval } from "../core/events.ts";
import type {
  ExponentialSchedule,
  LinearSchedule,
  MultiplicativeSchedule,
  ScheduleUnit,
} from "../core/schedule.ts";
import type { DeviceChoice } from "../gpu/choice.ts";
import type { KernelProfileName } from "../gpu/profiles.ts";
import type { Initialization } from "../ops/parameters.ts";
import type { Sampling } from "../ops/replay.ts";
import type { WrapperConfig } from "../envs/wrapper_config.ts";
import type { Budget } from "../train/member_run.ts";
import type { TrainRule } from "../train/update_rule.ts";

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
  /** What stands between environment and agent, the innermost first. */
  readonly wrappers: readonly WrapperConfig[];
}

/** Who learns. */
export type AgentConfig = DqnConfig | TabularConfig | RandomConfig;

/** Q-learning in a table of states and actions. */
export interface TabularConfig {
  /** Tabular Q-learning. */
  readonly kind: "tabular";
  /** Discount factor. */
  readonly gamma: number;
  /** Share of the TD error that an update corrects: alpha. */
  readonly learningRate: ScheduleConfig;
  /** Probability of a random action. */
  readonly exploration: ScheduleConfig;
  /** Every entry of the table at the start. */
  readonly initial: number;
}

/** Legal actions, each as likely as the others. */
export interface RandomConfig {
  /** Random actions. */
  readonly kind: "random";
}

/** A deep Q-learning agent. */
export interface DqnConfig {
  /** Deep Q-learning. */
  readonly kind: "dqn";
  /** The hidden layers: a width stands for a dense layer with a ReLU. */
  readonly hidden: readonly (number | LayerConfig)[];
  /** What the network's outputs mean; by default an output is the value of an action. */
  readonly head?: HeadConfig;
  /** How parameters start. */
  readonly initialization: Initialization;
  /** Discount factor. */
  readonly gamma: number;
  /** Whether the online network chooses the target's action. */
  readonly double: boolean;
  /** Loss of the TD errors. */
  readonly loss: LossConfig;
  /** How parameters step. */
  readonly optimizer: OptimizerConfig;
  /** Clipping of the gradient. */
  readonly clip: ClipConfig;
  /** When the target network follows the online one. */
  readonly target: TargetConfig;
  /** Probability of a random action. */
  readonly exploration: ScheduleConfig;
  /** The replay memory. */
  readonly replay: ReplayConfig;
  /** When the agent learns. */
  readonly train: TrainConfig;
}

/** A layer of a registered kind, with the kind's options. */
export interface LayerConfig {
  /** Its name. */
  readonly kind: string;
  /** An option. */
  readonly [option: string]: unknown;
}

/** A head of a registered kind, with the kind's options. */
export interface HeadConfig {
  /** Its name. */
  readonly kind: string;
  /** An option. */
  readonly [option: string]: unknown;
}

/** A number for the whole run, or one that changes. */
export type ScheduleConfig = number | LinearSchedule | ExponentialSchedule | MultiplicativeSchedule;

/** Of the TD error: squared, or Huber, which turns linear at `delta`. */
export type LossConfig =
  | { readonly kind: "mse" }
  | { readonly kind: "huber"; readonly delta: number };

/** PyTorch's optimizers, with the names and defaults they have there. */
export type OptimizerConfig = AdamConfig | RmspropConfig | SgdConfig;

/** What every optimizer has. */
export interface StepConfig {
  /** Step size. */
  readonly learningRate: ScheduleConfig;
  /** Pull of the parameters towards zero. */
  readonly weightDecay: number;
}

/** `torch.optim.Adam` and `AdamW`. */
export interface AdamConfig extends StepConfig {
  /** AdamW decays the weights apart from the gradient. */
  readonly kind: "adam" | "adamw";
  /** Decay of the mean gradient. */
  readonly beta1: number;
  /** Decay of the mean squared gradient. */
  readonly beta2: number;
  /** Keeps the denominator away from zero. */
  readonly epsilon: number;
  /** Whether the largest mean of squares divides. */
  readonly amsgrad: boolean;
}

/** `torch.optim.RMSprop`. */
export interface RmspropConfig extends StepConfig {
  /** RMSprop. */
  readonly kind: "rmsprop";
  /** Decay of the mean squared gradient. */
  readonly alpha: number;
  /** Decay of the sum of steps. */
  readonly momentum: number;
  /** Keeps the denominator away from zero. */
  readonly epsilon: number;
}

/** `torch.optim.SGD`. */
export interface SgdConfig extends StepConfig {
  /** Stochastic gradient descent. */
  readonly kind: "sgd";
  /** Decay of the sum of gradients. */
  readonly momentum: number;
}

/** Clipping of the gradient, entry by entry or by its global norm. */
export type ClipConfig =
  | { readonly kind: "none" }
  | { readonly kind: "value" | "norm"; readonly limit: number };

/** When the target network follows the online one, and how far; `none` does without a target network. */
export type TargetConfig =
  | { readonly kind: "none" }
  | { readonly tau: number; readonly every: number; readonly unit: ScheduleUnit; readonly first?: number };

/** The replay memory. */
export interface ReplayConfig {
  /** Transitions kept. */
  readonly capacity: number;
  /** Transitions of an update. */
  readonly batch: number;
  /** Steps of random play that fill the replay memory before training begins; they do not count. */
  readonly prefill: number;
  /** Environment steps before the first update; see {@linkcode warmupOf}. */
  readonly warmup?: number;
  /** How a batch is drawn. */
  readonly sampling: Sampling;
}

/** Environment steps before the first update: by default as many as a batch needs beside the prefill. */
export function warmupOf(
  { batch, prefill, warmup }: Pick<ReplayConfig, "batch" | "prefill" | "warmup">,
): number {
  return warmup ?? Math.max(batch - prefill, 0);
}

/** When the agent learns, once the replay memory is warm. */
export type TrainConfig = Omit<TrainRule, "warmup">;

/** When the agent of a config learns. */
export function trainRuleOf({ train, replay }: Pick<DqnConfig, "train" | "replay">): TrainRule {
  return { ...train, warmup: warmupOf(replay) };
}

/** Greedy evaluation in the course of training, and at its end. */
export interface EvaluationConfig extends Required<Interval> {
  /** Episodes played. */
  readonly episodes: number;
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
