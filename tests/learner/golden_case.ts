/** Recorded updates of another implementation: what `learner.json` holds, and how to run it here. @module */
import type { LearnerOptions } from "../../src/learner/options.ts";
import type { OptimizerKind } from "../../src/ops/optimizer.ts";
import type { LossKind } from "../../src/ops/head.ts";
import { perceptron } from "../../src/ops/model.ts";
import { hyperParameters } from "../ops/random_values.ts";
import type { OptimizerRule } from "../ops/oracle_optimizer.ts";
import type { ReferenceRules } from "./reference.ts";

/** `learner.json`: updates by PyTorch in float64; parameters and inputs are exact in float32. */
export interface GoldenLearner {
  readonly cases: readonly GoldenCase[];
}

/** A layer as `torch.nn.Linear` has it, `weight` `[outputs, inputs]`. */
export interface GoldenLayer {
  readonly weight: readonly number[];
  readonly bias: readonly number[];
}

/** One network, and updates of it one after another. */
export interface GoldenCase {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly batch: number;
  /** PyTorch's argument names; absent ones have PyTorch's defaults. */
  readonly optimizer: {
    readonly kind: OptimizerKind;
    readonly lr: number;
    readonly betas?: readonly [number, number];
    readonly eps?: number;
    readonly alpha?: number;
    readonly momentum?: number;
    readonly weight_decay?: number;
    readonly amsgrad?: boolean;
  };
  readonly loss: LossKind;
  readonly gamma: number;
  readonly double: boolean;
  readonly clip: { readonly kind: "value" | "norm"; readonly limit: number } | null;
  readonly sync: { readonly tau: number } | { readonly every: number };
  readonly start: { readonly online: readonly GoldenLayer[]; readonly target: readonly GoldenLayer[] };
  readonly updates: readonly GoldenUpdate[];
}

/** A batch and what the update of it gave; the first and the last hold the optional parts. */
export interface GoldenUpdate {
  readonly observations: readonly number[];
  readonly actions: readonly number[];
  readonly rewards: readonly number[];
  readonly nextObservations: readonly number[];
  readonly terminated: readonly number[];
  readonly q: readonly number[];
  readonly targets: readonly number[];
  readonly tdErrors: readonly number[];
  readonly loss: number;
  readonly gradients?: readonly GoldenLayer[];
  readonly online?: readonly GoldenLayer[];
  readonly target?: readonly GoldenLayer[];
}

function optimizerRule({ optimizer, clip }: GoldenCase): OptimizerRule {
  const { kind, lr, betas: [beta1, beta2] = [0.9, 0.999], alpha = 0.99, momentum = 0 } = optimizer;
  return {
    kind,
    amsgrad: optimizer.amsgrad ?? false,
    learningRate: lr,
    beta1,
    beta2,
    momentum,
    alpha,
    epsilon: optimizer.eps ?? 1e-8,
    weightDecay: optimizer.weight_decay ?? (kind === "adamw" ? 0.01 : 0),
    clipValue: clip?.kind === "value" ? clip.limit : Infinity,
  };
}

/** The case for the twin. */
export function referenceRules(golden: GoldenCase): ReferenceRules {
  const { sizes, gamma, double, loss, clip, sync } = golden;
  return {
    sizes,
    optimizer: optimizerRule(golden),
    gamma,
    double,
    ...(loss === "huber" ? { delta: 1 } : {}),
    ...(clip?.kind === "norm" ? { clipNorm: clip.limit } : {}),
    tau: "tau" in sync ? sync.tau : 1,
    syncPeriod: "every" in sync ? sync.every : 1,
  };
}

/** The case for the learner. */
export function learnerOptions(golden: GoldenCase): LearnerOptions {
  const { epsilon, learningRate, kind, amsgrad, ...rule } = optimizerRule(golden);
  const { sizes, batch, gamma, double, loss, clip } = golden;
  const { tau, syncPeriod } = referenceRules(golden);
  const member = hyperParameters({
    ...rule,
    gamma,
    tau,
    syncPeriod,
    clipNorm: clip?.kind === "norm" ? clip.limit : Infinity,
    optimizerEpsilon: epsilon,
    learningRate: { kind: "constant", value: learningRate },
  });
  return {
    members: [member],
    model: perceptron(sizes),
    batch,
    capacity: member.capacity,
    sampling: "with-replacement",
    prioritized: false,
    steps: 1,
    loss,
    double,
    optimizer: { kind, amsgrad },
    clipNorm: clip?.kind === "norm",
    target: "update",
    initialization: "pytorch",
    masked: false,
    environments: 1,
  };
}
