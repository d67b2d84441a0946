/** What runs are made of: parts of configs by what they are called, in lists to choose from. @module */

// deno-lint-ignore no-explicit-any -- parts of configs, which parseConfig() looks at once they are joined
export type Part = any;
/** Parts of a config by what they are called. */
export type Parts = Readonly<Record<string, Part>>;

/** Values of which no part stays. */
const replaced = ["budget", "exploration", "learningRate"];

/** Later ones win, key by key; lists are replaced. */
export function merge(...parts: readonly Part[]): Part {
  const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  const join = (before: Part, after: Part, key: string): Part => {
    if (!isObject(before) || !isObject(after) || replaced.includes(key)) return after;
    const merged = { ...before };
    for (const [name, value] of Object.entries(after)) merged[name] = join(before[name], value, name);
    return merged;
  };
  return parts.reduce((before, after) => join(before, after, ""), {});
}

export const dqn = {
  agent: {
    kind: "dqn",
    hidden: [8],
    replay: { capacity: 100, batch: 8, warmup: 24 },
    exploration: { kind: "linear", start: 1, end: 0.1, duration: 150 },
  },
};
export const pqn = {
  agent: {
    kind: "pqn",
    hidden: [8],
    rollout: 8,
    minibatches: 2,
    epochs: 3,
    exploration: { kind: "linear", start: 1, end: 0.1, duration: 150 },
  },
};
export const common = {
  budget: { steps: 240 },
  evaluation: { every: 60, episodes: 2, final: { episodes: 2 } },
  checkpoints: { state: { every: 40 } },
  log: { every: 50, updates: true, jsonLines: true, tensorBoard: true, pictures: false, animation: false },
};

export const budgets: Parts = {
  "240 steps": { budget: { steps: 240 } },
  "16 episodes": { budget: { episodes: 16 } },
};
export const states: Parts = {
  "states by step": { checkpoints: { state: { every: 33, unit: "step" } } },
  "states by episode": { checkpoints: { state: { every: 3, unit: "episode" } } },
  "one state": { checkpoints: { state: { every: 35, unit: "step", keep: 1 } } },
};
export const statesByUpdate: Parts = {
  "states by update": { checkpoints: { state: { every: 31, unit: "update" } } },
};
export const evaluations: Parts = {
  "evaluated by step": {},
  "evaluated by episode": { evaluation: { every: 4, unit: "episode" } },
};
export const ends: Parts = {
  "no early end": {},
  "early stopping": { earlyStopping: { patience: 1, minDelta: 1000 } },
  threshold: { evaluation: { threshold: -1e6, onSolved: "keep" } },
  solved: { evaluation: { threshold: 9.6 } },
};
export const kept: Parts = {
  "best kept": {},
  "top 3": { checkpoints: { topK: 3 } },
  "top 2 of return100": { checkpoints: { topK: 2, monitor: "return100" } },
};
export const validations: Parts = {
  "no validation": {},
  validation: { validation: { transitions: 16 }, checkpoints: { monitor: "validation/loss" } },
  "no test": { log: { tensorBoard: false } },
  test: { test: { episodes: 2 } },
};
export const counts: Parts = { "1 environment": {}, "3 environments": { environment: { count: 3 } } };
export const explorations: Parts = {
  "epsilon constant": { agent: { exploration: 0.3 } },
  ...schedules("epsilon", { start: 1, end: 0.1 }, (schedule) => ({ agent: { exploration: schedule } })),
};
export const rates: Parts = {
  "rate constant": {},
  ...schedules(
    "rate",
    { start: 0.01, end: 0.001 },
    (schedule) => ({ agent: { optimizer: { learningRate: schedule } } }),
  ),
};
export const optimizers: Parts = {
  adam: { agent: { optimizer: { kind: "adam", learningRate: 0.003 } } },
  amsgrad: { agent: { optimizer: { kind: "adamw", learningRate: 0.003, amsgrad: true } } },
  rmsprop: { agent: { optimizer: { kind: "rmsprop", learningRate: 0.003, momentum: 0.5 } } },
  "centered rmsprop": {
    agent: {
      optimizer: { kind: "rmsprop", learningRate: 0.003, centered: true, epsilonInside: true, epsilon: 0.01 },
    },
  },
  radam: { agent: { optimizer: { kind: "radam", learningRate: 0.003 } } },
  sgd: { agent: { optimizer: { kind: "sgd", learningRate: 0.003, momentum: 0.9 } } },
};
export const targets: Parts = {
  "no target": { agent: { target: { kind: "none" } } },
  "target by step": { agent: { target: { tau: 1, every: 25, unit: "step" } } },
  "soft target by step, double": { agent: { double: true, target: { tau: 0.01, every: 2, unit: "step" } } },
  "target by update, double": { agent: { double: true, target: { tau: 1, every: 30, unit: "update" } } },
  "soft target by update": { agent: { target: { tau: 0.01, every: 1, unit: "update" } } },
  "target by episode, double": { agent: { double: true, target: { tau: 1, every: 3, unit: "episode" } } },
  "soft target by episode": { agent: { target: { tau: 0.01, every: 2, unit: "episode", first: 1 } } },
};
export const samplings: Parts = {
  ...Object.fromEntries(
    ["with-replacement", "without-replacement", "sequential"].map((
      sampling,
    ) => [sampling, { agent: { replay: { sampling } } }]),
  ),
  prioritized: {
    agent: { replay: { prioritized: { beta: { kind: "linear", start: 0.4, end: 1, duration: 300 } } } },
  },
};
export const losses: Parts = {
  huber: {},
  "mse, norm clipped": { agent: { loss: { kind: "mse" }, clip: { kind: "norm", limit: 1 } } },
  "value clipped": { agent: { clip: { kind: "value", limit: 0.1 } } },
};
export const heads: Parts = {
  "1 step": {},
  "3 steps": { agent: { steps: 3 } },
  Munchausen: { agent: { double: false, munchausen: {} } },
  dueling: { agent: { head: { kind: "value", dueling: true } } },
  "categorical, 2 steps": { agent: { steps: 2, head: { kind: "categorical", atoms: 5, vMin: 0, vMax: 20 } } },
  noisy: { agent: { hidden: [{ kind: "dense", width: 8, noisy: true }], head: { noisy: true } } },
  normalized: { agent: { hidden: [{ kind: "dense", width: 8, normalization: "layer" }] } },
  "quantile, dueling": { agent: { head: { kind: "quantile", quantiles: 3, dueling: true } } },
  implicit: { agent: { head: { kind: "implicit", quantiles: 2, targetQuantiles: 3, cosines: 5 } } },
};
/** Of PQN, whose rollouts are of 8 steps. */
export const rollouts: Parts = {
  "2 minibatches, 3 epochs": {},
  "4 minibatches, lambda 1": { agent: { minibatches: 4, lambda: 1 } },
  "dueling, value clipped": { agent: { head: { dueling: true }, clip: { kind: "value", limit: 0.1 } } },
};
export const stepRules: Parts = {
  "an update a step": {},
  "2 updates each 3 steps": { agent: { train: { every: 3, updates: 2 } } },
};
export const episodeRules: Parts = {
  "5 updates each 2 episodes": { agent: { train: { every: 2, unit: "episode", updates: 5 } } },
  "80 updates an episode": { agent: { train: { every: 1, unit: "episode", updates: 80 } } },
};
export const fills: Parts = { "no prefill": {}, prefill: { agent: { replay: { prefill: 40, warmup: 0 } } } };

