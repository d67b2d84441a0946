/** Timing populations: many runs of the tutorial's loop at once, on the device. @module */
import { createPopulation } from "../config/population.ts";
import type { CaseResult } from "./case_process.ts";
import { type CaseSettings, loopCases, runConfig } from "./configs.ts";
import { Stopwatch } from "./stopwatch.ts";

/** How much is timed. */
export interface PopulationOptions {
  /** Step of each member at which the clock starts, 200 by default: some updates after the warm-up. */
  readonly from?: number;
  /** Least seconds that are timed, 3 by default. */
  readonly seconds?: number;
}

/** Steps that no population comes to in the seconds it has. */
const unreached = 100_000_000;

/**
 * Steps per second of all `members` members together, which differ in their seeds. The parameters of the first and the
 * last are looked at.
 *
 * @throws {TrainingError} When the training of any member diverged.
 * @throws {UsageError} When the adapter does not hold so many.
 */
export async function measurePopulation(
  members: number,
  { device }: Pick<CaseSettings, "device">,
  { from = 200, seconds = 3 }: PopulationOptions = {},
): Promise<CaseResult> {
  const controller = new AbortController();
  const first = new Stopwatch({ from, limit: { seconds, controller } });
  const last = members > 1 ? new Stopwatch({ from }) : first;
  const { agent } = loopCases["tutorial"]!;
  const configs = Array.from(
    { length: members },
    (_, seed) => runConfig(agent, { steps: unreached, device, loop: "device", seed }),
  );
  const watched = new Map([[0, first], [members - 1, last]]);
  const population = await createPopulation(configs, {
    watchers: (member) => ({ callbacks: watched.has(member) ? [watched.get(member)!] : [] }),
  });
  const ends = await population.train({ signal: controller.signal });
  const failure = ends.find((end) => end instanceof Error);
  if (failure) throw failure;
  const { kind, adapter } = population.gpu;
  population.dispose();
  const evidence = [first.evidence, last.evidence];
  return {
    figures: {
      device: kind,
      adapter,
      populationStepsPerSecond: { [members]: members * first.stepsPerSecond },
    },
    evidence: {
      finite: evidence.every(({ finite }) => finite),
      moved: evidence.every(({ moved }) => moved),
      updates: Math.min(...evidence.map(({ updates }) => updates)),
    },
  };
}
