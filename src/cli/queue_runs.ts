/** Runs of a sweep as a queue has them, and back. @module */
import { join } from "@std/path";
import { isOnDevice } from "../config/device_loop.ts";
import { isKnownEnvironment } from "../config/environments.ts";
import type { Experiment } from "../config/experiment.ts";
import { groupPopulations, splitGroup } from "../config/population_groups.ts";
import { shapeKey } from "../config/population_shape.ts";
import { largestPopulation, leastAdapter } from "../config/population_size.ts";
import { parseConfig } from "../config/schema.ts";
import { excerpt, UsageError } from "../core/errors.ts";
import { type HeldJob, WorkerLacks } from "../queue/hand_out.ts";
import { gymnasiumPrefix } from "../envs/gymnasium/gymnasium.ts";
import { defaultPython } from "../envs/gymnasium/start.ts";
import type { QueuedConfiguration, QueuedRun } from "../queue/lay_out.ts";
import { type PlannedRun, runName } from "./sweep_folder.ts";

/**
 * Runs as jobs: each is what trains together, as far as it fits every adapter, or one run.
 *
 * @param together The most that do.
 */
export function jobsOf(
  { singlePopulation }: Experiment,
  runs: readonly PlannedRun[],
  together: number,
): PlannedRun[][] {
  if (runs.length === 0) return [];
  if (singlePopulation) return [[...runs]];
  return groupPopulations(runs).flatMap((group) =>
    group.length > 1 ? splitGroup(group, leastAdapter, { most: together }) : [group]
  );
}

/** A run as a queue has it. */
export function queuedRun({ configuration: { slug }, seed }: PlannedRun): QueuedRun {
  return { slug, seed };
}

/** The configurations of runs as a queue has them, each once. */
export function queuedConfigurations(runs: readonly PlannedRun[]): QueuedConfiguration[] {
  const found = new Map(runs.map((run) => [run.configuration.slug, run] as const));
  return [...found.values()].map(({ configuration: { slug, name, values, threshold }, config }) => ({
    slug,
    name,
    values,
    threshold,
    config,
  }));
}

/**
 * The same of an experiment that is halved: with what can train together, as whoever lays out a rung may not know what the
 * configs mean.
 *
 * @param most The most runs that do.
 */
export function halvedConfigurations(runs: readonly PlannedRun[], most: number): QueuedConfiguration[] {
  const shapes = new Map<string, number>();
  const configs = new Map(runs.map(({ configuration: { slug }, config }) => [slug, config] as const));
  return queuedConfigurations(runs).map((configuration) => {
    const config = configs.get(configuration.slug)!;
    if (!isOnDevice(config)) return configuration;
    const shape = shapeKey(config);
    if (!shapes.has(shape)) shapes.set(shape, shapes.size);
    const together = Math.max(1, Math.min(most, largestPopulation(leastAdapter, config)));
    return { ...configuration, population: shapes.get(shape), together };
  });
}

/**
 * The runs of a job, each in a folder of its own under `folder`.
 *
 * @throws {WorkerLacks} For an environment that is not known here, or that starts Python without leave to.
 * @throws {UsageError} For a config that is not valid.
 */
export function heldRuns(job: HeldJob, folder: string): PlannedRun[] {
  return job.runs.map(({ slug, name, values, threshold, config: written, seed, rung }) => {
    if (!/^[\w.-]+$/.test(slug)) {
      throw new UsageError(
        `Cannot train "${slug}": its name is no part of a path, wanted letters, digits, "-" and "."`,
      );
    }
    const parsed = { ...parseConfig(written, `${name}, seed ${seed}`), seed };
    const config = rung ? { ...parsed, budget: { ...parsed.budget, steps: rung.steps } } : parsed;
    const { id } = config.environment;
    if (!isKnownEnvironment(id)) {
      throw new WorkerLacks(
        `Cannot train ${name}, seed ${seed}: environment "${excerpt(id)}" is not known here, ` +
          "wanted --environments with the file that registers it",
      );
    }
    if (id.startsWith(gymnasiumPrefix) && !mayStartPython()) {
      throw new WorkerLacks(
        `Cannot train ${name}, seed ${seed}: environment "${
          excerpt(id)
        }" starts Python, which needs leave, ` +
          "wanted deno task worker:gymnasium",
      );
    }
    const configuration = { slug, name, values, config, ...threshold === null ? {} : { threshold } };
    return { configuration, seed, config, folder: join(folder, runName(slug, seed)) };
  });
}

function mayStartPython(): boolean {
  const command = defaultPython("Cannot train");
  return Deno.permissions.querySync({ name: "run", command }).state === "granted";
}
