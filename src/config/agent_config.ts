/** What the key `agent` of a run config may hold. What each key means stands in `configs/schema.json`. @module */
import type {
  ExponentialSchedule,
  LinearSchedule,
  MultiplicativeSchedule,
  ScheduleUnit,
} from "../core/schedule.ts";
import type { Initialization } from "../ops/parameters.ts";
import type { Sampling } from "../ops/replay.ts";
import type { TrainRule } from "../train/update_rule.ts";

/** Who learns. */
export type AgentConfig = DeepConfig | TabularConfig | RandomConfig;

/** Agents whose Q values a network on the device computes. */
export type DeepConfig = DqnConfig | PqnConfig;

/** Whether an agent is one of these. */
export function isDeep(agent: AgentConfig): agent is DeepConfig {
  return agent.kind === "dqn" || agent.kind === "pqn";
}

/** Whether a layer of an agent is noisy. */
export function hasNoise(agent: AgentConfig): boolean {
  if (!isDeep(agent)) return false;
  return [...agent.hidden, agent.head].some((part) => typeof part === "object" && part["noisy"] === true);
}

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
  /** Transitions whose rewards a target adds up before it bootstraps. */
  readonly steps: number;
  /** Whether the online network chooses the target's action. */
  readonly double: boolean;
  /** Munchausen targets; absent for the usual ones. */
  readonly munchausen?: MunchausenConfig;
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

/** A PQN agent (Gallici et al., 2024): its keys that DQN has too mean the same. */
export interface PqnConfig
  extends
    Pick<DqnConfig, "hidden" | "head" | "initialization" | "gamma" | "optimizer" | "clip" | "exploration"> {
  /** Deep Q-learning of lambda returns, without a replay memory or a target network. */
  readonly kind: "pqn";
  /** How much what came counts beside what was expected. */
  readonly lambda: number;
  /** Steps of each environment between updates. */
  readonly rollout: number;
  /** Parts of a rollout's transitions, one an update. */
  readonly minibatches: number;
  /** Times that each transition is learned from. */
  readonly epochs: number;
}

/** Munchausen targets. */
export interface MunchausenConfig {
  /** Share of the log-policy in the reward. */
  readonly alpha: number;
  /** Of the softmax of Q values that is the policy. */
  readonly temperature: number;
  /** The least that the log-policy counts for. */
  readonly clip: number;
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
export type OptimizerConfig = AdamConfig | RadamConfig | RmspropConfig | SgdConfig;

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

/** `torch.optim.RAdam`. */
export interface RadamConfig extends StepConfig {
  /** Adam whose step is rectified by what the variance of its denominator is (Liu et al., 2020). */
  readonly kind: "radam";
  /** Decay of the mean gradient. */
  readonly beta1: number;
  /** Decay of the mean squared gradient. */
  readonly beta2: number;
  /** Keeps the denominator away from zero. */
  readonly epsilon: number;
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
  /** Whether the variance divides, and not the mean square. */
  readonly centered: boolean;
  /** Whether epsilon is under the root. */
  readonly epsilonInside: boolean;
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
  /** Draws transitions by their TD errors; without, all are as likely. */
  readonly prioritized?: PrioritizedConfig;
}

/** Prioritized replay: how likely a transition is to be drawn, and how much it counts then. */
export interface PrioritizedConfig {
  /** Exponent of the TD error's size. */
  readonly alpha: number;
  /** Exponent of the weight that makes up for it. */
  readonly beta: ScheduleConfig;
  /** Added to the TD error's size. */
  readonly epsilon: number;
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
