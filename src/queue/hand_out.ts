/** Jobs in the hands of workers: taken, kept, given back, failed. @module */
import { UsageError } from "../core/errors.ts";
import type { Session } from "./database.ts";
import { jobChannel, type Queue, queueNames } from "./queue.ts";
import { sendTickets } from "./lay_out.ts";

/** A job that a worker holds. */
export interface HeldJob {
  readonly id: string;
  /** The sweep's name. */
  readonly sweep: string;
  readonly sweepId: string;
  /** Seconds within which the worker has to be heard of. */
  readonly lease: number;
  /**
   * Number of this hand-out of the job: greater than that of any former one. What is written of a job is written by the
   * greatest alone.
   */
  readonly token: number;
  /** Hand-outs before this one whose workers failed or were lost. */
  readonly attempt: number;
  /** What pg-boss knows this hand-out by. */
  readonly ticket: { readonly id: string; readonly retryCount: number };
  /** What runs are compared by where the sweep is halved: the name of a metric. */
  readonly metric?: string | undefined;
  readonly runs: readonly HeldRun[];
}

/** A run of a job that is held. */
export interface HeldRun {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly threshold: number | null;
  /** Of the configuration, with another seed than the run's maybe; as it was laid out, and to be checked. */
  readonly config: unknown;
  readonly seed: number;
  /** Where the sweep is halved. */
  readonly rung?: HeldRung | undefined;
}

/** The rung to which a run is trained. */
export interface HeldRung {
  /** Environment steps. */
  readonly steps: number;
  readonly isLast: boolean;
  /** The run as it came to the rung before, whose states it goes on from; undefined at the first one. */
  readonly former: string | undefined;
}

/** Another worker holds the job by now, or nobody is to. */
export class JobLost extends Error {
  override readonly name = "JobLost";
}

/** This worker lacks what a job needs, which another may have: no failure of the job's. */
export class WorkerLacks extends UsageError {}

/** Takes the next job that waits, but for those of some sweeps, by their ids; undefined where none does. */
export async function takeJob(
  queue: Queue,
  worker: string,
  except: ReadonlySet<string> = new Set(),
): Promise<HeldJob | undefined> {
  for (;;) {
    const taken = await queue.database.transaction((session) => take(queue, { session, worker, except }));
    if (taken !== "gone") return taken;
  }
}

/** `gone` where the job was done or taken away meanwhile, or has another ticket. */
async function take(
  queue: Queue,
  { session, worker, except }: {
    readonly session: Session;
    readonly worker: string;
    readonly except: ReadonlySet<string>;
  },
): Promise<HeldJob | "gone" | undefined> {
  const { boss } = queue;
  const [ticket] = await boss.fetch<{ readonly job: string }>(queueNames.jobs, {
    includeMetadata: true,
    ignoreGroups: [...except],
    db: session.db,
  });
  if (!ticket) return undefined;
  if (ticket.retryCount > 0 && await renew(queue, { session, ticket })) return "gone";
  const [job] = await session.query(
    `update qernel.job j set token = token + 1, state = 'active', worker = $3, started = now(), touched = now(), failures = $4
     from qernel.sweep s where s.id = j.sweep and j.id = $1 and j.ticket = $2 and j.state in ('waiting', 'active')
     returning j.token, s.name, s.lease, s.id, s.rungs, s.experiment->'halving'->>'metric' as metric`,
    [ticket.data.job, ticket.id, worker, ticket.retryCount],
  );
  if (!job) {
    await boss.complete(queueNames.jobs, ticket, null, { db: session.db });
    return "gone";
  }
  const runs = await session.query(
    `select r.id, r.seed, r.rung, f.id as former, c.slug, c.name, c."values", c.threshold, c.config
     from qernel.run r join qernel.configuration c on c.id = r.configuration
     left join qernel.run f on f.configuration = r.configuration and f.seed = r.seed and f.rung = r.rung - 1
     where r.job = $1 order by r.id`,
    [ticket.data.job],
  );
  return {
    id: ticket.data.job,
    sweep: job.name,
    sweepId: job.id,
    lease: job.lease,
    token: Number(job.token),
    attempt: ticket.retryCount,
    ticket: { id: ticket.id, retryCount: ticket.retryCount },
    metric: job.metric ?? undefined,
    runs: runs.map(({ rung, former, ...run }) =>
      ({
        ...run,
        seed: Number(run.seed),
        rung: job.rungs ? heldRung(job.rungs, rung, former) : undefined,
      }) as HeldRun
    ),
  };
}

function heldRung(rungs: readonly string[], rung: number, former: string | null): HeldRung {
  return { steps: Number(rungs[rung]), isLast: rung === rungs.length - 1, former: former ?? undefined };
}

/**
 * Gives a job a ticket of which no hand-out has failed, where the worker that was lost with it has kept more of it than it was
 * given: one that goes on from there however often machines are taken away is never put aside. Anything else is left as it is.
 */
