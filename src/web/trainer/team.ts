/** Runs that go on side by side. @module */
import { createRun, type RunOptions } from "../../config/build.ts";
import { isOnDevice } from "../../config/device_loop.ts";
import { setValues } from "../../config/overrides.ts";
import { createPopulation } from "../../config/population.ts";
import { shapeKey } from "../../config/population_shape.ts";
import { problemsError } from "../../config/problems.ts";
import type { RunConfig, RunConfigInput } from "../../config/run_config.ts";
import { jsonSchema, parseConfig } from "../../config/schema.ts";
import type { RunWatchers, TrainingRun } from "../../config/training_run.ts";
import { leaves, shortName, showValue } from "../../config/values.ts";
import type { EndEvent } from "../../core/events.ts";
import type { MemberValues } from "./commands.ts";

/** Runs that train at the same time: the only one there is, those of a population, or some that take turns. */
export interface Team {
  /** The runs, in their order. */
  readonly runs: readonly TrainingRun[];
  /** Trains all of them to their ends. For each its last event, or why it failed. */
  train(signal: AbortSignal): Promise<readonly (EndEvent | Error)[]>;
  /** Frees what they hold. */
  dispose(): void;
}

/** A run of a team before it is made. */
export interface Candidate {
  /** What sets it apart: `seed 3`. */
  readonly name: string;
  /** Not checked yet. */
  readonly config: RunConfigInput;
}

/** The runs of one config with other values each. @throws {UsageError} When a value belongs nowhere, or the config is wrong. */
export function candidates(config: RunConfigInput, members: readonly MemberValues[]): Candidate[] {
  const base = { written: config, resolved: parseConfig(config), schema: jsonSchema() };
  const known = leaves(base.resolved).map(([path]) => path);
  return members.map((values) => {
    const set = setValues(values, base);
    if (set.problems.length > 0) throw problemsError("the values side by side", [...set.problems]);
    const parts = Object.entries(values).map(([path, value]) =>
      `${shortName(path, known)} ${showValue(value)}`
    );
    return { name: parts.join(", "), config: set.config as RunConfigInput };
  });
}

/** Makes runs ready. @throws {UsageError} As `createRun` and `createPopulation` do. */
export async function openTeam(
  configs: readonly RunConfigInput[],
  watchers: (member: number) => RunWatchers,
): Promise<Team> {
  if (configs.length > 1 && fitTogether(configs.map((config) => parseConfig(config)))) {
    const population = await createPopulation(configs, { watchers });
    return {
      runs: population.members,
      train: (signal) => population.train({ signal }),
      dispose: () => population.dispose(),
    };
  }
  return await takeTurns(configs, watchers);
}

/** Whether runs can be one population. */
function fitTogether(configs: readonly RunConfig[]): boolean {
  return configs.every((config) => isOnDevice(config)) && new Set(configs.map(shapeKey)).size === 1;
}

/** Runs of their own, on the device of the first one. */
async function takeTurns(
  configs: readonly RunConfigInput[],
  watchers: (member: number) => RunWatchers,
): Promise<Team> {
  const runs: TrainingRun[] = [];
  const dispose = () => runs.toReversed().forEach((run) => run.dispose());
  try {
    for (const [member, config] of configs.entries()) {
      const gpu = runs.find((run) => run.gpu)?.gpu;
      const options: RunOptions = { ...watchers(member), ...gpu ? { gpu } : {} };
      runs.push(await createRun(config, options));
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    runs,
    train: (signal) => Promise.all(runs.map((run) => run.train({ signal }).catch((error: Error) => error))),
    dispose,
  };
}
