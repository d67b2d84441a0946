/** What becomes of a sweep on a queue, for whoever looks at it. @module */
import type { Queue } from "./queue.ts";

/** A run that is done. */
export interface FinishedRun {
  readonly id: string;
  /** The place of the run among the results of the sweep: one more for each. */
  readonly result: number;
  readonly slug: string;
  readonly seed: number;
  /** To which it was trained, and what it came to there, where the sweep is halved; null where it failed. */
  readonly rung: number;
  readonly value: number | null;
}

/** The next runs of a sweep that are done, behind the result `after`, in the order in which they came. */
export async function nextResults(
  { database }: Queue,
  sweep: string,
  { after, most }: { readonly after: number; readonly most: number },
): Promise<FinishedRun[]> {
  const rows = await database.query(
    `select r.id, r.result, r.seed, r.rung, r.value, c.slug from qernel.run r join qernel.configuration c on c.id = r.configuration
     where r.sweep = $1 and r.result > $2 order by r.result limit $3`,
    [sweep, after, most],
  );
  return rows.map(({ id, result, slug, seed, rung, value }) => ({
    id,
    result: Number(result),
    slug,
    seed: Number(seed),
    rung,
    value,
  }));
}

/** How a sweep stands. */
export interface SweepStanding {
  /** Jobs by their state. */
  readonly waiting: number;
  readonly active: number;
  readonly done: number;
  readonly aside: number;
  /** Share of the jobs at hand that is done, summed over them. */
  readonly share: number;
}

/** How a sweep stands; all zero where the queue holds nothing of it. */
export async function standingOf({ database }: Queue, sweep: string): Promise<SweepStanding> {
  const rows = await database.query(
    "select state, count(*)::int as jobs, coalesce(sum(share), 0)::float8 as share from qernel.job where sweep = $1 group by state",
    [sweep],
  );
  const jobs = (state: string) => rows.find((row) => row.state === state)?.jobs ?? 0;
  return {
    waiting: jobs("waiting"),
    active: jobs("active"),
    done: jobs("done"),
    aside: jobs("aside"),
    share: rows.find(({ state }) => state === "active")?.share ?? 0,
  };
}

/** A job that three workers have failed at. */
export interface AsideJob {
  /** Names and seeds of its runs. */
  readonly runs: readonly string[];
  /** What the last worker said, or that it was lost. */
  readonly reason: string;
}

/** The jobs of a sweep that were put aside. */
export async function asideJobs({ database }: Queue, sweep: string): Promise<AsideJob[]> {
  const rows = await database.query(
    `select j.reason, array_agg(c.name || ', seed ' || r.seed order by r.id) as runs
     from qernel.job j join qernel.run r on r.job = j.id join qernel.configuration c on c.id = r.configuration
     where j.sweep = $1 and j.state = 'aside' group by j.id order by min(r.id)`,
    [sweep],
  );
  return rows.map(({ reason, runs }) => ({ reason, runs }));
}
