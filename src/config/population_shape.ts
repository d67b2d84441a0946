/** What the members of a population share, as it shapes memory or the list of operations. @module */
import { UsageError } from "../core/errors.ts";
import { isSame, leaves } from "./names.ts";
import { type RunConfig, warmupOf } from "./run_config.ts";

/** Paths of the keys that all members of a population share, with all keys below them. */
const shared = [
  "environment",
  "evaluation.environment",
  "agent.kind",
  "agent.hidden",
  "agent.initialization",
  "agent.double",
  "agent.loss.kind",
  "agent.optimizer.kind",
  "agent.optimizer.amsgrad",
  "agent.clip.kind",
  "agent.target.kind",
  "agent.target.unit",
  "agent.replay.batch",
  "agent.replay.prefill",
  "agent.replay.sampling",
  "agent.replay.warmup",
  "agent.train",
  "kernelProfile",
];

/** What is told of the other keys. */
const free =
  "seed, budget, evaluation and log; agent.gamma, agent.exploration, agent.replay.capacity; the numbers of " +
  "agent.loss, agent.optimizer, agent.clip and agent.target";

/** The shared values of a config by their paths, in alphabetical order. */
function shapeOf(config: RunConfig): Map<string, unknown> {
  const { agent } = config;
  const whole = agent.kind === "dqn"
    ? { ...config, agent: { ...agent, replay: { ...agent.replay, warmup: warmupOf(agent.replay) } } }
    : config;
  const isShared = (path: string) => shared.some((key) => path === key || path.startsWith(`${key}.`));
  return new Map(leaves(whole).filter(([path]) => isShared(path)).sort(([a], [b]) => a < b ? -1 : 1));
}

/** The same text for configs whose runs can be members of one population. */
export function shapeKey(config: RunConfig): string {
  return JSON.stringify([...shapeOf(config)]);
}

/** Paths of the shared keys in which these configs differ. */
export function shapeDifferences(configs: readonly RunConfig[]): string[] {
  const shapes = configs.map(shapeOf);
  const paths = new Set(shapes.flatMap((shape) => [...shape.keys()]));
  return [...paths].filter((path) => shapes.some((shape) => !isSame(shape.get(path), shapes[0]!.get(path))));
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
