import { assertEquals, assertRejects } from "@std/assert";
import { parseQueueAddress } from "../../src/queue/address.ts";
import { asideJobs, nextResults, standingOf } from "../../src/queue/follow.ts";
import {
  failJob,
  giveBackJob,
  type HeldJob,
  JobLost,
  jobsAtHand,
  keepJob,
  putAside,
  takeJob,
} from "../../src/queue/hand_out.ts";
import { cancelSweep, laidOutRuns, layOut, takeUpAside } from "../../src/queue/lay_out.ts";
import { migrations } from "../../src/queue/migrations.ts";
import { Queue } from "../../src/queue/queue.ts";
import { finishJob, keepFiles, readKeptFiles, type RunOutcome } from "../../src/queue/results.ts";
import { until } from "../cli/task.ts";
import { type Postgres, withPostgres } from "./postgres.ts";

const sweep = { id: crypto.randomUUID(), name: "test", experiment: {}, lease: 10, priority: 0 };
const configurations = ["a", "b"].map((slug) => ({
  slug,
  name: `name ${slug}`,
  values: { x: slug },
  config: { slug },
}));

/** A queue with jobs of one run each, as in `a-3`. */
async function withQueue(
  runs: readonly string[],
  use: (queue: Queue, server: { readonly server: Postgres; readonly address: string }) => Promise<void>,
): Promise<void> {
  await withPostgres(async (server) => {
    const address = await server.database();
    await using queue = await Queue.open(parseQueueAddress(address), { name: "test", install: true });
    const jobs = runs.map((run) => run.split("-") as [string, string]).map(([slug, seed]) => [{
      slug,
      seed: Number(seed),
    }]);
    await layOut(queue, sweep, { configurations, jobs });
    await use(queue, { server, address });
  });
}

function outcomeOf({ runs: [run] }: HeldJob, mark: string): RunOutcome {
  return {
    id: run!.id,
    summary: { mark },
    failure: null,
    value: null,
    curve: [{ step: 1, values: { loss: 0.5 } }, { step: 2, values: { loss: 0.25 } }],
    files: [{ path: "summary.json", bytes: new TextEncoder().encode(mark) }],
  };
}

const host = { worker: "test" };

/** Makes the holder of a job one that has said nothing for long, and waits until pg-boss has noticed. */
async function loseLease({ database, boss }: Queue, { ticket: { id } }: HeldJob): Promise<void> {
  await database.query("update qernel_boss.job set heartbeat_on = now() - interval '1 hour' where id = $1", [
    id,
  ]);
  await until(async () => {
    await boss.supervise();
    const [row] = await database.query("select state from qernel_boss.job where id = $1 and name = 'jobs'", [
      id,
    ]);
    return row!.state !== "active";
  });
  await database.query("update qernel_boss.job set start_after = now() where state = 'retry'");
}

Deno.test("layOut() lays out jobs of which each is taken once, in their order", async () => {
  await withQueue(["a-3", "b-3", "a-1", "b-1"], async (queue) => {
    assertEquals(await laidOutRuns(queue, sweep.id), new Set(["a-3", "b-3", "a-1", "b-1"]));
    const jobs = await Promise.all(Array.from({ length: 6 }, (_, i) => takeJob(queue, `worker ${i}`)));
    const taken = jobs.flatMap((job) => job ?? []);
    assertEquals(taken.map(({ runs: [run] }) => `${run!.slug}-${run!.seed}`).sort(), [
      "a-1",
      "a-3",
      "b-1",
      "b-3",
    ]);
    assertEquals(taken.map(({ token, attempt }) => [token, attempt]), taken.map(() => [1, 0]));
    const [{ runs: [run] }] = taken as [HeldJob];
    assertEquals([run!.name, run!.values, run!.config, run!.threshold], [
      `name ${run!.slug}`,
      { x: run!.slug },
      { slug: run!.slug },
      null,
    ]);
  });
});

