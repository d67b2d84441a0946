/** What one Postgres carries: deno run -A tests/queue/figures.ts [JOBS] [WORKERS]. @module */
import { parseQueueAddress } from "../../src/queue/address.ts";
import { nextResults } from "../../src/queue/follow.ts";
import { takeJob } from "../../src/queue/hand_out.ts";
import { layOut } from "../../src/queue/lay_out.ts";
import { JobBell } from "../../src/cli/job_bell.ts";
import { Queue } from "../../src/queue/queue.ts";
import { finishJob } from "../../src/queue/results.ts";
import { withPostgres } from "./postgres.ts";

const [jobs = 100_000, workers = 50] = Deno.args.map(Number);
const sweep = () => ({ id: crypto.randomUUID(), name: "figures", experiment: {}, lease: 60, priority: 0 });
const config = JSON.parse(
  await Deno.readTextFile(new URL("../../configs/td-cartpole.json", import.meta.url)),
);
const configurations = Array.from({ length: Math.ceil(jobs / 10) }, (_, i) => ({
  slug: `c-${i}`,
  name: `c ${i}`,
  values: { "agent.gamma": i },
  config,
}));

function median(values: number[], p = 0.5): string {
  return values.toSorted((a, b) => a - b)[Math.floor(p * (values.length - 1))]!.toFixed(1);
}

await withPostgres(async (server) => {
  const address = parseQueueAddress(await server.database());
  const open = (name: string) => Queue.open(address, { name, install: true });
  await using queue = await open("figures");

  // Hand-outs to workers that wait: from the commit of a job to the worker that has it.
  const first = sweep();
  const waiting = await Promise.all(Array.from({ length: workers }, (_, i) => open(`worker ${i}`)));
  const ended = new AbortController();
  let got: ((at: number) => void) | undefined;
  const idle = waiting.map(async (one, i) => {
    const bell = new JobBell(one, ended.signal);
    while (!ended.signal.aborted) {
      const job = await takeJob(one, `worker ${i}`);
      if (!job) await bell.wait();
      else {
        got?.(performance.now());
        await finishJob(one, job, { outcomes: [], host: {} });
      }
    }
  });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const times: number[] = [];
  for (let seed = 0; seed < 200; seed++) {
    const taken = new Promise<number>((resolve) => got = resolve);
    await layOut(queue, first, {
      configurations: configurations.slice(0, 1),
      jobs: [[{ slug: "c-0", seed }]],
    });
    const sent = performance.now();
    times.push(await taken - sent);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  console.log(
    `hand-out to one of ${workers} that wait: median ${median(times)} ms, 95% ${median(times, 0.95)} ms`,
  );
  ended.abort();
  await Promise.all(idle);

  const second = sweep();
  const runs = configurations.flatMap(({ slug }) =>
    Array.from({ length: 10 }, (_, seed) => [{ slug, seed }])
  );
  let started = performance.now();
  await layOut(queue, second, { configurations, jobs: runs });
  const seconds = (performance.now() - started) / 1000;
  console.log(`${runs.length} jobs laid out in ${seconds.toFixed(1)} s`);

  // Jobs that take no time, so that the queue alone is measured.
  started = performance.now();
  const until = started + 20_000;
  let done = 0;
  const taking: number[] = [];
  await Promise.all(waiting.map(async (one, i) => {
    while (performance.now() < until) {
      const asked = performance.now();
      const job = await takeJob(one, `worker ${i}`);
      if (!job) break;
      taking.push(performance.now() - asked);
      const [run] = job.runs;
      await finishJob(one, job, {
        outcomes: [{
          id: run!.id,
          summary: { evaluation: { mean: 1 } },
          failure: null,
          value: null,
          curve: Array.from({ length: 20 }, (_, i) => ({ step: i, values: { step: i, loss: i } })),
          files: ["best", "last"].map((path) => ({ path, bytes: new Uint8Array(100_000) })),
        }],
        host: {},
      });
      done++;
    }
  }));
  const rate = done / ((performance.now() - started) / 1000);
  console.log(
    `${rate.toFixed(0)} jobs a second, of 200 kB each, by ${workers} workers in this process; ` +
      `taking one: median ${median(taking)} ms, 95% ${median(taking, 0.95)} ms`,
  );
  started = performance.now();
  const found = await nextResults(queue, second.id, { after: done - 100, most: 100 });
  console.log(
    `the last ${found.length} of ${done} results found in ${(performance.now() - started).toFixed(1)} ms`,
  );
  await Promise.all(waiting.map((one) => one[Symbol.asyncDispose]()));
});
