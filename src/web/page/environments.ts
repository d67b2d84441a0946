/** Environments and agents that can be put together, beside the presets. @module */
import type { RunConfigInput } from "../../config/run_config.ts";
import { presets } from "./presets.ts";

/** Kinds of agents. */
export const agentKinds = ["dqn", "tabular", "pqn", "random"] as const;

/** A kind of agent. */
export type AgentKind = typeof agentKinds[number];

/** Numbers in an observation of each environment; 0 where it is one of a count of states. */
export const environments: Readonly<Record<string, number>> = {
  "CartPole-v1": 4,
  "CartPole-v0": 4,
  "MountainCar-v0": 2,
  "Acrobot-v1": 6,
  "Gridworld-v0": 64,
  "FrozenLake-v1": 0,
  "FrozenLake8x8-v1": 0,
  "CliffWalking-v1": 0,
  "Taxi-v4": 0,
  "Rooms-v0": 0,
  "MinAtar/Asterix": 400,
  "MinAtar/Breakout": 400,
  "MinAtar/Freeway": 700,
  "MinAtar/Seaquest": 1000,
  "MinAtar/SpaceInvaders": 600,
};

/** What an agent of each kind begins with where no preset has it. */
const beginnings: Readonly<Record<AgentKind, Pick<RunConfigInput, "agent" | "budget" | "evaluation">>> = {
  dqn: {
    agent: { kind: "dqn", hidden: [128, 128] },
    budget: { steps: 50_000 },
    evaluation: { every: 1000, episodes: 20 },
  },
  tabular: {
    agent: { kind: "tabular" },
    budget: { steps: 200_000 },
    evaluation: { every: 5000, episodes: 20 },
  },
  pqn: {
    agent: { kind: "pqn", hidden: [128, 128], rollout: 256 },
    budget: { steps: 200_000 },
    evaluation: { every: 5000, episodes: 20 },
  },
  random: {
    agent: { kind: "random" },
    budget: { steps: 20_000 },
    evaluation: { every: 5000, episodes: 20 },
  },
};

/** The kind of a config's agent. */
export function agentKindOf({ agent }: RunConfigInput): AgentKind {
  return agent?.kind ?? "dqn";
}

/** Name of the first preset of this environment and kind of agent. */
export function presetOf(id: string, kind: AgentKind): string | undefined {
  return Object.keys(presets).find((name) => {
    const preset = presets[name]!;
    return preset.environment?.id === id && agentKindOf(preset) === kind;
  });
}

/** Whether an agent of this kind can learn the environment. */
export function canLearn(id: string, kind: AgentKind): boolean {
  return kind !== "tabular" || (environments[id] ?? 0) <= largestBinned;
}

/** Numbers of an observation that are cut into bins at most: a table has a row for each combination. */
const largestBinned = 6;

/** A run of any environment and agent: a preset's, or one of defaults, with what makes them fit. */
export function configOf(id: string, kind: AgentKind): RunConfigInput {
  const preset = presetOf(id, kind);
  return preset === undefined
    ? { environment: { id, wrappers: wrappersFor(id, kind) }, ...beginnings[kind] }
    : presets[preset]!;
}

/** States become zeros and a one for a network; numbers become bins for a table. */
function wrappersFor(
  id: string,
  kind: AgentKind,
): NonNullable<NonNullable<RunConfigInput["environment"]>["wrappers"]> {
  const numbers = environments[id] ?? 0;
  if ((kind === "dqn" || kind === "pqn") && numbers === 0) return [{ kind: "one-hot" }];
  if (kind !== "tabular" || numbers === 0) return [];
  const similar = presets[presetOf(id.replace("-v1", "-v0"), kind) ?? ""]?.environment?.wrappers;
  return similar ?? [{ kind: "discretize", bins: Array.from({ length: numbers }, () => 6) }];
}
