/** Sweeps as jobs of a queue: laid out, taken up again, and taken away. @module */
import type { Session } from "./database.ts";
import { jobChannel, type Queue, queueNames } from "./queue.ts";

/** A sweep as a queue has it. */
export interface QueuedSweep {
  /** A UUID, the same whenever the same sweep is laid out. */
  readonly id: string;
  readonly name: string;
  /** The experiment without its configurations. */
  readonly experiment: unknown;
  /** Seconds after which a worker that says nothing is taken for lost. */
  readonly lease: number;
  /** Of two jobs that wait, that of the greater number goes first. */
  readonly priority: number;
  /** Environment steps of each rung, where it is halved; `experiment` then has `halving` and `seeds`. */
  readonly rungs?: readonly number[];
}

/** A configuration of a sweep. */
export interface QueuedConfiguration {
  /** Unique in its sweep. */
  readonly slug: string;
  readonly name: string;
  /** What sets it apart, by the path of each key. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly threshold?: number | undefined;
  /** The whole config; its seed is replaced by that of each run. */
  readonly config: unknown;
  /** Of a sweep that is halved: those of the same number can train together, those without one cannot. */
  readonly population?: number | undefined;
  /** So many of them at most. */
  readonly together?: number | undefined;
}

/** A run: a configuration by its slug, and a seed. */
export interface QueuedRun {
  readonly slug: string;
  readonly seed: number;
  /** To which it is trained, where the sweep is halved; 0 by default. */
  readonly rung?: number;
}

/** Rows that go to the server at once. */
const batch = 2000;

/** The runs of a sweep that are laid out already, whatever has become of them, as `slug-seed`. */
export async function laidOutRuns({ database }: Queue, sweep: string): Promise<Set<string>> {
  const rows = await database.query(
    "select slug || '-' || seed as run from qernel.run r join qernel.configuration c on c.id = r.configuration where r.sweep = $1",
    [sweep],
  );
  return new Set(rows.map(({ run }) => run));
}

/**
 * Lays out jobs of a sweep, all of them or none.
 *
 * @param jobs Each is the runs that train together; none may be laid out yet.
 */
export async function layOut(
  queue: Queue,
  sweep: QueuedSweep,
  { configurations, jobs }: {
    readonly configurations: readonly QueuedConfiguration[];
    readonly jobs: readonly (readonly QueuedRun[])[];
  },
): Promise<void> {
  await queue.database.transaction(async (session) => {
    await writeSweep(session, sweep, configurations);
    await writeJobs(queue, { session, sweep }, jobs);
  });
}

/** Writes down a sweep with configurations of it, as far as they are not known. The sweep's row is held from here on. */
export async function writeSweep(
  session: Session,
  sweep: QueuedSweep,
  configurations: readonly QueuedConfiguration[],
): Promise<void> {
  await session.query(
    "insert into qernel.sweep (id, name, experiment, lease, priority, rungs) values ($1, $2, $3, $4, $5, $6) " +
      "on conflict (id) do update set experiment = excluded.experiment, lease = excluded.lease, priority = excluded.priority",
    [sweep.id, sweep.name, JSON.stringify(sweep.experiment), sweep.lease, sweep.priority, sweep.rungs],
  );
  for (const part of batches(configurations)) {
    await session.query(
      `insert into qernel.configuration (sweep, slug, name, "values", threshold, config, population, together)
       select $1, slug, name, "values", threshold, config, population, together
       from json_to_recordset($2) as one
         (slug text, name text, "values" jsonb, threshold float8, config json, population integer, together integer)
       on conflict (sweep, slug) do update set together = excluded.together`,
      [sweep.id, JSON.stringify(part)],
    );
  }
}

