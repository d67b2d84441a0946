/** Keys of runs on a device. @module */
import type { Tree } from "../schema_keys.ts";
import { type Cases, differs, same, times } from "./case.ts";

const box: Tree = { environment: { id: "Walk-v0", options: { box: true } } };
const everyStep: Tree = {
  ...box,
  budget: { steps: 12 },
  log: { every: 1 },
  evaluation: { every: 100, episodes: 1 },
};
const small: Tree = { kind: "dqn", hidden: [4], replay: { capacity: 64, batch: 4 } };
/** The loss of held-out transitions, of an agent that learns nothing. */
const validated: Tree = {
  ...everyStep,
  agent: { ...small, optimizer: { kind: "sgd", learningRate: 0 } },
  validation: { transitions: 8 },
};
const pole: Tree = {
  environment: { id: "CartPole-v1" },
  agent: small,
  budget: { steps: 40 },
  loop: "device",
};

/** What comes of a run on a device, of an agent whose environment is on the host or there too. */
export const outcomesOnDevice: Cases = {
  "agent.kind": [{ values: ["random", "dqn"], facts: { agent: ["RandomAgent", "DqnAgent"] }, config: box }],
  "evaluation.noise": [{
    values: [false, true],
    facts: { evaluationReturns: differs, counts: same },
    config: {
      ...pole,
      agent: { ...small, hidden: [{ kind: "dense", width: 4, noisy: true, sigma: 3 }], exploration: 0 },
      evaluation: { every: 20, episodes: 8 },
    },
  }],
  "agent(dqn).replay.prefill": [{
    values: [0, 8],
    facts: { filled: [undefined, 8], updates: differs },
    config: everyStep,
  }],
  "agent(dqn).replay.warmup": [
    {
      values: [4, 10],
      facts: { updates: [[0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [...times(9, 0), 1, 2, 3]] },
      config: everyStep,
    },
    { values: [4, 10], facts: { counts: differs }, config: pole },
  ],
  "agent(dqn).train.every": [
    {
      values: [1, 2],
      facts: { updates: [[0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5]] },
      config: everyStep,
    },
    { values: [1, 2], facts: { counts: differs }, config: pole },
  ],
  "agent(dqn).train.unit": [{
    values: ["step", "episode"],
    facts: { updates: [[0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3]] },
    config: everyStep,
  }],
  "agent(dqn).train.updates": [
    {
      values: [1, 3],
      facts: {
        updates: [[0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 0, 0, ...times(9, 3).map((n, i) => n * (i + 1))]],
      },
      config: everyStep,
    },
    { values: [1, 3], facts: { counts: differs }, config: pole },
  ],
  "agent(dqn).gamma": [{
    values: [0.9, 0.5],
    facts: { validation: differs, q: same },
    config: validated,
  }],
  "agent(dqn).loss(huber).delta": [{
    values: [0.01, 1],
    facts: { validation: differs, q: same },
    config: validated,
  }],
  "environment.options": [{
    values: [{ box: true, masked: false }, { box: true, masked: true }],
    facts: { onlyLegal: [false, true] },
    config: { ...everyStep, agent: small },
  }],
  loop: [{ values: ["host", "device"], facts: { agent: ["DqnAgent", "DqnMember"] }, config: pole }],
  "environment.maxEpisodeSteps": [{
    values: [3, 4],
    facts: { lengths: [times(13, 3), times(10, 4)], evaluationLengths: [[3, 3], [4, 4]] },
    config: pole,
  }],
  "evaluation.environment.maxEpisodeSteps": [{
    values: [2, 3],
    facts: { evaluationLengths: [[2, 2], [3, 3]], finalLengths: [[2, 2, 2], [3, 3, 3]], lengths: same },
    config: pole,
  }],
  "environment.count": [{ values: [1, 2], facts: { environments: [1, 2], lengths: differs }, config: pole }],
  seed: [{ values: [1, 2], facts: { lengths: differs, q: differs }, config: pole }],
};

/** What comes of a run that opens its own device. */
export const outcomesOnOwnDevice: Cases = {
  device: [{
    values: ["webgpu", "wasm"],
    facts: { device: ["webgpu", "wasm"] },
    config: { ...everyStep, agent: small },
  }],
  kernelProfile: [{
    values: ["software", "gpu"],
    facts: { profile: ["software", "gpu"] },
    config: { ...everyStep, agent: small, device: "webgpu" },
  }],
};
