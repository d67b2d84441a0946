/** What comes of jobs: kept by whoever holds them, each once. @module */
import type { Session } from "./database.ts";
import { type HeldJob, JobLost, WorkerLacks } from "./hand_out.ts";
import { type Queue, queueNames } from "./queue.ts";

/** A file of a run, by its path in the run's folder, with `/` on every system. */
export interface RunFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What came of a run. */
export interface RunOutcome {
  /** Of the run, as in `HeldRun`. */
  readonly id: string;
  /** `summary.json`; null where the run failed. */
  readonly summary: unknown;
  /** `failed.json`; null where it did not. */
  readonly failure: unknown;
  /** Rows of `metrics.csv`: what was measured at a step. */
  readonly curve: readonly { readonly step: number; readonly values: Readonly<Record<string, number>> }[];
  /** All that stays of its folder. */
  readonly files: readonly RunFile[];
}

/** Files of a run that changed, and the paths of those that are gone. */
export interface FolderChange {
  readonly id: string;
  readonly changed: readonly RunFile[];
  readonly gone: readonly string[];
}

/** Keeps what a run's next worker goes on from. @throws {JobLost} When another holds the job. */
export async function keepFiles(queue: Queue, job: HeldJob, changes: readonly FolderChange[]): Promise<void> {
  await queue.database.transaction(async (session) => {
    await assertHeld(session, job);
    for (const { id, changed, gone } of changes) {
      if (gone.length > 0) {
        await session.query("delete from qernel.file where run = $1 and path = any($2)", [id, gone]);
      }
      await writeFiles(queue, { session, job, run: id, files: changed });
    }
    await session.query("update qernel.job set kept = now() where id = $1", [job.id]);
  });
  await prune(queue, job, changes.map(({ id }) => id));
}

/** The files that a run left at its last worker, one after another. @throws {WorkerLacks} Where they lie in a store that was not given. */
export async function* readFiles({ database, files }: Queue, run: string): AsyncGenerator<RunFile> {
  const paths = await database.query("select path from qernel.file where run = $1 order by path", [run]);
  for (const { path } of paths) {
    const [file] = await database.query("select bytes, place from qernel.file where run = $1 and path = $2", [
      run,
      path,
    ]);
    if (!file) continue;
    if (file.place !== null && !files) {
      throw new WorkerLacks(
        `Cannot read ${path} of a run: it lies in a folder or bucket that workers write to, wanted --files with that`,
      );
    }
    yield { path, bytes: file.place === null ? file.bytes : await files!.read(file.place) };
  }
}

/** Takes in what came of all runs of a job, once: a second time changes nothing. @throws {JobLost} When another holds the job. */
export async function finishJob(
  queue: Queue,
  job: HeldJob,
  { outcomes, host }: { readonly outcomes: readonly RunOutcome[]; readonly host: unknown },
): Promise<void> {
  await queue.database.transaction(async (session) => {
    if (await assertHeld(session, job) === "done") return;
    for (const { id, files, curve } of outcomes) {
      await session.query("delete from qernel.file where run = $1", [id]);
      await writeFiles(queue, { session, job, run: id, files });
      await session.query(
        `insert into qernel.curve (run, line, step, "values")
         select $1, line, (row->>'step')::bigint, row->'values' from jsonb_array_elements($2::jsonb) with ordinality as rows (row, line)`,
        [id, JSON.stringify(curve)],
      );
    }
    // Last, as whoever finishes another job of the sweep waits from here on: results are counted in the order in which others see them.
    for (const { id, summary, failure } of outcomes) {
      await session.query(
        `with counted as (update qernel.sweep s set results = results + 1 from qernel.run r where r.id = $1 and s.id = r.sweep returning results)
         update qernel.run set summary = $2, failure = $3, host = $4, finished = now(), result = (select results from counted) where id = $1`,
        [id, summary && JSON.stringify(summary), failure && JSON.stringify(failure), JSON.stringify(host)],
      );
    }
    await session.query(
      "update qernel.job set state = 'done', finished = now(), touched = now(), share = 1 where id = $1",
      [job.id],
    );
    await queue.boss.complete(queueNames.jobs, job.ticket, null, { db: session.db, includeQueued: true });
  });
  await prune(queue, job, outcomes.map(({ id }) => id));
}

async function writeFiles(
  queue: Queue,
  { session, job: { sweepId: sweep, token }, run, files }: {
    readonly session: Session;
    readonly job: HeldJob;
    readonly run: string;
    readonly files: readonly RunFile[];
  },
): Promise<void> {
  const places = await Promise.all(
    files.map(({ path, bytes }) => queue.files?.write({ sweep, run, token }, path, bytes)),
  );
  for (const [i, { path, bytes }] of files.entries()) {
    const place = places[i] ?? null;
    await session.query(
      "insert into qernel.file (run, path, bytes, place) values ($1, $2, $3, $4) " +
        "on conflict (run, path) do update set bytes = excluded.bytes, place = excluded.place",
      [run, path, place === null ? bytes : null, place],
    );
  }
}

/** Removes from a store what runs no longer need there, once that is sure. */
async function prune(
  { database, files }: Queue,
  { sweepId: sweep, token }: HeldJob,
  runs: readonly string[],
): Promise<void> {
  if (!files) return;
  for (const run of runs) {
    const rows = await database.query("select place from qernel.file where run = $1 and place is not null", [
      run,
    ]);
    await files.prune({ sweep, run, token }, new Set(rows.map(({ place }) => place)));
  }
}

/** Whether the job is held by this hand-out, until the transaction is over: `done` where that has finished it. @throws {JobLost} */
async function assertHeld(session: Session, { id, token }: HeldJob): Promise<"active" | "done"> {
  const [job] = await session.query("select state, token from qernel.job where id = $1 for update", [id]);
  if (!job || Number(job.token) !== token || (job.state !== "active" && job.state !== "done")) {
    throw new JobLost();
  }
  return job.state;
}
