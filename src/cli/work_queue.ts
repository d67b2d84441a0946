/** A worker: takes jobs of a queue until it is to end. @module */
import { join } from "@std/path";
import denoJson from "../../deno.json" with { type: "json" };
import { note } from "../command/printing.ts";
import { ExitCode } from "../command/main.ts";
import { count } from "../core/numbers.ts";
import type { QueueAddress } from "../queue/address.ts";
import { jobsAtHand, putAside, takeJob } from "../queue/hand_out.ts";
import { isFolder } from "../queue/open_files.ts";
import { Queue } from "../queue/queue.ts";
import { JobBell } from "./job_bell.ts";
import { givenFiles } from "./queue_option.ts";
import { askToWrite } from "./permissions.ts";
import { patiently } from "./queue_patience.ts";
import { temporaryFolder, WorkFolder } from "./work_folder.ts";
import { WorkerDevices, workJob } from "./queue_job.ts";

/** How {@linkcode work} goes. */
export interface WorkOptions {
  /** Jobs after which the worker ends. */
  readonly most: number;
  /** Whether it ends when no job waits, and none may come back from another worker that is lost. */
  readonly untilEmpty: boolean;
  /** Where runs are while they train; a temporary folder by default. */
  readonly folder: string | undefined;
  /** A folder that all machines see, or a bucket, for files; by default they lie in the database. */
  readonly files: string | undefined;
  /** Ends the worker cleanly when aborted. */
  readonly signal: AbortSignal;
}

/** Takes jobs of a queue and does them. @returns How the process is to exit. @throws {UsageError} When the queue cannot be used. */
export async function work(address: QueueAddress, options: WorkOptions): Promise<number> {
  const { signal, most, untilEmpty } = options;
  const name = `${Deno.hostname()}:${Deno.pid}`;
  const place = options.folder ?? temporaryFolder();
  askToWrite(place);
  if (options.files !== undefined && isFolder(options.files)) askToWrite(options.files);
  const files = await givenFiles(options.files);
  await files?.assertWritable();
  const host = {
    worker: name,
    os: `${Deno.build.os} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    qernel: denoJson.version,
  };
  await using queue = await Queue.open(address, {
    name: `qernel worker ${name}`,
    install: false,
    files,
  });
  using own = await WorkFolder.make(place);
  using devices = new WorkerDevices();
  const bell = new JobBell(queue, signal);
  const patience = { say: note, signal };
  /** Sweeps with jobs that this worker lacks something for. */
  const left = new Set<string>();
  let done = 0;
  let isTold = false;
  while (done < most && !signal.aborted) {
    const job = await patiently(() => takeJob(queue, name, left), patience).catch(unlessEnding(signal));
    if (!job) {
      if (signal.aborted) break;
      await patiently(() => putAside(queue), patience).catch(unlessEnding(signal));
      if (untilEmpty) {
        const atHand = await patiently(() => jobsAtHand(queue, left), patience).catch(unlessEnding(signal));
        if (!atHand) break;
        if (atHand.waiting + atHand.active === 0) return left.size > 0 ? ExitCode.usage : ExitCode.fine;
        if (atHand.active > 0 && !isTold) {
          note(`waiting for ${count(atHand.active, "job")} at other workers, one of which may be lost`);
          isTold = true;
        }
      }
      await bell.wait();
      continue;
    }
    isTold = false;
    const [first] = job.runs;
    const more = job.runs.length > 1 ? ` and ${job.runs.length - 1} more` : "";
    const what = `${job.sweep}: ${first!.name}, seed ${first!.seed}${more}`;
    const started = performance.now();
    note(
      `${what} ${job.attempt > 0 ? `begins, after ${count(job.attempt, "worker")} failed at it` : "begins"}`,
    );
    const end = await workJob(job, {
      queue,
      folder: join(own.path, job.id),
      host,
      devices,
      signal,
      say: note,
    });
    if (end === "left") left.add(job.sweepId);
    else done += 1;
    note(`${what} ${ends[end]} after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  return signal.aborted ? ExitCode.interrupted : ExitCode.fine;
}

const ends = {
  "done": "is done",
  "given back": "was given back",
  "left": "was given back, and what waits of its sweep is left to other workers,",
  "lost": "went to another worker, or was cancelled,",
  "failed": "could not be done here, and was given to others",
} as const;

/** Swallows the error of a queue that cannot be reached when the worker ends anyway. */
function unlessEnding(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted) throw error;
    return undefined;
  };
}
