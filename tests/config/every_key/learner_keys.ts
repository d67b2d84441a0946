/** Keys that the learner is made with. @module */
import { type Case, type Cases, differs, starts } from "./case.ts";

/** A key whose value the learner is made with, under this name. */
function as(name: string, from: unknown, to: unknown): readonly Case[] {
  return [{ values: [from, to], facts: { [name]: [from, to] } }];
}

/** The keys of a number or schedule, which the learner is made with under this name. */
function scheduleAs(key: string, name: string): Cases {
  const common = (kind: string): Cases => ({
    [`${key}(${kind}).start`]: as(`${name}.start`, 0.5, 0.6),
    [`${key}(${kind}).end`]: as(`${name}.end`, 0.1, 0.2),
    [`${key}(${kind}).per`]: as(`${name}.per`, "update", "episode"),
  });
  return {
    [key]: as(`${name}.value`, 0.3, 0.4),
    [`${key}.kind`]: [{
      values: ["linear", "exponential"],
      facts: {
        [`${name}.kind`]: ["linear", "exponential"],
        [`${name}.duration`]: [20, undefined],
        [`${name}.decay`]: [undefined, 20],
      },
    }],
    ...common("linear"),
    ...common("exponential"),
    ...common("multiplicative"),
    [`${key}(linear).duration`]: as(`${name}.duration`, 30, 40),
    [`${key}(exponential).decay`]: as(`${name}.decay`, 30, 40),
    [`${key}(multiplicative).factor`]: as(`${name}.factor`, 0.7, 0.8),
  };
}

/** A key of a head, by which the model is made with these. */
function head(
  config: Readonly<Record<string, unknown>>,
  values: readonly [unknown, unknown],
  facts: Readonly<Record<string, readonly [unknown, unknown]>>,
): readonly Case[] {
  const model = Object.fromEntries(Object.entries(facts).map(([name, both]) => [`model.${name}`, both]));
  const agent = { kind: "dqn", ...starts["dqn"], head: config };
  return [{ values, config: { agent }, facts: { ...model, "model.head": differs } }];
}

/** A key of convolutions over a board `[2, 4, 4]`, and their outputs with each of its values. */
function conv(key: string, values: Case["values"], widths: readonly [number, number]): Cases {
  const layer = { kind: "conv", channels: 3, size: 2 };
  return {
    [`agent(dqn).hidden[](conv).${key}`]: [{
      values,
      config: { agent: { kind: "dqn", ...starts["dqn"], hidden: [layer] } },
      facts: { "model.widths": widths.map((width) => [32, width, 2]) as [number[], number[]] },
    }],
  };
}

/** The keys of what may be noisy, `part` of an agent. */
function noise(key: string, part: (options: Readonly<Record<string, unknown>>) => object): Cases {
  const agent = (options: Readonly<Record<string, unknown>>) => ({
    agent: { kind: "dqn", ...starts["dqn"], ...part(options) },
  });
  const facts: Case["facts"] = key.includes(".head(") ? { "model.head": differs } : {};
  const of = (values: Case["values"], options = {}): readonly Case[] => [
    { values, config: agent(options), facts: { "model.noisy": differs, ...facts } },
  ];
  return { [`${key}.noisy`]: of([false, true]), [`${key}.sigma`]: of([0.1, 0.2], { noisy: true }) };
}

function optimizer(kind: string, keys: Readonly<Record<string, string>>): Cases {
  const key = `agent(dqn).optimizer(${kind})`;
  const numbers = Object.entries(keys).map(([name, as]) => [`${key}.${name}`, as] as const);
  return {
    ...scheduleAs(`${key}.learningRate`, "members.learningRate"),
    [`${key}.weightDecay`]: as("members.weightDecay", 0.1, 0.2),
    ...Object.fromEntries(numbers.map(([path, name]) => [path, as(name, 0.3, 0.4)])),
  };
}

