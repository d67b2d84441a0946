import { assertEquals, assertThrows } from "@std/assert";
import { parseConfig } from "../../src/config/schema.ts";
import { UsageError } from "../../src/core/errors.ts";
import { least } from "./least_config.ts";

/** The lines of problems that parseConfig finds. */
function problems(given: unknown): string[] {
  const error = assertThrows(() => parseConfig(given, "it"), UsageError, "Cannot use it: ");
  const [head, ...lines] = error.message.split("\n");
  const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
  assertEquals(head, `Cannot use it: ${count}`);
  return lines.map((line) => line.trim());
}

Deno.test("parseConfig reports all problems at once, each with path, value and what was wanted", () => {
  const given = {
    environment: { id: "CartPole-v1", count: 0, maxEpisodeSteps: "x" },
    agent: {
      gamma: 1.5,
      hidden: [64, 0, "x"],
      double: "yes",
      optimizer: { kind: "adam", learningRat: 1e-3 },
      exploration: { kind: "linear", start: 1, end: 2 },
      target: { tau: 0, every: 1.5, unit: "steps" },
    },
    budgets: { steps: 10 },
    seed: -1,
  };
  assertEquals(problems(given), [
    "environment.count: 0, wanted an integer from 1 to 65536",
    'environment.maxEpisodeSteps: "x", wanted an integer from 1 to 4294967295, or null',
    "agent.hidden[1]: 0, wanted an integer from 1 to 65536",
    'agent.hidden[2]: "x", wanted an integer from 1 to 65536, or an object of kind "conv" or "dense"',
    "agent.gamma: 1.5, wanted a number from 0 to 1",
    'agent.double: "yes", wanted true or false',
    'agent.optimizer.learningRat: unknown key for kind "adam"; did you mean "learningRate"?',
    "agent.target.tau: 0, wanted a number above 0 and at most 1",
    "agent.target.every: 1.5, wanted an integer from 1 to 4294967295",
    'agent.target.unit: "steps", wanted "step", "update" or "episode"',
    "agent.exploration.end: 2, wanted a number from 0 to 1",
    "agent.exploration.duration: missing, wanted a number above 0",
    "budget: missing, wanted an object with steps, episodes or seconds",
    "seed: -1, wanted an integer from 0 to 4294967295",
    'budgets: unknown key; did you mean "budget"?',
  ]);
});

const [tiny, huge, nearOne] = [1e-50, 1e39, 0.99999999];
const schedule = { start: 1, end: 0, duration: 9 };

/** Keys that the device has as float32, the agents that have them, and what float32 has no number for. */
const unheld: readonly [agent: Record<string, unknown>, keys: string, values: readonly number[]][] = [
  [{}, "gamma target.tau exploration", [tiny, nearOne]],
  [{ exploration: { kind: "linear", ...schedule } }, "exploration.start exploration.end", [tiny, nearOne]],
  [{ exploration: { kind: "linear", ...schedule } }, "exploration.duration", [tiny, huge]],
  [{ exploration: { kind: "exponential", start: 1, end: 0 } }, "exploration.decay", [tiny, huge]],
  [{ optimizer: { kind: "adam" } }, "optimizer.beta1 optimizer.beta2", [tiny, nearOne]],
  [{ optimizer: { kind: "adam" } }, "optimizer.learningRate optimizer.weightDecay optimizer.epsilon", [
    tiny,
    1e-38,
    huge,
  ]],
  [{ optimizer: { kind: "rmsprop" } }, "optimizer.alpha optimizer.momentum", [tiny, nearOne]],
  [{ optimizer: { kind: "rmsprop" } }, "optimizer.epsilon", [tiny, huge]],
  [{ optimizer: { kind: "sgd" } }, "optimizer.momentum", [tiny, nearOne]],
  [{ loss: { kind: "huber" } }, "loss.delta", [tiny, huge]],
  [{ clip: { kind: "value" } }, "clip.limit", [tiny, huge]],
  [{ clip: { kind: "norm" } }, "clip.limit", [tiny, huge]],
  [{}, "replay.prioritized.alpha replay.prioritized.beta", [tiny, nearOne]],
  [{}, "replay.prioritized.epsilon", [tiny, huge]],
  [{ kind: "tabular" }, "initial", [tiny, huge, -huge]],
];

const wantedOf = (value: number) =>
  `a number that float32 can ${
    Math.abs(value) > 1 ? "hold, to 3.4e38" : value > 0.5 ? "tell from 1" : "tell from 0, from 1.2e-38 on"
  }`;

