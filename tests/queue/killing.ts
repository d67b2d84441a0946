/** A sweep on a queue of which everything is killed now and then: workers, the follower, Postgres. @module */
import { assert, assertEquals } from "@std/assert";
import type { Postgres, Running } from "./postgres.ts";
import { assertSameSweep, follow, sweepHere, worker } from "./sweeps.ts";

/** What may be killed. */
const victims = ["worker", "follower", "postgres"] as const;

/** How {@linkcode sweepWithKills} goes. */
export interface KillOptions {
  readonly server: Postgres;
  readonly folder: string;
  readonly kills: number;
  /** Numbers from 0 to 1 by which moments and victims are chosen. */
  readonly random: () => number;
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/**
 * Does a sweep on a queue with kills, and asserts that it comes to what one process does, each run once.
 *
 * @returns What was killed.
 */
export async function sweepWithKills({ server, folder, kills, random }: KillOptions): Promise<string[]> {
  const queue = await server.database();
  const set = {
    loop: "host",
    "evaluation.every": 5000,
    "log.jsonLines": true,
    "budget.steps": 25_000,
    "checkpoints.state": { every: 4000, unit: "step", keep: 2 },
  };
  const wanted = await sweepHere(folder, {
    set: set as never,
    seeds: Array.from({ length: 3 + kills }, (_, i) => i),
  });
  const out = `${folder}/out`;
  const startFollower = () => follow(wanted, out, { queue });
  let follower = startFollower();
  await follower.saying(/laid out/);
  const workers: Running[] = [worker(queue), worker(queue)];
  const done: string[] = [];
  try {
    while (done.length < kills) {
      await pause(0.5 + 4 * random());
      const victim = victims[Math.floor(victims.length * random())]!;
      done.push(victim);
      if (victim === "follower") {
        await follower.kill();
        follower = startFollower();
      } else if (victim === "worker") {
        const i = Math.floor(workers.length * random());
        await workers[i]!.kill();
        workers[i] = worker(queue);
      } else {
        await server.kill();
        await pause(3 * random());
        await server.start();
      }
      // A worker that starts while the server is away ends; whoever runs workers starts it again.
      for (const [i, one] of workers.entries()) if (one.hasEnded) workers[i] = worker(queue);
    }
    const replaceEnded = () => {
      for (const [i, one] of workers.entries()) if (one.hasEnded) workers[i] = worker(queue);
    };
    for (let tries = 0;; tries++) {
      while (!follower.hasEnded) {
        replaceEnded();
        await pause(0.2);
      }
      const { code, stderr } = await follower.end();
      if (code === 0) break;
      // The server was away as it started, or three kills met one job: the same command goes on.
      assert(
        tries < 5 && (code === 1 || /try|listens|starting|reset|closed/.test(stderr)),
        `${done}\n${stderr}`,
      );
      follower = startFollower();
    }
    await assertSameSweep(out, wanted);
    const [counts] = await server.ask(
      queue,
      "select count(*)::int as runs, count(distinct result)::int as results, max(result)::int as last from qernel.run",
    );
    const runs = 2 * (3 + kills);
    assertEquals(counts, { runs, results: runs, last: runs });
    return done;
  } finally {
    for (const one of [...workers, follower]) await one.kill();
  }
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
