/** Sweeps on a queue beside those on this machine. @module */
import { assertEquals } from "@std/assert";
import { contentsOf } from "../cli/same_run.ts";
import { capacities, readTable, writeExperiment } from "../cli/sweep_experiment.ts";
import { filesUnder, task } from "../cli/task.ts";
import { Running } from "./postgres.ts";

/** A sweep that was done by one process, and what it came to. */
export interface LocalSweep {
  readonly experiment: string;
  readonly out: string;
}

/** Does a sweep of capacities, with values changed and more options, on this machine alone. */
export async function sweepHere(
  folder: string,
  changed: Partial<typeof capacities> = {},
  more: readonly string[] = [],
): Promise<LocalSweep> {
  const experiment = await writeExperiment(folder, { ...capacities, ...changed });
  const out = `${folder}/here`;
  const { code, stderr } = await task("sweep", [experiment, "--out", out, "--quiet", ...more]);
  assertEquals(code, 0, stderr);
  return { experiment, out };
}

/** Asserts that the folder of a sweep holds what the same sweep on this machine left, all but times and states. */
export async function assertSameSweep(out: string, wanted: LocalSweep): Promise<void> {
  const files = (folder: string) =>
    filesUnder(folder).filter((path) => !/\/state\/|^queue\.json$|\.lock$/.test(path));
  assertEquals(files(out), files(wanted.out));
  for (const path of ["configurations.csv", "best.json", "experiment.json"]) {
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

/** Starts what lays a sweep out and follows it. */
export function follow(
  { experiment }: Pick<LocalSweep, "experiment">,
  out: string,
  { queue, more = [], env = {} }: {
    readonly queue: string;
    readonly more?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  },
): Running {
  return new Running("sweep", [experiment, "--out", out, "--queue", queue, "--lease", "10", ...more], {
    env,
  });
}

/** Starts a worker. */
export function worker(
  queue: string,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Running {
  return new Running("worker", ["--queue", "env", ...more], { env: { ...env, QERNEL_QUEUE: queue } });
}