/** Writes down jobs of a sweep, whose configurations are, and hands them out. */
export async function writeJobs(
  queue: Queue,
  { session, sweep }: {
    readonly session: Session;
    readonly sweep: Pick<QueuedSweep, "id" | "lease" | "priority">;
  },
  jobs: readonly (readonly QueuedRun[])[],
): Promise<void> {
  const known = await session.query("select slug, id from qernel.configuration where sweep = $1", [sweep.id]);
  const configuration = new Map(known.map(({ slug, id }) => [slug as string, id as string]));
  for (const part of batches(jobs)) {
    const named = part.map((runs) => ({ id: crypto.randomUUID(), ticket: crypto.randomUUID(), runs }));
    await session.query(
      "insert into qernel.job (id, sweep, ticket) select id, $1, ticket from json_to_recordset($2) as one (id uuid, ticket uuid)",
      [sweep.id, JSON.stringify(named.map(({ id, ticket }) => ({ id, ticket })))],
    );
    const runs = named.flatMap(({ id, runs }) =>
      runs.map(({ slug, seed, rung = 0 }) => ({
        job: id,
        configuration: configuration.get(slug),
        seed,
        rung,
      }))
    );
    await session.query(
      "insert into qernel.run (job, sweep, configuration, seed, rung) select job, $1, configuration, seed, rung " +
        "from json_to_recordset($2) as one (job uuid, configuration bigint, seed bigint, rung integer)",
      [sweep.id, JSON.stringify(runs)],
    );
    await sendTickets(queue, named, { session, ...sweep });
  }
  await session.query(`notify ${jobChannel}`);
}

/** Gives jobs to pg-boss, each under a ticket that stands in its row; those of a sweep are a group that workers can pass over. */
export async function sendTickets(
  { boss }: Queue,
  jobs: readonly { readonly id: string; readonly ticket: string }[],
  { session, id: sweep, lease, priority }: Pick<QueuedSweep, "id" | "lease" | "priority"> & {
    readonly session: Session;
  },
): Promise<void> {
  const tickets = jobs.map(({ id, ticket }) => ({
    id: ticket,
    data: { job: id },
    priority,
    group: { id: sweep },
    heartbeatSeconds: lease,
  }));
  await boss.insert(queueNames.jobs, tickets, { db: session.db });
}

/** Hands out again what was put aside of a sweep. @returns How many jobs that are. */
export async function takeUpAside(queue: Queue, { id, lease, priority }: QueuedSweep): Promise<number> {
  return await queue.database.transaction(async (session) => {
    const jobs = await session.query(
      `update qernel.job set state = 'waiting', ticket = gen_random_uuid(), failures = 0, reason = null, worker = null
       where sweep = $1 and state = 'aside' returning id, ticket`,
      [id],
    );
    if (jobs.length === 0) return 0;
    await sendTickets(queue, jobs as { id: string; ticket: string }[], { session, id, lease, priority });
    await session.query(`notify ${jobChannel}`);
    return jobs.length;
  });
}

/**
 * Takes away every job of a sweep that is not done, with its runs: whoever trains them finds nowhere to put what comes of it.
 * What is done stays.
 *
 * @returns How many runs that were; undefined where the queue holds no such sweep.
 */
export async function cancelSweep(queue: Queue, sweep: string): Promise<number | undefined> {
  return await queue.database.transaction(async (session) => {
    const [found] = await session.query("select from qernel.sweep where id = $1", [sweep]);
    if (!found) return undefined;
    // Whoever finishes a job at this moment may lay out the next rung: that is waited for, and seen by what follows.
    await session.query("select from qernel.job where sweep = $1 and state <> 'done' for update", [sweep]);
    const [{ runs }] = await session.query(
      "select count(*)::int as runs from qernel.run r join qernel.job j on j.id = r.job where j.sweep = $1 and j.state <> 'done'",
      [sweep],
    ) as [{ runs: number }];
    const jobs = await session.query(
      "delete from qernel.job where sweep = $1 and state <> 'done' returning ticket",
      [sweep],
    );
    for (const part of batches(jobs)) {
      await queue.boss.cancel(queueNames.jobs, part.map(({ ticket }) => ticket), { db: session.db });
    }
    return runs;
  });
}

function* batches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += batch) yield all.slice(start, start + batch);
}