const adam = { beta1: "members.beta1", beta2: "members.beta2", epsilon: "members.optimizerEpsilon" };
const rmsprop = { alpha: "members.alpha", momentum: "members.momentum", epsilon: "members.optimizerEpsilon" };

/** What the learner is made with; all else of it stays as it is. */
export const handed: Cases = {
  seed: as("members.seed", 3, 4),
  "agent(dqn).hidden[](dense).width": as("model.widths", [4, 8, 2], [4, 5, 2]).map((one) => ({
    ...one,
    values: [8, 5],
  })),
  "agent(dqn).initialization": as("initialization", "pytorch", "he"),
  "agent(dqn).gamma": as("members.gamma", 0.9, 0.5),
  "agent(dqn).steps": as("steps", 1, 3),
  "agent(dqn).hidden[](dense).normalization": [{
    values: ["none", "layer"],
    config: { agent: { kind: "dqn", ...starts["dqn"], hidden: [{ kind: "dense", width: 4 }] } },
    facts: {
      "model.widths": [[4, 4, 2], [4, 4, 4, 4, 2]],
      "model.relu": [[true, false], [false, false, true, false]],
    },
  }],
  ...conv("channels", [3, 5], [27, 45]),
  ...conv("size", [2, 3], [27, 12]),
  ...conv("stride", [1, 2], [27, 12]),
  ...conv("padding", ["valid", "same"], [27, 48]),
  "agent(dqn).hidden[](conv).normalization": [{
    values: ["none", "layer"],
    config: { agent: { kind: "dqn", ...starts["dqn"], hidden: [{ kind: "conv", channels: 3, size: 2 }] } },
    facts: {
      "model.widths": [[32, 27, 2], [32, 27, 27, 27, 2]],
      "model.relu": [[true, false], [false, false, true, false]],
    },
  }],
  ...noise(
    "agent(dqn).hidden[](dense)",
    (options) => ({ hidden: [{ kind: "dense", width: 4, ...options }] }),
  ),
  ...Object.fromEntries(
    ["value", "categorical", "quantile"].flatMap((kind) =>
      Object.entries(noise(`agent(dqn).head(${kind})`, (options) => ({ head: { kind, ...options } })))
    ),
  ),
  "agent(dqn).head(value).dueling": head({ kind: "value" }, [false, true], {
    widths: [[4, 4, 2], [4, 8, 6]],
  }),
  ...Object.fromEntries(
    [{ kind: "categorical", atoms: 5 }, { kind: "quantile", quantiles: 5 }].map((one) => [
      `agent(dqn).head(${one.kind}).dueling`,
      head(one, [false, true], { widths: [[4, 4, 10], [4, 8, 18]] }),
    ]),
  ),
  "agent(dqn).head(categorical).atoms": head({ kind: "categorical" }, [2, 3], {
    widths: [[4, 4, 4], [4, 4, 6]],
  }),
  "agent(dqn).head(categorical).vMin": head({ kind: "categorical" }, [-2, 3], { V_MIN: [-2, 3] }),
  "agent(dqn).head(categorical).vMax": head({ kind: "categorical" }, [2, 3], { V_MAX: [2, 3] }),
  "agent(dqn).head(quantile).quantiles": head({ kind: "quantile" }, [2, 3], {
    widths: [[4, 4, 4], [4, 4, 6]],
  }),
  "agent(dqn).head(quantile).kappa": head({ kind: "quantile" }, [2, 3], {}),
  ...Object.fromEntries(
    ["quantiles", "targetQuantiles", "actionQuantiles", "cosines", "kappa"].map((key) => [
      `agent(dqn).head(implicit).${key}`,
      head({ kind: "implicit" }, [2, 3], {}),
    ]),
  ),
  "agent(dqn).double": as("double", false, true),
  ...Object.fromEntries(
    ([["alpha", 0.5, 0.6], ["temperature", 0.5, 0.6], ["clip", -1, -2]] as const).map(([key, from, to]) => [
      `agent(dqn).munchausen.${key}`,
      as(`munchausen.${key}`, from, to),
    ]),
  ),
  "agent(dqn).loss.kind": as("loss", "mse", "huber"),
  "agent(dqn).loss(huber).delta": as("members.huberDelta", 2, 3),
  "agent(dqn).optimizer.kind": [
    ...["adam", "adamw"].map((kind): Case => ({
      values: [kind, "sgd"],
      facts: {
        "optimizer.kind": [kind, "sgd"],
        "members.beta1": [0.9, 0],
        "members.beta2": [0.999, 0],
        "members.optimizerEpsilon": [1e-8, 0],
      },
    })),
    {
      values: ["rmsprop", "sgd"],
      facts: {
        "optimizer.kind": ["rmsprop", "sgd"],
        "members.alpha": [0.99, 0],
        "members.optimizerEpsilon": [1e-8, 0],
        "members.learningRate.value": [1e-2, 1e-3],
      },
    },
  ],
  ...optimizer("adam", adam),
  "agent(dqn).optimizer(adam).amsgrad": as("optimizer.amsgrad", false, true),
  ...optimizer("adamw", adam),
  "agent(dqn).optimizer(adamw).amsgrad": as("optimizer.amsgrad", false, true),
  ...optimizer("rmsprop", rmsprop),
  "agent(dqn).optimizer(rmsprop).centered": as("optimizer.centered", false, true),
  "agent(dqn).optimizer(rmsprop).epsilonInside": as("optimizer.epsilonInside", false, true),
  ...optimizer("radam", adam),
  ...optimizer("sgd", { momentum: "members.momentum" }),
  "agent(dqn).clip.kind": [
    { values: ["none", "value"], facts: { "members.clipValue": [Infinity, 5] } },
    { values: ["none", "norm"], facts: { "members.clipNorm": [Infinity, 5], clipNorm: [false, true] } },
  ],
  "agent(dqn).clip(value).limit": as("members.clipValue", 2, 3),
  "agent(dqn).clip(norm).limit": as("members.clipNorm", 2, 3),
  "agent(dqn).target.kind": [{
    values: [undefined, "none"],
    facts: { target: ["step", "none"], "members.syncPeriod": [500, 1], "members.syncFirst": [500, 1] },
  }],
  "agent(dqn).target.tau": as("members.tau", 0.5, 1),
  "agent(dqn).target.every": [{
    values: [100, 200],
    facts: { "members.syncPeriod": [100, 200], "members.syncFirst": [100, 200] },
  }],
  "agent(dqn).target.unit": as("target", "update", "episode"),
  "agent(dqn).target.first": as("members.syncFirst", 20, 30),
  ...scheduleAs("agent(dqn).exploration", "members.exploration"),
  "agent(dqn).replay.capacity": [{
    values: [64, 32],
    facts: { capacity: [64, 32], "members.capacity": [64, 32] },
  }],
  "agent(dqn).replay.batch": as("batch", 4, 8),
  "agent(dqn).replay.sampling": as("sampling", "with-replacement", "sequential"),
  "agent(dqn).replay.prioritized.alpha": as("members.priorityAlpha", 0.5, 0.7),
  "agent(dqn).replay.prioritized.epsilon": as("members.priorityEpsilon", 0.1, 0.2),
  ...scheduleAs("agent(dqn).replay.prioritized.beta", "members.priorityBeta"),
  "environment.count": as("environments", 1, 2),
  ...Object.fromEntries(
    (["observation", "reward"] as const).flatMap((of) =>
      ["epsilon", "clip", ...of === "reward" ? ["gamma"] : []].map((key) => [
        `environment.wrappers[](normalize-${of}).${key}`,
        as(`normalization.${of}s.${key}`, 0.25, 0.5),
      ])
    ),
  ),
};