Deno.test("of two holders of a job the later one alone writes, and what it writes is there once", async () => {
  await withQueue(["a-3"], async (queue) => {
    const first = (await takeJob(queue, "first"))!;
    await keepFiles(queue, first, [{
      id: first.runs[0]!.id,
      changed: [{ path: "state/1.json", bytes: new Uint8Array([1]) }],
      gone: [],
    }]);
    await loseLease(queue, first);
    await assertRejects(() => keepJob(queue, first, { step: 1, share: 0 }), JobLost); // Nobody has it yet, but soon.
    const second = (await takeJob(queue, "second"))!;
    assertEquals([second.id, second.token, second.attempt], [first.id, 2, 0]); // The first has kept something of it.
    assertEquals(
      await Array.fromAsync(readKeptFiles(queue, second.runs[0]!)),
      [
        { path: "state/1.json", bytes: new Uint8Array([1]) as never },
      ].map((file) => ({ ...file, bytes: Buffer.from(file.bytes) })),
    );
    const change = { id: first.runs[0]!.id, changed: [{ path: "a", bytes: new Uint8Array(3) }], gone: [] };
    await assertRejects(() => keepFiles(queue, first, [change]), JobLost);
    await assertRejects(
      () => finishJob(queue, first, { outcomes: [outcomeOf(first, "first")], host }),
      JobLost,
    );
    await assertRejects(() => keepJob(queue, first, { step: 1, share: 0 }), JobLost);
    await giveBackJob(queue, first); // Nothing, as it is not its own.
    await failJob(queue, first, "late");
    await keepJob(queue, second, { step: 5, share: 0.5 });
    await finishJob(queue, second, { outcomes: [outcomeOf(second, "second")], host });
    await finishJob(queue, second, { outcomes: [outcomeOf(second, "again")], host }); // As after a commit that was not heard of.
    await assertRejects(
      () => finishJob(queue, first, { outcomes: [outcomeOf(first, "first")], host }),
      JobLost,
    );
    const found = await nextResults(queue, sweep.id, { after: 0, most: 10 });
    assertEquals(found.map(({ result, slug }) => [result, slug]), [[1, second.runs[0]!.slug]]);
    const rows = await queue.database.query(
      "select summary->>'mark' as mark, (select count(*)::int from qernel.curve) as lines, " +
        "(select count(*)::int from qernel.file) as files from qernel.run where result is not null",
    );
    assertEquals(rows, [{ mark: "second", lines: 2, files: 1 }]);
  });
});

Deno.test("results are numbered without a gap in the order in which they can be seen, whoever is faster", async () => {
  await withQueue(Array.from({ length: 20 }, (_, i) => `a-${i}`), async (queue) => {
    const seen: number[] = [];
    const look = async () => {
      const found = await nextResults(queue, sweep.id, { after: seen.at(-1) ?? 0, most: 100 });
      seen.push(...found.map(({ result }) => result));
    };
    const work = async () => {
      for (let job = await takeJob(queue, "test"); job; job = await takeJob(queue, "test")) {
        await finishJob(queue, job, { outcomes: [outcomeOf(job, "")], host });
      }
    };
    const ended = Promise.all([work(), work(), work()]);
    let over = false;
    ended.then(() => over = true);
    while (!over) await look();
    await look();
    assertEquals(seen, Array.from({ length: 20 }, (_, i) => i + 1));
    assertEquals(await standingOf(queue, sweep.id), { waiting: 0, active: 0, done: 20, aside: 0, share: 0 });
  });
});

Deno.test("a job that was done by a holder whose lease was over is not done again", async () => {
  await withQueue(["a-3", "b-3"], async (queue) => {
    const first = (await takeJob(queue, "first"))!;
    const other = (await takeJob(queue, "other"))!;
    await loseLease(queue, first);
    await finishJob(queue, first, { outcomes: [outcomeOf(first, "late")], host }); // Nobody else has it: it counts.
    assertEquals(await takeJob(queue, "second"), undefined);
    await finishJob(queue, other, { outcomes: [outcomeOf(other, "other")], host });
    assertEquals(await jobsAtHand(queue), { waiting: 0, active: 0 });
  });
});

