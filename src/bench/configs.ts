/** What is timed, in the words of run configs. @module */
import minatarDqn from "../../configs/minatar-dqn.json" with { type: "json" };
import minatarPqn from "../../configs/minatar-pqn.json" with { type: "json" };
import type { LayerConfig } from "../config/agent_config.ts";
import type { RunConfigInput } from "../config/run_config.ts";
import type { DeviceChoice } from "../gpu/choice.ts";
import type { Shape } from "../ops/layer.ts";

/** Where the environment of a loop lives. */
export type Loop = "device" | "host";

/** How cases are measured. */
export interface CaseSettings {
  /** Where the kernels run. */
  readonly device: DeviceChoice;
  /** Where the environment of loops lives. */
  readonly loop: Loop;
  /** Whether a fraction of the work will do, to see that everything runs. */
  readonly quick: boolean;
}

/** A hidden layer over a batch. */
export interface LayerCase {
  /** Shape of what goes in. */
  readonly input: Shape;
  /** As a config has it. */
  readonly layer: LayerConfig;
  /** Rows of the batch. */
  readonly batch: number;
}

/** A convolution of 3 x 3 over a batch of 32. */
function conv(input: Shape, channels: number): LayerCase {
  return { input, layer: { kind: "conv", channels, size: 3 }, batch: 32 };
}

/**
 * Layers: dense ones by `<inputs>x<outputs>x<batch>`, and convolutions by the shapes of input and output, over boards of MinAtar and
 * behind such a layer, each beside a dense layer of as many multiply-adds.
 */
export const layerCases: Readonly<Record<string, LayerCase>> = {
  ...Object.fromEntries(
    ([[128, 128, 128], [256, 256, 64], [120, 84, 128], [192, 192, 32], [304, 304, 32], [
      576,
      576,
      32,
    ]] as const)
      .map((size) => {
        const [inputs, width, batch] = size;
        return [size.join("x"), { input: [inputs], layer: { kind: "dense", width }, batch }];
      }),
  ),
  "4x10x10-16x8x8": conv([4, 10, 10], 16),
  "10x10x10-16x8x8": conv([10, 10, 10], 16),
  "32x8x8-32x6x6": conv([32, 8, 8], 32),
};

/** Sizes of a bare update, keyed `<hidden widths> batch <rows>`. */
export const updateCases: Readonly<Record<string, NonNullable<RunConfigInput["agent"]>>> = Object.fromEntries(
  ([
    [[64], 64],
    [[64, 64], 64],
    [[128, 128], 128],
    [[256, 256], 64],
    [[256, 256], 512],
  ] as const).map(([hidden, batch]) => [`${hidden.join("-")} batch ${batch}`, {
    kind: "dqn",
    hidden,
    optimizer: { kind: "adam", learningRate: 1e-3 },
    replay: { batch },
  }]),
);

/** An update that each part of the family is added to, 4-128-128-2 with a batch of 128. */
const plain = {
  kind: "dqn",
  hidden: [128, 128],
  optimizer: { kind: "adam", learningRate: 1e-3 },
  replay: { batch: 128 },
} as const;

const prioritized = { replay: { ...plain.replay, prioritized: {} } };
const noisyLayers = [128, { kind: "dense", width: 128, noisy: true }];
const categorical = { kind: "categorical", atoms: 51, vMin: 0, vMax: 100 };

/** The same update with each part of the family, and with those of Rainbow together. */
export const partCases: Readonly<Record<string, NonNullable<RunConfigInput["agent"]>>> = {
  plain,
  double: { ...plain, double: true },
  dueling: { ...plain, head: { dueling: true } },
  "3 steps": { ...plain, steps: 3 },
  prioritized: { ...plain, ...prioritized },
  "categorical 51": { ...plain, head: categorical },
  "quantile 51": { ...plain, head: { kind: "quantile", quantiles: 51 } },
  "quantile 200": { ...plain, head: { kind: "quantile", quantiles: 200 } },
  "implicit 8": { ...plain, head: { kind: "implicit" } },
  noisy: { ...plain, hidden: noisyLayers, head: { noisy: true } },
  normalization: { ...plain, hidden: Array(2).fill({ kind: "dense", width: 128, normalization: "layer" }) },
  munchausen: { ...plain, munchausen: {} },
  radam: { ...plain, optimizer: { ...plain.optimizer, kind: "radam" } },
  rainbow: {
    ...plain,
    ...prioritized,
    hidden: noisyLayers,
    head: { ...categorical, dueling: true, noisy: true },
    steps: 3,
    double: true,
    exploration: 0,
  },
};