for (const [agent, keys, values] of unheld) {
  for (const key of keys.split(" ")) {
    Deno.test(`parseConfig refuses what float32 cannot hold: ${key} of ${JSON.stringify(agent)}`, () => {
      for (const value of values) {
        const given = structuredClone({ ...least, agent });
        const path = ["agent", ...key.split(".")];
        const last = path.pop()!;
        // deno-lint-ignore no-explicit-any
        const object = path.reduce((object: any, key) => object[key] ??= {}, given);
        object[last] = value;
        assertEquals(problems(given), [`agent.${key}: ${value}, wanted ${wantedOf(value)}`]);
      }
    });
  }
}

Deno.test("parseConfig refuses an object that holds itself", () => {
  const options: Record<string, unknown> = {};
  options["inner"] = [options];
  assertEquals(problems({ ...least, environment: { id: "CartPole-v1", options } }), [
    "config: values nested too deeply, wanted at most 64 levels",
  ]);
});

Deno.test("parseConfig refuses scales that float32 cannot hold", () => {
  for (const value of [1e-50, 1e39]) {
    const wrappers = [
      { kind: "scale-reward", factor: value, offset: value },
      { kind: "scale-observation", factor: [1, value], offset: [value] },
    ];
    const given = { ...least, environment: { id: "CartPole-v1", wrappers } };
    const paths = ["0].factor", "0].offset", "1].factor[1]", "1].offset[0]"];
    assertEquals(
      problems(given),
      paths.map((path) => `environment.wrappers[${path}: ${value}, wanted ${wantedOf(value)}`),
    );
  }
});

const notOfPqn =
  'unknown key for kind "pqn", wanted hidden, head, initialization, gamma, lambda, rollout, minibatches, ' +
  "epochs, optimizer, clip, exploration";

