/** What comes of jobs: kept by whoever holds them, each once. @module */
import type { Session } from "./database.ts";
import { type HeldJob, type HeldRun, JobLost, WorkerLacks } from "./hand_out.ts";
import { layOutNextRung, type NextRung } from "./next_rung.ts";
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
  /** What it came to at its rung, where it is trained to one and has not failed; null where that is not known. */
  readonly value: number | null;
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
  const placed = await placeFiles(
    queue,
    job,
    changes.map(({ id, changed }) => ({ run: id, files: changed })),
  );
  await queue.database.transaction(async (session) => {
    await assertHeld(session, job);
    for (const [i, { id, gone }] of changes.entries()) {
      if (gone.length > 0) {
        await session.query("delete from qernel.file where run = $1 and path = any($2)", [id, gone]);
      }
      await writeFiles(session, id, placed[i]!);
    }
    await session.query("update qernel.job set kept = now() where id = $1", [job.id]);
  });
  await prune(queue, job, changes.map(({ id }) => id));
}

/**
 * The files that a run left that is done, one after another, all but its states.
 *
 * @throws {WorkerLacks} Where they lie in a store that was not given.
 */
export async function* readFiles(queue: Queue, run: string): AsyncGenerator<RunFile> {
  const paths = await pathsOf(queue, run);
  yield* read(queue, run, paths.filter((path) => !path.startsWith("state/")));
}

/**
 * The files that a run left at its last worker, or where it had none what it left at the rung before, but for what says that
 * it was done there.
 *
 * @throws {WorkerLacks} Where they lie in a store that was not given.
 */
export async function* readKeptFiles(
  queue: Queue,
  { id, rung }: Pick<HeldRun, "id" | "rung">,
): AsyncGenerator<RunFile> {
  const own = await pathsOf(queue, id);
  if (own.length > 0 || rung?.former === undefined) return yield* read(queue, id, own);
  const paths = await pathsOf(queue, rung.former);
  yield* read(queue, rung.former, paths.filter((path) => !endFiles.includes(path)));
}

/** Files by which a run is told to be done. */
export const endFiles: readonly string[] = ["summary.json", "failed.json"];

async function pathsOf({ database }: Queue, run: string): Promise<string[]> {
  const rows = await database.query("select path from qernel.file where run = $1 order by path", [run]);
  return rows.map(({ path }) => path);
}

async function* read(
  { database, files }: Queue,
  run: string,
  paths: readonly string[],
): AsyncGenerator<RunFile> {
  for (const path of paths) {
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

/**
 * Takes in what came of all runs of a job, once: a second time changes nothing. Where that was the last job of a rung, the next
 * one is laid out.
 *
 * @throws {JobLost} When another holds the job.
 */
export async function finishJob(
  queue: Queue,
  job: HeldJob,
  { outcomes, host }: { readonly outcomes: readonly RunOutcome[]; readonly host: unknown },
): Promise<void> {
  let next: NextRung | undefined;
  const placed = await placeFiles(queue, job, outcomes.map(({ id, files }) => ({ run: id, files })));
  await queue.database.transaction(async (session) => {
    if (await assertHeld(session, job) === "done") return;
    for (const [i, { id, curve }] of outcomes.entries()) {
      await session.query("delete from qernel.file where run = $1", [id]);
      await writeFiles(session, id, placed[i]!);
      await session.query(
        `insert into qernel.curve (run, line, step, "values")
         select $1, line, (row->>'step')::bigint, row->'values' from jsonb_array_elements($2::jsonb) with ordinality as rows (row, line)`,
        [id, JSON.stringify(curve)],
      );
    }
    // Last, as whoever finishes another job of the sweep waits from here on: results are counted in the order in which others see them.
    for (const { id, summary, failure, value } of outcomes) {
      await session.query(
        `with counted as (update qernel.sweep s set results = results + 1 from qernel.run r where r.id = $1 and s.id = r.sweep returning results)
         update qernel.run set summary = $2, failure = $3, host = $4, value = $5, finished = now(), result = (select results from counted) where id = $1`,
        [
          id,
          summary && JSON.stringify(summary),
          failure && JSON.stringify(failure),
          JSON.stringify(host),
          value,
        ],
      );
    }
    await session.query(
      "update qernel.job set state = 'done', finished = now(), touched = now(), share = 1 where id = $1",
      [job.id],
    );
    await queue.boss.complete(queueNames.jobs, job.ticket, null, { db: session.db, includeQueued: true });
    if (job.metric === undefined) return;
    const [left] = await session.query(
      "select from qernel.job where sweep = $1 and state <> 'done' limit 1",
      [job.sweepId],
    );
    if (!left) next = await layOutNextRung(queue, session, job.sweepId);
  });
  await prune(queue, job, outcomes.map(({ id }) => id));
  if (next) await prune(queue, { ...job, token: Infinity }, next.cut);
}

/** A file as its row has it: by its bytes, or its place in the store. */
interface PlacedFile {
  readonly path: string;
  readonly bytes: Uint8Array | null;
  readonly place: string | null;
}

/**
 * Writes files of runs to the store, where there is one: before anything is locked in the database, as it may take long, and to
 * places of this hand-out alone, as it may be lost meanwhile.
 */
async function placeFiles(
  { database, files: store }: Queue,
  job: HeldJob,
  runs: readonly { readonly run: string; readonly files: readonly RunFile[] }[],
): Promise<PlacedFile[][]> {
  if (!store) return runs.map(({ files }) => files.map((file) => ({ ...file, place: null })));
  await assertHeld(database, job);
  const placed: PlacedFile[][] = [];
  for (const { run, files } of runs) {
    const owner = { sweep: job.sweepId, run, token: job.token };
    placed.push(
      await Promise.all(files.map(async ({ path, bytes }) => ({
        path,
        bytes: null,
        place: await store.write(owner, path, bytes),
      }))),
    );
  }
  return placed;
}

async function writeFiles(session: Session, run: string, files: readonly PlacedFile[]): Promise<void> {
  for (const { path, bytes, place } of files) {
    await session.query(
      "insert into qernel.file (run, path, bytes, place) values ($1, $2, $3, $4) " +
        "on conflict (run, path) do update set bytes = excluded.bytes, place = excluded.place",
      [run, path, bytes, place],
    );
  }
}

/** Removes from a store what runs no longer need there, once that is sure. */
async function prune(
  { database, files }: Queue,
  { sweepId: sweep, token }: Pick<HeldJob, "sweepId" | "token">,
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

/** Whether the job is held by this hand-out, in a transaction until that is over: `done` where that has finished it. @throws {JobLost} */
async function assertHeld(session: Session, { id, token }: HeldJob): Promise<"active" | "done"> {
  const [job] = await session.query("select state, token from qernel.job where id = $1 for update", [id]);
  if (!job || Number(job.token) !== token || (job.state !== "active" && job.state !== "done")) {
    throw new JobLost();
  }
  return job.state;
}
