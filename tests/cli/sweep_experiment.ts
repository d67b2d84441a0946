/** Experiments that tests of sweeps run. @module */
import { parseCsv } from "../../src/format/csv.ts";
import { filesUnder, tiny } from "./task.ts";

/** Runs of a moment, one after another: capacities, in the order of the sweep, with two seeds. */
export const capacities = {
  description: "A test.",
  base: "./base.json",
  set: { loop: "host", "evaluation.every": 50, "budget.steps": 150, "log.jsonLines": true },
  vary: { "agent.replay.capacity": [20, 500] },
  seeds: [3, 1],
  threshold: 10,
};

/** The experiment as a file, beside a base that writes all that a run can. */
export async function writeExperiment(folder: string, experiment: unknown): Promise<string> {
  const { log: _, ...base } = JSON.parse(await Deno.readTextFile(tiny));
  await Deno.writeTextFile(`${folder}/base.json`, JSON.stringify(base));
  const path = `${folder}/test.json`;
  await Deno.writeTextFile(path, JSON.stringify(experiment));
  return path;
}

/** The rows of a CSV file as objects. */
export async function readTable(path: string): Promise<Record<string, string>[]> {
  const { header, rows } = parseCsv(await Deno.readTextFile(path));
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]!])));
}

/** When each file of the runs was last changed. */
export function runTimes(out: string): Record<string, number> {
  const files = filesUnder(`${out}/runs`).filter((file) => !/\.lock$|\.tmp$/.test(file)); // As a kill leaves them.
  return Object.fromEntries(
    files.map((file) => [file, Deno.statSync(`${out}/runs/${file}`).mtime!.getTime()]),
  );
}
