/**
 * A queue of training jobs in a Postgres, which any number of processes on any number of machines share: `pg-boss` hands
 * them out and takes back what a lost worker held; the schema `qernel` holds sweeps, runs and what came of them.
 *
 * @module
 */
import { PgBoss } from "npm:pg-boss@12.38.0";
import type { QueueAddress } from "./address.ts";
import { Database } from "./database.ts";
import { queueError } from "./database_error.ts";
import type { FileStore } from "./file_store.ts";
import { assertVersion, install } from "./schema_version.ts";

/** Names of the queues of pg-boss: of jobs, and of those that three workers have failed at. */
export const queueNames = { jobs: "jobs", aside: "aside" } as const;

/** The channel on which workers are told that a job waits. */
export const jobChannel = "qernel_jobs";

/** Hand-outs of a job that may fail before it is put aside. */
export const mostFailures = 3;

/** Seconds from one look for lost workers to the next. */
const superviseEvery = 5;

/** Milliseconds that closing may take: on a way that is cut an answer may never come. */
const closeTimeout = 3000;

const day = 24 * 3600;

/** How {@linkcode Queue.open} opens a queue. */
export interface QueueOptions {
  /** What the server calls this process. */
  readonly name: string;
  /** Whether tables are made and brought to our version, for which the role needs more rights. */
  readonly install: boolean;
  /** Where files lie; by default in the database. */
  readonly files?: FileStore | undefined;
}

/** An open queue. */
export class Queue implements AsyncDisposable {
  readonly database: Database;
  readonly boss: PgBoss;
  /** Where files lie; in the database where there is none. */
  readonly files: FileStore | undefined;

  private constructor(database: Database, boss: PgBoss, files: FileStore | undefined) {
    this.database = database;
    this.boss = boss;
    this.files = files;
  }

  /** @throws {UsageError} When the server cannot be used, with the reason in a sentence, or its tables are of another version. */
  static async open(address: QueueAddress, { name, install: installs, files }: QueueOptions): Promise<Queue> {
    const database = new Database(address, { name });
    try {
      if (!installs) await assertVersion(database);
      const boss = new PgBoss({
        db: database.db,
        schema: "qernel_boss",
        migrate: installs,
        createSchema: installs,
        schedule: false,
        registerInstance: false,
        reindex: false,
        monitorVacuum: false,
        superviseIntervalSeconds: superviseEvery,
        monitorIntervalSeconds: superviseEvery,
        openTelemetry: { enabled: false },
      });
      boss.on("error", () => {}); // Of its supervision, which is tried again; who asks for something hears of it.
      if (installs) {
        await install(database, async () => {
          await boss.start();
          await createQueues(boss);
        });
      } else await boss.start();
      return new Queue(database, boss, files);
    } catch (error) {
      await database.close();
      throw queueError(error, address);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.boss.stop({ graceful: false }).catch(() => {}).then(() => this.database.close());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, closeTimeout));
    await Promise.race([closed, late]);
    clearTimeout(timer);
  }
}

async function createQueues(boss: PgBoss): Promise<void> {
  const { jobs, aside } = queueNames;
  const kept = { retentionSeconds: 365 * day, deleteAfterSeconds: day };
  await boss.createQueue(aside, kept);
  await boss.createQueue(jobs, {
    ...kept,
    deadLetter: aside,
    expireInSeconds: day, // As long as may be: what keeps a job is that its worker is heard of.
    retryLimit: mostFailures - 1,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 300,
  });
}
