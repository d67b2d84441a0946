/** What runs are called in titles of pictures. @module */
import { basename } from "@std/path";
import type { Experiment } from "../config/experiment.ts";
import { distinct } from "../config/values.ts";
import type { RunConfig } from "../config/run_config.ts";
import type { AgentConfig } from "../config/agent_config.ts";

/** A run with its preset's name. */
export interface NamedRun {
  readonly name: string;
  readonly config: Pick<RunConfig, "environment" | "seed">;
}

/** More names are counted. */
const mostNames = 3;

/** Preset, environment and seed of runs, as in `cartpole on CartPole-v1, seeds 0 to 4`. At least one run. */
export function nameRuns(runs: readonly NamedRun[]): string {
  const of = listed(runs.map(({ name }) => name), "presets");
  return `${of} on ${environmentsOf(runs)}, ${nameSeeds(runs.map(({ config }) => config.seed))}`;
}

/** Name, base, environment and seeds of an experiment, as {@linkcode nameRuns} has them. */
export function nameExperiment({ name, base, configurations, seeds }: Experiment): string {
  return `${name}: ${basename(base, ".json")} on ${environmentsOf(configurations)}, ${nameSeeds(seeds)}`;
}

/** As in `seed 3`, `seeds 0 to 4` or `seeds 1, 5, 7`. At least one seed. */
export function nameSeeds(all: readonly number[]): string {
  const seeds = distinct(all).toSorted((a, b) => a - b);
  const [first, last] = [seeds[0]!, seeds.at(-1)!];
  if (seeds.length === 1) return `seed ${first}`;
  if (seeds.length > 2 && last - first === seeds.length - 1) return `seeds ${first} to ${last}`;
  return seeds.length > 2 * mostNames ? `${seeds.length} seeds` : `seeds ${seeds.join(", ")}`;
}

function environmentsOf(runs: readonly Pick<NamedRun, "config">[]): string {
  return listed(runs.map(({ config }) => config.environment.id), "environments");
}

function listed(all: readonly string[], things: string): string {
  const names = distinct(all);
  return names.length > mostNames ? `${names.length} ${things}` : names.join(", ");
}

/** As in `Double DQN`. */
export function algorithmName(agent: AgentConfig): string {
  if (agent.kind === "dqn") return agent.double ? "Double DQN" : "DQN";
  if (agent.kind === "pqn") return "PQN";
  return agent.kind === "tabular" ? "Q-learning" : "Random policy";
}
