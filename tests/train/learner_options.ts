/** Small learners for tests. @module */
import type { LearnerOptions } from "../../src/learner/learner.ts";
import type { HyperParameters } from "../../src/ops/member.ts";

/** What a test may choose. */
interface Choices {
  readonly environments?: number;
  readonly gamma?: number;
  readonly epsilon?: number;
}

/** A double-free, unclipped DQN of one member for a quick test: Adam at 0.003, hard target copies every 10 updates. */
export function learnerOptions(sizes: readonly number[], choices: Choices = {}): LearnerOptions {
  const { environments = 1, gamma = 0.99, epsilon = 1 } = choices;
  const member: HyperParameters = {
    seed: 1,
    capacity: 2000,
    gamma,
    tau: 1,
    syncPeriod: 10,
    huberDelta: 1,
    clipValue: Infinity,
    clipNorm: Infinity,
    beta1: 0.9,
    beta2: 0.999,
    optimizerEpsilon: 1e-8,
    weightDecay: 0,
    learningRate: { kind: "constant", value: 0.003 },
    exploration: { kind: "constant", value: epsilon },
  };
  return {
    members: [member],
    sizes,
    batch: 32,
    capacity: member.capacity,
    sampling: "with-replacement",
    loss: "mse",
    double: false,
    optimizer: { kind: "adam", amsgrad: false },
    clipNorm: false,
    target: "update",
    initialization: "pytorch",
    masked: false,
    environments,
  };
}
