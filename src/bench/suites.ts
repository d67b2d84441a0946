/** What is timed: bare updates, and whole training loops on CartPole-v1. @module */
import type { LearnerOptions } from "../learner/options.ts";
import { plainHyperParameters } from "../ops/member.ts";
import type { TrainRule } from "../train/host_collector.ts";

/** Sizes of a bare update, keyed `<hidden widths> batch <rows>`. */
export const updateCases: Readonly<
  Record<string, { readonly hidden: readonly number[]; readonly batch: number }>
> = {
  "64 batch 64": { hidden: [64], batch: 64 },
  "64-64 batch 64": { hidden: [64, 64], batch: 64 },
  "128-128 batch 128": { hidden: [128, 128], batch: 128 },
  "256-256 batch 64": { hidden: [256, 256], batch: 64 },
  "256-256 batch 512": { hidden: [256, 256], batch: 512 },
};

/** A training loop: one environment, acting epsilon-greedily at every step. */
export interface LoopCase {
  readonly hidden: readonly number[];
  readonly batch: number;
  readonly train: TrainRule;
  /** Steps before the clock starts, and in all. */
  readonly steps: readonly [untimed: number, all: number];
  readonly options: Partial<LearnerOptions>;
  readonly member: Partial<LearnerOptions["members"][number]>;
}

/** Loops as users write them elsewhere: a tutorial's, CleanRL's and SB3's zoo's. */
export const loopCases: Readonly<Record<string, LoopCase>> = {
  tutorial: {
    hidden: [128, 128],
    batch: 128,
    train: { every: 1, unit: "step", updates: 1, warmup: 128 },
    steps: [400, 2400],
    options: {
      sampling: "without-replacement",
      optimizer: { kind: "adamw", amsgrad: true },
      target: "update",
    },
    member: {
      tau: 0.005,
      clipValue: 100,
      weightDecay: 0.01,
      learningRate: { kind: "constant", value: 1e-4 },
      exploration: { kind: "exponential", start: 0.9, end: 0.05, decay: 1000, per: "step" },
    },
  },
  cleanrl: {
    hidden: [120, 84],
    batch: 128,
    train: { every: 10, unit: "step", updates: 1, warmup: 1000 },
    steps: [2000, 14000],
    options: { loss: "mse", target: "step" },
    member: { syncPeriod: 500 },
  },
  zoo: {
    hidden: [256, 256],
    batch: 64,
    train: { every: 256, unit: "step", updates: 128, warmup: 1000 },
    steps: [2000, 5100],
    options: { target: "step" },
    member: { syncPeriod: 500 },
  },
};

/** Learner options of a CartPole case: what the case does not say is common to all. */
export function learnerOptions(
  { hidden, batch }: { readonly hidden: readonly number[]; readonly batch: number },
  options: Partial<LearnerOptions> = {},
  member: LoopCase["member"] = {},
): LearnerOptions {
  return {
    members: [{
      ...plainHyperParameters,
      syncPeriod: 500,
      learningRate: { kind: "constant", value: 2.5e-4 },
      exploration: { kind: "constant", value: 0.05 },
      ...member,
    }],
    sizes: [4, ...hidden, 2],
    batch,
    capacity: 10_000,
    sampling: "with-replacement",
    loss: "huber",
    double: false,
    optimizer: { kind: "adam", amsgrad: false },
    clipNorm: false,
    target: "step",
    initialization: "pytorch",
    masked: false,
    environments: 1,
    ...options,
  };
}