const binned = { kind: "discretize", bins: [3, 3, 4, 3], low: [-1, -1, -0.2, -2], high: [1, 1, 0.2, 2] };
const short = { maxEpisodeSteps: 15 };
export const onDevice: Parts = {
  CartPole: { environment: { id: "CartPole-v1" } },
  MountainCar: { environment: { id: "MountainCar-v0", ...short } },
  Acrobot: { environment: { id: "Acrobot-v1", ...short } },
  Gridworld: { environment: { id: "Gridworld-v0", ...short } },
  "normalized CartPole": {
    environment: {
      id: "CartPole-v1",
      wrappers: [{ kind: "normalize-observation" }, { kind: "normalize-reward" }],
    },
  },
};
export const onHost: Parts = {
  ...onDevice,
  "scaled CartPole": {
    environment: {
      id: "CartPole-v1",
      wrappers: [
        { kind: "scale-observation", factor: [0.5, 0.5, 5, 0.5] },
        { kind: "scale-reward", factor: 0.1, offset: 0.5 },
      ],
    },
  },
  "binned CartPole, one-hot": {
    environment: { id: "CartPole-v1", wrappers: [binned, { kind: "one-hot" }] },
  },
  FrozenLake: { environment: { id: "FrozenLake-v1", ...short, wrappers: [{ kind: "one-hot" }] } },
  Rooms: { environment: { id: "Rooms-v0", ...short, wrappers: [{ kind: "one-hot" }] } },
};
export const inTables: Parts = {
  FrozenLake: { environment: { id: "FrozenLake-v1" } },
  CliffWalking: { environment: { id: "CliffWalking-v1", ...short } },
  Taxi: { environment: { id: "Taxi-v4", ...short } },
  Rooms: { environment: { id: "Rooms-v0", ...short } },
  "binned CartPole": { environment: { id: "CartPole-v1", wrappers: [binned] } },
};

function schedules(
  what: string,
  { start, end }: { start: number; end: number },
  of: (schedule: Part) => Part,
): Parts {
  return {
    [`${what} linear by step`]: of({ kind: "linear", start, end, duration: 150, per: "step" }),
    [`${what} exponential by update`]: of({ kind: "exponential", start, end, decay: 40, per: "update" }),
    [`${what} multiplicative by episode`]: of({
      kind: "multiplicative",
      start,
      end,
      factor: 0.8,
      per: "episode",
    }),
    [`${what} linear by episode`]: of({ kind: "linear", start, end, duration: 9, per: "episode" }),
    [`${what} multiplicative by step`]: of({ kind: "multiplicative", start, end, factor: 0.99, per: "step" }),
  };
}