Deno.test("a job that three workers fail at is put aside with the reason, and taken up again", async () => {
  await withQueue(["a-3"], async (queue) => {
    for (const attempt of [0, 1, 2]) {
      await queue.database.query("update qernel_boss.job set start_after = now() where state = 'retry'");
      const job = (await takeJob(queue, `worker ${attempt}`))!;
      assertEquals([job.attempt, job.token], [attempt, attempt + 1]);
      assertEquals((await standingOf(queue, sweep.id)).aside, 0);
      await (attempt < 2 ? failJob(queue, job, `no room ${attempt}`) : loseLease(queue, job));
    }
    assertEquals(await takeJob(queue, "late"), undefined);
    await putAside(queue);
    assertEquals(await standingOf(queue, sweep.id), { waiting: 0, active: 0, done: 0, aside: 1, share: 0 });
    const [aside] = await asideJobs(queue, sweep.id);
    assertEquals(aside, { runs: ["name a, seed 3"], reason: "no room 1" });
    assertEquals(await takeUpAside(queue, sweep), 1);
    const again = (await takeJob(queue, "again"))!;
    assertEquals([again.attempt, again.token], [0, 5]);
    await finishJob(queue, again, { outcomes: [outcomeOf(again, "")], host });
  });
});

Deno.test("a job of which each worker kept a state before it was lost is never put aside", async () => {
  await withQueue(["a-3"], async (queue) => {
    for (let i = 0; i < 4; i++) {
      const job = (await takeJob(queue, `worker ${i}`))!;
      assertEquals([job.attempt, job.token], [0, i + 1]);
      const changed = [{ path: "state/1.json", bytes: new Uint8Array([i]) }];
      await keepFiles(queue, job, [{ id: job.runs[0]!.id, changed, gone: [] }]);
      await loseLease(queue, job);
    }
    const idle = (await takeJob(queue, "idle"))!; // It keeps nothing.
    await loseLease(queue, idle);
    assertEquals((await takeJob(queue, "last"))!.attempt, 1);
  });
});

Deno.test("tables of an earlier version are brought to ours with what they hold, one process at a time", async () => {
  await withPostgres(async (server) => {
    const address = await server.database();
    await server.ask(address, "create schema qernel");
    await server.ask(address, "create table qernel.version as select 1 as number");
    await server.ask(address, migrations[0]!);
    await server.ask(
      address,
      "insert into qernel.sweep (id, name, experiment, lease, priority) values (gen_random_uuid(), 'old', '{}', 60, 0)",
    );
    const open = () => Queue.open(parseQueueAddress(address), { name: "test", install: true });
    const queues = await Promise.all([open(), open(), open()]);
    for (const queue of queues) await queue[Symbol.asyncDispose]();
    assertEquals(await server.ask(address, "select number from qernel.version"), [{
      number: migrations.length,
    }]);
    assertEquals(await server.ask(address, "select name from qernel.sweep"), [{ name: "old" }]);
    await using queue = await Queue.open(parseQueueAddress(address), { name: "test", install: false });
    await layOut(queue, sweep, { configurations, jobs: [[{ slug: "a", seed: 3 }]] });
    assertEquals((await takeJob(queue, "test"))!.token, 1);
  });
});

Deno.test("a job that is given back is next, with its files, and not one that a worker failed at", async () => {
  await withQueue(["a-3", "b-3"], async (queue) => {
    const first = (await takeJob(queue, "first"))!;
    await giveBackJob(queue, first);
    const next = (await takeJob(queue, "next"))!;
    assertEquals([next.id, next.attempt, next.token], [first.id, 0, 2]);
    await assertRejects(() => keepJob(queue, first, { step: 0, share: 0 }), JobLost);
  });
});

Deno.test("what is cancelled is lost to its holder, and what was done stays", async () => {
  await withQueue(["a-3", "b-3", "a-1", "b-1"], async (queue) => {
    const done = (await takeJob(queue, "done"))!;
    const held = (await takeJob(queue, "held"))!;
    await finishJob(queue, done, { outcomes: [outcomeOf(done, "")], host });
    assertEquals(await cancelSweep(queue, sweep.id), 3);
    assertEquals(await queue.boss.findJobs("jobs", { queued: true }), []);
    assertEquals(await cancelSweep(queue, crypto.randomUUID()), undefined);
    await assertRejects(() => keepJob(queue, held, { step: 0, share: 0 }), JobLost);
    await assertRejects(() => finishJob(queue, held, { outcomes: [outcomeOf(held, "")], host }), JobLost);
    assertEquals(await takeJob(queue, "next"), undefined);
    assertEquals(
      await laidOutRuns(queue, sweep.id),
      new Set([`${done.runs[0]!.slug}-${done.runs[0]!.seed}`]),
    );
    assertEquals(await jobsAtHand(queue), { waiting: 0, active: 0 });
  });
});
