/** Small learners for tests. @module */
import type { LearnerOptions } from "../../src/learner/options.ts";
import { type HyperParameters, plainHyperParameters } from "../../src/ops/member.ts";
import { perceptron } from "../../src/ops/model.ts";

/** What a test may choose. */
interface Choices {
  readonly environments?: number;
  readonly gamma?: number;
  readonly epsilon?: number;
}

/** A plain DQN of one member for a quick test: Adam at 0.003, hard target copies every 10 updates. */
export function learnerOptions(sizes: readonly number[], choices: Choices = {}): LearnerOptions {
  const { environments = 1, gamma = 0.99, epsilon = 1 } = choices;
  const member: HyperParameters = {
    ...plainHyperParameters,
    seed: 1,
    capacity: 2000,
    gamma,
    syncPeriod: 10,
    learningRate: { kind: "constant", value: 0.003 },
    exploration: { kind: "constant", value: epsilon },
  };
  return {
    members: [member],
    model: perceptron(sizes),
    batch: 32,
    capacity: member.capacity,
    sampling: "with-replacement",
    prioritized: false,
    steps: 1,
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
