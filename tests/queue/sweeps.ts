/** Sweeps on a queue beside those on this machine. @module */
import { assertEquals } from "@std/assert";
import { exists } from "../../src/runs/run_folder.ts";
import { contentsOf } from "../cli/same_run.ts";
import { atPace, slow, slowOptions } from "../cli/slowly.ts";
import { capacities, readTable, writeExperiment } from "../cli/sweep_experiment.ts";
import { filesUnder, task, until } from "../cli/task.ts";
import { type Postgres, Running, withPostgres } from "./postgres.ts";

/** A sweep that was done by one process, and what it came to. */
export interface LocalSweep {
  readonly experiment: string;
  readonly out: string;
  /** Those that were given beside these two. */
  readonly options?: readonly string[];
}

/**
 * One run that keeps its state often, and at a {@linkcode slowWorker} takes 15 seconds on any machine: what is to happen in
 * its midst does. Its environment comes by {@linkcode slowOptions}.
 */
export const longRun: Partial<typeof capacities> = {
  set: {
    loop: "host",
    ...slow,
    "evaluation.every": 5000,
    "log.jsonLines": true,
    "budget.steps": 15_000,
    "checkpoints.state": { every: 500, unit: "step", keep: 2 },
  } as never,
  seeds: [3],
  vary: { "agent.replay.capacity": [500] },
};

/** The variable that makes {@linkcode longRun} slow. */
export const slowly = atPace(1);

/** Does a sweep of capacities, with values changed and more options, on this machine alone. */
export async function sweepHere(
  folder: string,
  changed: Partial<Omit<typeof capacities, "set" | "vary">> & Record<string, unknown> = {},
  more: readonly string[] = [],
): Promise<LocalSweep> {
  const experiment = await writeExperiment(folder, { ...capacities, ...changed });
  const out = `${folder}/here`;
  const { code, stderr } = await task("sweep", [experiment, "--out", out, "--quiet", ...more]);
  assertEquals(code, 0, stderr);
  return { experiment, out, options: more };
}

/** Does the sweep of {@linkcode longRun} on this machine alone, at its speed. */
export function longSweepHere(folder: string, more: typeof longRun = {}): Promise<LocalSweep> {
  return sweepHere(folder, { ...longRun, ...more }, slowOptions);
}

/** The sweep of {@linkcode longRun} on this machine, and an empty queue for it. */
export interface LongSweep {
  readonly server: Postgres;
  readonly folder: string;
  readonly queue: string;
  readonly wanted: LocalSweep;
}

/** Starts a Postgres, and does the sweep on this machine. */
export async function withLongRun(use: (sweep: LongSweep) => Promise<void>): Promise<void> {
  await withPostgres(async (server, folder) => {
    const queue = await server.database();
    await use({ server, folder, queue, wanted: await longSweepHere(folder) });
  });
}

/** Asserts that the folder of a sweep holds what the same sweep on this machine left, all but times and states. */
export async function assertSameSweep(out: string, wanted: LocalSweep): Promise<void> {
  const files = (folder: string) =>
    filesUnder(folder).filter((path) => !/\/state\/|^queue\.json$|\.lock$/.test(path));
  assertEquals(files(out), files(wanted.out));
  for (const path of ["configurations.csv", "best.json", "experiment.json", "rungs.csv"]) {
    if (!exists(`${wanted.out}/${path}`)) continue;
    assertEquals(
      await Deno.readTextFile(`${out}/${path}`),
      await Deno.readTextFile(`${wanted.out}/${path}`),
      path,
    );
  }
  const untimed = async (folder: string) =>
    (await readTable(`${folder}/runs.csv`)).map(({ wallSeconds: _, ...row }) => row);
  assertEquals(await untimed(out), await untimed(wanted.out));
  for (const { name } of Deno.readDirSync(`${wanted.out}/runs`)) {
    const contents = async (folder: string) =>
      Object.entries(await contentsOf(`${folder}/runs/${name}`)).filter(([path]) => path !== "state");
    assertEquals(await contents(out), await contents(wanted.out), name);
  }
  for (const { name } of Deno.readDirSync(`${wanted.out}/pictures`)) {
    const picture = (folder: string) => Deno.readTextFileSync(`${folder}/pictures/${name}`);
    assertEquals(picture(out), picture(wanted.out), name);
  }
}

/** Waits until a state of a run is on the queue. */
export async function stateIsKept(server: Postgres, queue: string): Promise<void> {
  await until(async () => {
    const [{ states }] = await server.ask(
      queue,
      "select count(*)::int as states from qernel.file where path ~ '^state/[0-9]+.json$'",
    ) as [{ states: number }];
    return states > 0;
  });
}

/** Starts what lays a sweep out and follows it, with the options that it was done with on this machine. */
export function follow(
  { experiment, options = [] }: Omit<LocalSweep, "out">,
  out: string,
  { queue, more = [], env = {} }: {
    readonly queue: string;
    readonly more?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  },
): Running {
  const own = ["--out", out, "--queue", queue, "--lease", "10"];
  return new Running("sweep", [experiment, ...own, ...options, ...more], { env });
}

/** Starts a worker; `through`: a program with arguments that does so, none by default. */
export function worker(
  queue: string,
  more: readonly string[] = [],
  { env = {}, through = [] }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly through?: readonly string[];
  } = {},
): Running {
  return new Running("worker", ["--queue", "env", ...more], {
    env: { ...env, QERNEL_QUEUE: queue },
    through,
  });
}

/** Starts a worker for {@linkcode longRun}. */
export function slowWorker(
  queue: string,
  more: readonly string[] = [],
  { env = {}, through = [] }: Parameters<typeof worker>[2] = {},
): Running {
  return worker(queue, [...slowOptions, ...more], { env: { ...env, ...slowly }, through });
}
