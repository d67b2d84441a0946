/** What the members of a population share, as it shapes memory or the list of operations. @module */
import { UsageError } from "../core/errors.ts";
import type { RunConfig } from "./run_config.ts";
import { type ReplayConfig, warmupOf } from "./agent_config.ts";
import { differingPaths, type Settings, settingsKey, valuesOf } from "./same_configuration.ts";

/** Paths of the keys that all members of a population share, with all keys below them. */
const shared = [
  "environment",
  "evaluation.environment",
  "agent.kind",
  "agent.hidden",
  "agent.head",
  "agent.initialization",
  "agent.steps",
  "agent.double",
  "agent.rollout",
  "agent.minibatches",
  "agent.epochs",
  "agent.munchausen",
  "agent.loss.kind",
  "agent.optimizer.kind",
  "agent.optimizer.amsgrad",
  "agent.optimizer.centered",
  "agent.optimizer.epsilonInside",
  "agent.clip.kind",
  "agent.target.kind",
  "agent.target.unit",
  "agent.replay.batch",
  "agent.replay.prefill",
  "agent.replay.sampling",
  "agent.replay.warmup",
  "agent.train",
  "device",
  "kernelProfile",
];

/** What is told of the other keys. */
const free =
  "seed, budget, evaluation and log; agent.gamma, agent.lambda, agent.exploration, agent.replay.capacity; the numbers of " +
  "agent.loss, agent.optimizer, agent.clip, agent.target and agent.replay.prioritized";

/** The shared values of a config by their paths. */
function shapeOf(config: RunConfig): Settings {
  const isShared = (path: string) => shared.some((key) => path === key || path.startsWith(`${key}.`));
  const { agent } = config;
  const given = [...valuesOf(config)].filter(([path]) => isShared(path));
  return new Map(agent.kind === "dqn" ? [...given, ...ofReplay(agent.replay)] : given);
}

/** What is shared of a replay memory, but not as it was said: the default of the warm-up goes with the batch. */
function ofReplay(replay: ReplayConfig): (readonly [path: string, value: number | boolean])[] {
  return [
    ["agent.replay.warmup", warmupOf(replay)],
    ["agent.replay.prioritized", replay.prioritized !== undefined],
  ];
}

/** The same text for configs whose runs can be members of one population. */
export function shapeKey(config: RunConfig): string {
  return settingsKey(shapeOf(config));
}

/** Paths of the shared keys in which these configs differ, in alphabetical order. */
export function shapeDifferences(configs: readonly RunConfig[]): string[] {
  return differingPaths(configs.map(shapeOf)).sort();
}

/** @throws {UsageError} When the runs of these configs cannot be one population, with the keys that differ. */
export function assertOneShape(configs: readonly RunConfig[]): void {
  const differing = shapeDifferences(configs);
  if (differing.length === 0) return;
  throw new UsageError(
    `Cannot train ${configs.length} runs as one population: ${differing.join(", ")} ` +
      `${differing.length === 1 ? "differs" : "differ"}, wanted the same in all. What may differ: ${free}`,
  );
}
