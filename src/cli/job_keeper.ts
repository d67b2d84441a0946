/** What keeps a job in the hands of a worker while it makes progress, and its states safe. @module */
import { type HeldJob, JobLost, keepJob } from "../queue/hand_out.ts";
import type { Queue } from "../queue/queue.ts";
import { keepFiles } from "../queue/results.ts";
import { patiently, sleep } from "./queue_patience.ts";
import { describeResult } from "./results_table.ts";
import type { FolderMirror } from "./run_files.ts";
import type { ActiveRuns } from "./sweep_progress.ts";
import type { RunResult } from "./sweep_results.ts";

/** Minutes without a step after which a job is not kept any more: the device may hang. Longer than any evaluation. */
const mostIdleMinutes = 30;

/** What a {@linkcode JobKeeper} works with. */
export interface JobKeeperOptions {
  readonly queue: Queue;
  /** Of the job's runs. */
  readonly mirrors: readonly FolderMirror[];
  readonly say: (text: string) => void;
}

/** Extends the lease of a job while it makes progress, and sends the states of its runs as they come. */
export class JobKeeper {
  /** Aborted when the job is lost to another, or is to be no more. */
  readonly lost: AbortSignal;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  readonly #sent = new AbortController();
  readonly #job: HeldJob;
  readonly #options: JobKeeperOptions;
  readonly #keeping: Promise<void>;
  readonly #sending: Promise<void>;
  #active: ActiveRuns | undefined;
  /** Share of the job's runs that are over. */
  #over = 0;
  #heard = { step: -1, at: performance.now() };

  /** Begins at once. */
  constructor(job: HeldJob, options: JobKeeperOptions) {
    this.#job = job;
    this.#options = options;
    this.lost = this.#lost.signal;
    this.#keeping = this.#repeat(() => this.#keep(), this.#ended.signal);
    this.#sending = this.#repeat(() => this.#sendStates(), this.#sent.signal);
  }

  /** Runs of the job begin to train. */
  begin(active: ActiveRuns): Promise<void> {
    this.#active = active;
    return Promise.resolve();
  }

  /** They are over, with these results. */
  end(results: readonly RunResult[]): void {
    for (const result of results) if (result.failed) this.say(describeResult(result));
    this.#over += this.#active?.runs ?? 0;
    this.#active = undefined;
  }

  say(text: string): void {
    this.#options.say(text);
  }

  /** Sends what has changed in the folders. @throws {JobLost} */
  async send(): Promise<void> {
    const changes = this.#options.mirrors.map((mirror) => mirror.change());
    if (changes.every(({ changed, gone }) => changed.length + gone.length === 0)) return;
    await keepFiles(this.#options.queue, this.#job, changes);
    for (const { confirm } of changes) confirm();
  }

  /** Sends no states any more by itself, as results are to come in. */
  async stopSending(): Promise<void> {
    this.#sent.abort();
    await this.#sending;
  }

  /** Keeps the job no more. */
  async close(): Promise<void> {
    this.#ended.abort();
    await Promise.all([this.stopSending(), this.#keeping]);
  }

  /** Does something three times a lease. Each by itself: to send much, or to a server that is away, must not cost the job. */
  async #repeat(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await sleep(1000 * this.#job.lease / 3, signal);
        if (signal.aborted) return;
        await patiently(work, { ...this.#options, signal });
      }
    } catch (error) {
      if (signal.aborted) return; // Whoever ends the job asks once more.
      if (!(error instanceof JobLost)) this.say(`${(error as Error).message}`);
      this.#lost.abort(error);
    }
  }

  async #keep(): Promise<void> {
    if (this.#makesProgress()) await keepJob(this.#options.queue, this.#job, this.#progress());
  }

  async #sendStates(): Promise<void> {
    if (this.#options.mirrors.some(({ hasNewState }) => hasNewState)) await this.send();
  }

  #progress(): { readonly step: number; readonly share: number } {
    const { step = 0, share = 0, runs = 0 } = this.#active ?? {};
    return { step, share: Math.min(1, (this.#over + runs * share) / this.#job.runs.length) };
  }

  #makesProgress(): boolean {
    const { step } = this.#progress();
    const now = performance.now();
    if (step !== this.#heard.step) this.#heard = { step, at: now };
    return now - this.#heard.at < 60_000 * mostIdleMinutes;
  }
}
