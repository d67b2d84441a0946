/** What may differ between agents side by side. @module */
import type { RunConfigInput } from "../../../config/run_config.ts";
import type { MemberValues } from "../../trainer/commands.ts";
import { type AgentKind, agentKindOf } from "../environments.ts";
import { valueAt } from "../schema.ts";

/** How many agents may train side by side. */
export const [fewest, most] = [2, 12];

/** Values that a key begins with, as a person would write them: from its value now, if that is written, and the whole config. */
type Suggestion = (now: unknown, config: RunConfigInput) => string;

const seeds: Suggestion = () => "0, 1, 2, 3, 4, 5";

/** The value as it is among some that are smaller and larger. */
const around: Suggestion = (now) => {
  const middle = typeof now === "number" && now > 0 ? now : 1e-3;
  return [0.1, 0.3, 1, 3, 10].map((factor) => Number((middle * factor).toPrecision(1))).join(", ");
};

/** Memories smaller than the one there is, that hold a batch and what a first update waits for. */
const capacities: Suggestion = (now, config) => {
  const largest = typeof now === "number" ? now : 10_000;
  const [batch, warmup] = ["batch", "warmup"].map((key) =>
    Number(valueAt(config, ["agent", "replay", key]) ?? 0)
  );
  const least = Math.max(batch!, warmup!, 100);
  const smaller = [0.01, 0.1, 0.3].map((part) => part * largest).filter((size) => size >= least);
  return [...smaller, largest, 3 * largest].map((size) => Math.round(size)).join(", ");
};

/** Longer periods than the one there is. */
const periods: Suggestion = (now) => {
  const shortest = typeof now === "number" ? now : 1;
  return [1, 3, 10, 30, 100].map((factor) => factor * shortest).join(", ");
};

/** Batches up to the one there is. */
const batches: Suggestion = (now) => {
  const largest = typeof now === "number" ? now : 64;
  return [8, 4, 2, 1].map((part) => Math.max(1, Math.round(largest / part))).join(", ");
};

const keys: Readonly<Record<AgentKind, Readonly<Record<string, Suggestion>>>> = {
  dqn: {
    "seed": seeds,
    "agent.optimizer.learningRate": around,
    "agent.gamma": () => "0.8, 0.9, 0.95, 0.99, 0.999",
    "agent.hidden": () => "[8], [32], [128], [64, 64]",
    "agent.double": () => "false, true",
    "agent.target.every": periods,
    "agent.replay.capacity": capacities,
    "agent.replay.batch": batches,
  },
  tabular: {
    "seed": seeds,
    "agent.learningRate": () => "0.03, 0.1, 0.3, 1",
    "agent.gamma": () => "0.8, 0.9, 0.95, 0.99, 1",
    "agent.initial": () => "-1, 0, 1",
  },
  pqn: {
    "seed": seeds,
    "agent.optimizer.learningRate": around,
    "agent.gamma": () => "0.8, 0.9, 0.95, 0.99, 0.999",
    "agent.lambda": () => "0, 0.3, 0.65, 0.9, 1",
    "agent.hidden": () => "[8], [32], [128], [64, 64]",
  },
  random: { seed: seeds },
};

/** Keys that mean something where there is a target network. */
const ofTarget = ["agent.double", "agent.target.every"];

/** Paths of the keys that a config's agents may differ in, the first one first thought of. */
export function keysFor(config: RunConfigInput): readonly string[] {
  const hasTarget = valueAt(config, ["agent", "target", "kind"]) !== "none";
  return Object.keys(keys[agentKindOf(config)]).filter((key) => hasTarget || !ofTarget.includes(key));
}

/** Values to begin with, as text. */
export function suggest(config: RunConfigInput, key: string): string {
  return keys[agentKindOf(config)][key]?.(valueAt(config, key.split(".")), config) ?? "";
}

/** The agents that a text asks for: JSON values with commas between them; undefined where it is none, or of too few or many. */
export function readMembers(key: string, text: string): readonly MemberValues[] | undefined {
  let values: unknown;
  try {
    values = JSON.parse(`[${text}]`);
  } catch {
    return undefined;
  }
  const list = values as readonly unknown[];
  if (list.length < fewest || list.length > most) return undefined;
  return list.map((value) => ({ [key]: value }));
}