const cases: readonly [name: string, given: Record<string, unknown>, line: string][] = [
  ["an empty budget", { budget: {} }, "budget: {}, wanted an object with steps, episodes or seconds"],
  ["an endless budget", { budget: { seconds: 0 } }, "budget.seconds: 0, wanted a number above 0"],
  ["no environment", { environment: undefined }, "environment: missing, wanted an object with an id"],
  ["no id", { environment: {} }, "environment.id: missing, wanted the id of an environment"],
  [
    "an unknown kind",
    { agent: { optimizer: { kind: "adm" } } },
    'agent.optimizer.kind: "adm", wanted "adam", "adamw", "radam", "rmsprop" or "sgd"',
  ],
  [
    "an agent that is no object",
    { agent: 3 },
    'agent: 3, wanted an object of kind "dqn", "pqn", "tabular" or "random"',
  ],
  [
    "a kind of another type",
    { agent: { clip: { kind: 2 } } },
    'agent.clip.kind: 2, wanted "none", "value" or "norm"',
  ],
  [
    "another kind's key",
    { agent: { optimizer: { kind: "sgd", amsgrad: true } } },
    'agent.optimizer.amsgrad: unknown key for kind "sgd", wanted learningRate, weightDecay, momentum',
  ],
  [
    "a schedule of no kind",
    { agent: { exploration: "low" } },
    'agent.exploration: "low", wanted a number, or an object of kind "linear", "exponential" or "multiplicative"',
  ],
  ["an epsilon above 1", { agent: { exploration: 2 } }, "agent.exploration: 2, wanted a number from 0 to 1"],
  [
    "a wrong kind of target",
    { agent: { target: { kind: "nome" } } },
    'agent.target.kind: "nome", wanted "none"',
  ],
  [
    "keys beside no target",
    { agent: { target: { kind: "none", tau: 1 } } },
    'agent.target.tau: unknown key for kind "none", wanted none',
  ],
  [
    "another agent",
    { agent: { kind: "sarsa" } },
    'agent.kind: "sarsa", wanted "dqn", "pqn", "tabular" or "random"',
  ],
  [
    "a key of another agent",
    { agent: { kind: "tabular", hidden: [4] } },
    'agent.hidden: unknown key for kind "tabular", wanted gamma, learningRate, exploration, initial',
  ],
  [
    "an update of nothing",
    { agent: { replay: { warmup: 0 } } },
    "agent.replay.warmup: 0, wanted at least 1 where there is no prefill: an update needs a transition",
  ],
  [
    "a first synchronization after the second",
    { agent: { target: { every: 10, first: 11 } } },
    "agent.target.first: 11, wanted at most every, which is 10",
  ],
  [
    "one bin",
    { environment: { id: "x", wrappers: [{ kind: "discretize", bins: [3, 1] }] } },
    "environment.wrappers[0].bins[1]: 1, wanted an integer from 2 to 65536",
  ],
  [
    "more wrappers than a stack of calls has room for",
    { environment: { id: "x", wrappers: Array(17).fill({ kind: "one-hot" }) } },
    'environment.wrappers: [{"kind":"one-hot"},{"kind":"one-hot"},{"kind":"one-hot"}..., wanted at most 16 wrappers',
  ],
  [
    "an unknown wrapper",
    { environment: { id: "x", wrappers: [{ kind: "onehot" }] } },
    'environment.wrappers[0].kind: "onehot", wanted "discretize", "one-hot", "scale-reward", "scale-observation", "grayscale-observation", "resize-observation", "frame-stack-observation", "normalize-observation" or "normalize-reward"',
  ],
  [
    "a metric of no transitions",
    { earlyStopping: { monitor: "validation/loss", patience: 1 }, evaluation: { every: 100 } },
    'earlyStopping.monitor: "validation/loss", wanted another metric, or the key "validation": without it there are ' +
    "no held-out transitions",
  ],
  [
    "a metric that random play has none of",
    { agent: { kind: "random" }, checkpoints: { monitor: "loss" } },
    'checkpoints.monitor: "loss", wanted another metric: an agent that acts at random has none',
  ],
  [
    "returns outside of what has no bounds",
    { agent: { head: { kind: "quantile" } }, checkpoints: { monitor: "returnsOutside" } },
    'checkpoints.monitor: "returnsOutside", wanted another metric: only an agent.head of kind "categorical" has it',
  ],
  [
    "a step size that random play has none of",
    { agent: { kind: "random" }, checkpoints: { monitor: "learningRate" } },
    'checkpoints.monitor: "learningRate", wanted another metric: an agent that acts at random has none',
  ],
  ...["evaluation", "log"].map((key): (typeof cases)[number] => [
    `updates of random play in ${key}`,
    { agent: { kind: "random" }, [key]: { unit: "update" } },
    `${key}.unit: "update", wanted "step" or "episode": an agent that acts at random makes no updates`,
  ]),
  [
    "patience that no evaluation tries",
    { earlyStopping: { patience: 1 }, evaluation: { every: 1000 } },
    "earlyStopping.patience: 1, wanted evaluations to count in the course of the run: evaluation.every is 1000 and the " +
    "budget 1000 steps",
  ],
  [
    "another version",
    { formatVersion: 2 },
    "formatVersion: 2, wanted 1",
  ],
  [
    "a batch above the capacity",
    { agent: { replay: { capacity: 32, batch: 64 } } },
    "agent.replay.batch: 64, wanted at most the capacity of 32",
  ],
  [
    "a batch that is not there at the first update",
    { agent: { replay: { warmup: 63, sampling: "without-replacement" } } },
    "agent.replay.warmup: 63, wanted at least the batch of 64, which without-replacement sampling needs " +
    "from the first update on",
  ],
  [
    "a run that is not there at the first update",
    { agent: { replay: { warmup: 1, batch: 2, sampling: "sequential" } } },
    "agent.replay.warmup: 1, wanted at least the batch of 2, which sequential sampling needs from the first " +
    "update on",
  ],
  [
    "prioritized replay with draws of another kind",
    { agent: { replay: { prioritized: {}, sampling: "sequential" } } },
    'agent.replay.sampling: "sequential", wanted "with-replacement", as prioritized draws',
  ],
  [
    "an alpha of prioritized replay out of range",
    { agent: { replay: { prioritized: { alpha: 1.5 } } } },
    "agent.replay.prioritized.alpha: 1.5, wanted a number from 0 to 1",
  ],
  [
    "a beta of prioritized replay out of range",
    { agent: { replay: { prioritized: { beta: -0.1 } } } },
    "agent.replay.prioritized.beta: -0.1, wanted a number from 0 to 1",
  ],
  [
    "an epsilon of prioritized replay out of range",
    { agent: { replay: { prioritized: { epsilon: 0 } } } },
    "agent.replay.prioritized.epsilon: 0, wanted a number above 0",
  ],
  [
    "a schedule of beta that leaves its range",
    { agent: { replay: { prioritized: { beta: { kind: "linear", start: 0.4, end: 2, duration: 10 } } } } },
    "agent.replay.prioritized.beta.end: 2, wanted a number from 0 to 1",
  ],
  [
    "prioritized replay of a table",
    { agent: { kind: "tabular", replay: { prioritized: {} } } },
    'agent.replay: unknown key for kind "tabular", wanted gamma, learningRate, exploration, initial',
  ],
  [
    "a warm-up that outlasts the run",
    { agent: { replay: { warmup: 2000 } } },
    "budget.steps: 1000, wanted at least 2000, where agent.replay.warmup of 2000 and agent.train allow the first " +
    "update: nothing would be learned",
  ],
  [
    "an interval of updates that outlasts the run",
    { environment: { id: "x", count: 8 }, agent: { replay: { warmup: 990 }, train: { every: 300 } } },
    "budget.steps: 1000, wanted at least 1200, where agent.replay.warmup of 990 and agent.train allow the first " +
    "update: nothing would be learned",
  ],
  [
    "more environments than replay holds",
    { environment: { id: "x", count: 65 }, agent: { replay: { capacity: 64 } } },
    "environment.count: 65, wanted at most agent.replay.capacity, which is 64",
  ],
  ["a return of no step", { agent: { steps: 0 } }, "agent.steps: 0, wanted an integer from 1 to 1000"],
  [
    "returns of more steps than replay holds",
    { environment: { id: "x", count: 3 }, agent: { steps: 30, replay: { capacity: 64 } } },
    "agent.steps: 30, wanted at most 21, the steps of 3 environments that agent.replay.capacity of 64 holds",
  ],
  [
    "a distribution over one atom",
    { agent: { head: { kind: "categorical", atoms: 1 } } },
    "agent.head.atoms: 1, wanted an integer from 2 to 1000",
  ],
  [
    "atoms from high to low",
    { agent: { head: { kind: "categorical", vMin: 5, vMax: 5 } } },
    "agent.head.vMax: 5, wanted above vMin, which is 5",
  ],
  [
    "a quantile loss without a quadratic part",
    { agent: { head: { kind: "quantile", kappa: 0 } } },
    "agent.head.kappa: 0, wanted a number above 0",
  ],
  [
    "implicit quantiles over no fraction",
    { agent: { head: { kind: "implicit", targetQuantiles: 0 } } },
    "agent.head.targetQuantiles: 0, wanted an integer from 1 to 256",
  ],
  ...["dueling", "noisy"].map((key): [string, Record<string, unknown>, string] => [
    `implicit quantiles, ${key}`,
    { agent: { head: { kind: "implicit", [key]: true } } },
    `agent.head.${key}: unknown key for kind "implicit", wanted quantiles, targetQuantiles, actionQuantiles, cosines, kappa`,
  ]),
  [
    "a scale of noise where there is none",
    { agent: { hidden: [{ kind: "dense", width: 8, sigma: 0.1 }] } },
    "agent.hidden[0].sigma: 0.1, wanted nothing where noisy is not true",
  ],
  [
    "a scale of noise of 0",
    { agent: { head: { kind: "categorical", noisy: true, sigma: 0 } } },
    "agent.head.sigma: 0, wanted a number above 0",
  ],
  [
    "a convolution behind a dense layer",
    {
      agent: { hidden: [{ kind: "conv", channels: 4, size: 3 }, 64, { kind: "conv", channels: 4, size: 3 }] },
    },
    'agent.hidden[2]: {"kind":"conv","channels":4,"size":3}, wanted a dense layer, as layer 1 ' +
    'is one: layers of kind "conv" come before dense ones, which flatten what they see',
  ],
  ...([
    [{ size: 0 }, "size: 0, wanted an integer from 1 to 255"],
    [{ padding: "full" }, 'padding: "full", wanted "valid" or "same"'],
    [
      { noisy: true },
      'noisy: unknown key for kind "conv", wanted channels, size, stride, padding, normalization',
    ],
    [{ normalization: "batch" }, 'normalization: "batch", wanted "none" or "layer"'],
  ] as const).map(([options, problem]): [string, Record<string, unknown>, string] => [
    `a convolution with ${JSON.stringify(options)}`,
    { agent: { hidden: [{ kind: "conv", channels: 4, size: 3, ...options }, 64] } },
    `agent.hidden[0].${problem}`,
  ]),
  [
    "dueling streams of a convolution",
    { agent: { hidden: [{ kind: "conv", channels: 4, size: 3 }], head: { dueling: true } } },
    'agent.head.dueling: true, wanted false where the last hidden layer is of kind "conv": its streams need a dense layer ' +
    "whose width is a multiple of 4",
  ],
  [
    "dueling streams without a hidden layer",
    { agent: { hidden: [], head: { dueling: true } } },
    "agent.head.dueling: true, wanted false where the last hidden layer is missing: its streams need a dense layer " +
    "whose width is a multiple of 4",
  ],
  [
    "dueling streams of another width",
    {
      agent: {
        hidden: [64, { kind: "dense", width: 30, noisy: true }],
        head: { kind: "quantile", dueling: true },
      },
    },
    "agent.head.dueling: true, wanted false where the last hidden layer is of width 30: its streams need a dense " +
    "layer whose width is a multiple of 4",
  ],
  ...([
    [{ double: true }, "agent.double: true, wanted false, as no action is chosen, beside munchausen"],
    [{ steps: 3 }, "agent.steps: 3, wanted 1 beside munchausen"],
  ] as const).map(([beside, problem]): [string, Record<string, unknown>, string] => [
    `Munchausen targets with ${Object.keys(beside)}`,
    { agent: { munchausen: {}, ...beside } },
    problem,
  ]),
  [
    "Munchausen targets of implicit quantiles",
    { agent: { munchausen: {}, head: { kind: "implicit" } } },
    'agent.head: {"kind":"implicit"}, wanted one value an action beside munchausen',
  ],
  [
    "Munchausen targets of distributions",
    { agent: { munchausen: {}, head: { kind: "categorical", vMax: 3 } } },
    'agent.head: {"kind":"categorical","vMax":3}, wanted one value an action beside munchausen',
  ],
  ...([
    [{ replay: {} }, {}, `agent.replay: ${notOfPqn}`],
    [{ target: { kind: "none" } }, {}, `agent.target: ${notOfPqn}`],
    [{ lambda: 1.5 }, {}, "agent.lambda: 1.5, wanted a number from 0 to 1"],
    [{ rollout: 0 }, {}, "agent.rollout: 0, wanted an integer from 1 to 65536"],
    [{ head: { kind: "categorical" } }, {}, 'agent.head.kind: "categorical", wanted "value"'],
    [
      { rollout: 5, minibatches: 4 },
      { environment: { id: "CartPole-v1", count: 3 } },
      "agent.minibatches: 4, wanted a divisor of 15, the transitions of a rollout by environment.count of 3",
    ],
    [
      {},
      { environment: { id: "CartPole-v1", count: 10 }, budget: { steps: 310 } },
      "budget.steps: 310, wanted at least 320, the transitions of a rollout: nothing would be learned",
    ],
    [
      { hidden: [6], head: { dueling: true } },
      {},
      "agent.head.dueling: true, wanted false where the last hidden layer is of width 6: its streams need a dense layer " +
      "whose width is a multiple of 4",
    ],
  ] as const).map(([agent, rest, problem]): [string, Record<string, unknown>, string] => [
    `a PQN agent with ${JSON.stringify(agent)} and ${JSON.stringify(rest)}`,
    { agent: { kind: "pqn", ...agent }, ...rest },
    problem,
  ]),
  [
    "an unknown device",
    { device: "gpu" },
    'device: "gpu", wanted "auto", "webgpu" or "wasm"',
  ],
  [
    "an unknown profile",
    { kernelProfile: "cpu" },
    'kernelProfile: "cpu", wanted "auto", "software", "gpu" or "wasm"',
  ],
];

Deno.test("parseConfig refuses a metric that is never logged, and lists those that are", () => {
  for (const key of ["earlyStopping", "checkpoints"]) {
    const [line] = problems({ ...least, evaluation: { every: 100 }, [key]: { monitor: "evaluatonMean" } });
    assertEquals(
      line!.startsWith(`${key}.monitor: "evaluatonMean", wanted one of stepsPerSecond, `),
      true,
      line,
    );
    assertEquals(line!.endsWith('did you mean "evaluationMean"?'), true, line);
  }
});

for (const [name, given, line] of cases) {
  Deno.test(`parseConfig refuses ${name}`, () => assertEquals(problems({ ...least, ...given }), [line]));
}

Deno.test("parseConfig refuses what is no object", () => {
  for (const given of [null, 3, "x", []]) {
    assertEquals(problems(given), [`config: ${JSON.stringify(given)}, wanted an object`]);
  }
});
