/** Successive halving on a queue: whoever finishes a rung lays out the next one. @module */
import { decide, type Halving, trialValue } from "../config/halving.ts";
import type { Row, Session } from "./database.ts";
import {
  type QueuedConfiguration,
  type QueuedRun,
  type QueuedSweep,
  writeJobs,
  writeSweep,
} from "./lay_out.ts";
import type { Queue } from "./queue.ts";

/** Runs that were laid out for a rung. */
export interface LaidOutRung {
  readonly rung: number;
  readonly runs: number;
  readonly jobs: number;
}

/**
 * Lays out of a sweep that is halved what is next and is not laid out yet, all of it or nothing.
 *
 * @param configurations All of the sweep's, in the order in which they are named, by which equals are told apart.
 * @returns Undefined where there is nothing to lay out.
 */
export async function layOutHalved(
  queue: Queue,
  sweep: QueuedSweep,
  configurations: readonly QueuedConfiguration[],
): Promise<LaidOutRung | undefined> {
  return await queue.database.transaction(async (session) => {
    await writeSweep(session, sweep, configurations);
    return (await layOutNextRung(queue, session, sweep.id)).laidOut;
  });
}

/** What {@linkcode layOutNextRung} did. */
export interface NextRung {
  readonly laidOut: LaidOutRung | undefined;
  /** Runs whose states nobody goes on from any more, which are gone from the tables. */
  readonly cut: readonly string[];
}

/**
 * The same in a transaction that holds the sweep's row, so that no two do it: what is next is decided by the tables alone, and
 * by those runs alone that have a result.
 */
export async function layOutNextRung(queue: Queue, session: Session, id: string): Promise<NextRung> {
  const [row] = await session.query(
    "select experiment, rungs, lease, priority from qernel.sweep where id = $1",
    [id],
  ) as [Row];
  const sweep = { id, lease: row.lease, priority: row.priority };
  const { halving, seeds } = row.experiment as {
    readonly halving: Halving;
    readonly seeds: readonly number[];
  };
  const configurations = await session.query(
    "select id, slug, population, together from qernel.configuration where sweep = $1 order by id",
    [id],
  ) as LaidOutConfiguration[];
  const values = await valuesOf(session, id);
  const valueOf = (trial: number, seed: number, rung: number) =>
    values.get(`${configurations[trial]!.id} ${seed} ${rung}`);
  const options = { reduction: halving.reduction, rungs: row.rungs.length };
  const { next } = decide(configurations.length, options, (trial, rung) => {
    const found = seeds.map((seed) => valueOf(trial, seed, rung));
    return trialValue(found.map((value) => value === "unknown" ? undefined : value), halving);
  });
  const runs = seeds.flatMap((seed) =>
    (next?.trials ?? []).filter((trial) => valueOf(trial, seed, next!.rung) === undefined)
      .map((trial) => ({ ...configurations[trial]!, seed, rung: next!.rung }))
  );
  const jobs = groupIntoJobs(runs);
  if (jobs.length > 0) await writeJobs(queue, { session, sweep }, jobs);
  const cut = await removeStates(session, id, next?.rung ?? options.rungs);
  return {
    laidOut: next && jobs.length > 0 ? { rung: next.rung, runs: runs.length, jobs: jobs.length } : undefined,
    cut,
  };
}

/** A configuration, and what can train with it. */
interface LaidOutConfiguration {
  readonly id: string;
  readonly slug: string;
  readonly population: number | null;
  readonly together: number | null;
}

/**
 * What runs came to, by configuration, seed and rung: -Infinity where one failed, or measured nothing; `unknown` where it is
 * laid out and not done.
 */
async function valuesOf(session: Session, sweep: string): Promise<Map<string, number | "unknown">> {
  const rows = await session.query(
    "select configuration, seed, rung, value, result is not null as done from qernel.run where sweep = $1",
    [sweep],
  );
  return new Map(
    rows.map(({ configuration, seed, rung, value, done }) => [
      `${configuration} ${seed} ${rung}`,
      done ? value ?? -Infinity : "unknown",
    ]),
  );
}

/** Runs that train together, as equally many as can be. */
function groupIntoJobs(runs: readonly (LaidOutConfiguration & QueuedRun)[]): QueuedRun[][] {
  const groups = [...Map.groupBy(runs, (run) => run.population ?? run).values()];
  return groups.flatMap((group) => {
    const most = Math.min(...group.map(({ together }) => together ?? 1));
    const parts = Math.ceil(group.length / most);
    const start = (part: number) => Math.floor(part * group.length / parts);
    return Array.from({ length: parts }, (_, part) => group.slice(start(part), start(part + 1)));
  });
}

/** Removes the states of runs below a rung that nobody is to go on from. @returns Whose they were. */
async function removeStates(session: Session, sweep: string, rung: number): Promise<string[]> {
  const rows = await session.query(
    `with gone as (
       delete from qernel.file f using qernel.run r
       where f.run = r.id and r.sweep = $1 and r.rung < $2 and r.result is not null and f.path like 'state/%'
         and not exists (
           select from qernel.run n
           where n.configuration = r.configuration and n.seed = r.seed and n.rung = r.rung + 1 and n.result is null
         )
       returning r.id
     ) select distinct id from gone`,
    [sweep, rung],
  );
  return rows.map(({ id }) => id);
}