/** A training loop. */
export interface LoopCase {
  readonly agent: NonNullable<RunConfigInput["agent"]>;
  /** Its environment's id, CartPole-v1 by default. */
  readonly id?: string;
  /** How many environments there are, 1 by default. */
  readonly environments?: number;
  /** Steps before the clock starts, and in all. */
  readonly steps: readonly [untimed: number, all: number];
  /** The same of a run that makes a few updates, to see that it does. */
  readonly quick: readonly [untimed: number, all: number];
}

const common = { kind: "dqn", gamma: 0.99, exploration: 0.05, clip: { kind: "none" } } as const;
const hardCopy = { tau: 1, every: 500, unit: "step" } as const;

/** Loops as users write them elsewhere: a tutorial's, CleanRL's and SB3's zoo's, of which `peers/` holds the same ones; and PQN. */
export const loopCases: Readonly<Record<string, LoopCase>> = {
  tutorial: {
    steps: [400, 2400],
    quick: [140, 200],
    agent: {
      ...common,
      hidden: [128, 128],
      loss: { kind: "huber" },
      optimizer: { kind: "adamw", learningRate: 1e-4, amsgrad: true, weightDecay: 0.01 },
      clip: { kind: "value", limit: 100 },
      target: { tau: 0.005, every: 1, unit: "update" },
      exploration: { kind: "exponential", start: 0.9, end: 0.05, decay: 1000, per: "step" },
      replay: { capacity: 10_000, batch: 128, sampling: "without-replacement" },
      train: { every: 1, updates: 1 },
    },
  },
  cleanrl: {
    steps: [2000, 14_000],
    quick: [1000, 1040],
    agent: {
      ...common,
      hidden: [120, 84],
      loss: { kind: "mse" },
      optimizer: { kind: "adam", learningRate: 2.5e-4 },
      target: hardCopy,
      replay: { capacity: 10_000, batch: 128, warmup: 1000 },
      train: { every: 10, updates: 1 },
    },
  },
  zoo: {
    steps: [2000, 5100],
    quick: [1000, 1050],
    agent: {
      ...common,
      hidden: [256, 256],
      loss: { kind: "huber" },
      optimizer: { kind: "adam", learningRate: 2.5e-4 },
      target: hardCopy,
      replay: { capacity: 10_000, batch: 64, warmup: 1000 },
      train: { every: 256, updates: 128 },
    },
  },
  pqn: {
    environments: 32,
    steps: [2048, 12_288],
    quick: [1024, 3072],
    agent: {
      kind: "pqn",
      gamma: 0.99,
      hidden: [128, 128],
      rollout: 32,
      minibatches: 8,
      epochs: 4,
      optimizer: { kind: "radam", learningRate: 1e-3 },
      exploration: 0.05,
    },
  },
};

/** The loops of presets on MinAtar's Breakout, of which `peers/` holds the same ones. */
export const minatarCases: Readonly<Record<string, LoopCase>> = {
  "minatar-dqn": {
    ...onBreakout(minatarDqn),
    steps: [6000, 12_000],
    quick: [5000, 5060],
  },
  "minatar-pqn": {
    ...onBreakout(minatarPqn),
    steps: [8192, 57_344],
    quick: [4096, 8192],
  },
};

/** What of a preset a loop is made of. */
function onBreakout({ environment: { id, count = 1 }, agent }: {
  readonly environment: { readonly id: string; readonly count?: number };
  readonly agent: object;
}): Pick<LoopCase, "agent" | "id" | "environments"> {
  return { id, environments: count, agent: agent as LoopCase["agent"] };
}

/** What {@linkcode runConfig} makes a config of, beside an agent. */
export interface RunOptions
  extends
    Pick<CaseSettings, "loop">,
    Partial<Pick<CaseSettings, "device">>,
    Pick<LoopCase, "id" | "environments"> {
  readonly steps: number;
  readonly seed?: number;
}

/** A run that evaluates only when it has ended, so that nothing but the loop is timed. */
export function runConfig(
  agent: NonNullable<RunConfigInput["agent"]>,
  { steps, loop, device = "auto", seed = 0, id = "CartPole-v1", environments: count = 1 }: RunOptions,
): RunConfigInput {
  return {
    environment: { id, count },
    agent,
    budget: { steps },
    seed,
    device,
    loop,
    evaluation: { every: steps + 1, episodes: 20 },
  };
}