async function renew(
  queue: Queue,
  { session, ticket }: {
    readonly session: Session;
    readonly ticket: HeldJob["ticket"] & { readonly data: { readonly job: string } };
  },
): Promise<boolean> {
  const [renewed] = await session.query(
    `update qernel.job j set state = 'waiting', ticket = gen_random_uuid(), kept = null from qernel.sweep s
     where s.id = j.sweep and j.id = $1 and j.ticket = $2 and j.state in ('waiting', 'active') and j.kept > j.started
     returning j.id, j.ticket, s.id as sweep, s.lease, s.priority`,
    [ticket.data.job, ticket.id],
  ) as [ReturnedJob?];
  if (!renewed) return false;
  await queue.boss.complete(queueNames.jobs, ticket, null, { db: session.db });
  await sendAgain(queue, session, renewed);
  return true;
}

/** A job that waits again, with what its ticket needs of its sweep. */
interface ReturnedJob {
  readonly id: string;
  readonly ticket: string;
  readonly sweep: string;
  readonly lease: number;
  readonly priority: number;
}

/** Gives a job to pg-boss before others of its sweep. */
async function sendAgain(queue: Queue, session: Session, job: ReturnedJob): Promise<void> {
  const { sweep: id, lease, priority } = job;
  await sendTickets(queue, [job], { session, id, lease, priority: priority + 1 });
}

/** How far a job is. */
export interface JobProgress {
  readonly step: number;
  /** 0 to 1. */
  readonly share: number;
}

/** Says that a worker is still at its job. @throws {JobLost} */
export async function keepJob(queue: Queue, job: HeldJob, { step, share }: JobProgress): Promise<void> {
  await queue.database.transaction(async (session) => {
    const [kept] = await session.query(
      "update qernel.job set touched = now(), step = $3, share = $4 where id = $1 and token = $2 and state = 'active' returning id",
      [job.id, job.token, Math.round(step), share],
    );
    if (!kept) throw new JobLost();
    const touched = await queue.boss.touch(queueNames.jobs, job.ticket, { db: session.db });
    if ((touched as { readonly affected: number }).affected === 0) throw new JobLost();
  });
}

/** Gives a job back whose worker ends: it waits again, before others, and goes on where it is. Nothing where it is lost. */
export async function giveBackJob(queue: Queue, job: HeldJob): Promise<void> {
  await queue.database.transaction(async (session) => {
    const [given] = await session.query(
      `update qernel.job j set state = 'waiting', worker = null, ticket = gen_random_uuid()
       from qernel.sweep s where s.id = j.sweep and j.id = $1 and j.token = $2 and j.state = 'active'
       returning j.id, j.ticket, s.id as sweep, s.lease, s.priority`,
      [job.id, job.token],
    ) as [ReturnedJob?];
    if (!given) return;
    await queue.boss.complete(queueNames.jobs, job.ticket, null, { db: session.db, includeQueued: true });
    await sendAgain(queue, session, given);
    await session.query(`notify ${jobChannel}`);
  });
}

/** Says why a worker could not do a job, which then waits for another, or is put aside. Nothing where it is lost. */
export async function failJob(queue: Queue, job: HeldJob, reason: string): Promise<void> {
  await queue.database.transaction(async (session) => {
    const [failed] = await session.query(
      `update qernel.job set reason = $3, state = 'waiting', worker = null, failures = failures + 1
       where id = $1 and token = $2 and state = 'active' returning id`,
      [job.id, job.token, reason],
    );
    if (!failed) return;
    await queue.boss.fail(queueNames.jobs, job.ticket, { message: reason }, { db: session.db });
  });
  await putAside(queue);
}

/** Notes which jobs three workers have failed at. To be called now and then by whoever is there. */
export async function putAside({ boss, database }: Queue): Promise<void> {
  for (let found = 1; found > 0;) {
    found = await database.transaction(async (session) => {
      const dead = await boss.fetch<{ readonly job: string }>(queueNames.aside, {
        batchSize: 100,
        includeMetadata: true,
        db: session.db,
      });
      if (dead.length === 0) return 0;
      await session.query(
        `update qernel.job set state = 'aside', token = token + 1,
           reason = coalesce(reason, 'its workers were lost, the last of them ' || coalesce(worker, 'of no name'))
         where id = any($1) and ticket = any($2) and state in ('waiting', 'active')`,
        [dead.map(({ data }) => data.job), dead.map(({ sourceId }) => sourceId)],
      );
      await boss.complete(queueNames.aside, dead, null, { db: session.db });
      return dead.length;
    });
  }
}

/** Jobs that are neither done nor put aside. */
export interface JobsAtHand {
  /** Those that nobody has; the next worker does, at once or after a pause. */
  readonly waiting: number;
  /** Those that workers hold: one whose worker is lost waits again once its lease is over. */
  readonly active: number;
}

/** How many jobs are at hand, but for those of some sweeps. */
export async function jobsAtHand(
  { database }: Queue,
  except: ReadonlySet<string> = new Set(),
): Promise<JobsAtHand> {
  const [row] = await database.query(
    `select count(*) filter (where state = 'waiting')::int as waiting, count(*) filter (where state = 'active')::int as active
     from qernel.job where state in ('waiting', 'active') and sweep <> all($1)`,
    [[...except]],
  ) as [JobsAtHand];
  return row;
}
