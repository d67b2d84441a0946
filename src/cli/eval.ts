/** `deno task eval`: plays greedy episodes with a saved agent. @module */
import "../envs/gymnasium/family.ts";
import { UsageError } from "../core/errors.ts";
import { count } from "../core/numbers.ts";
import type { readQValues } from "./q_values.ts";
import { type Command, type CommandLine, wholeNumber } from "../command/command.ts";
import { deviceOption, givenDevice, noiseOption } from "./shared_options.ts";
import { listenForInterrupt, tellInterrupt, unlessAborted } from "./interrupt.ts";
import { environmentsOption, registerOwnEnvironments } from "./own_environments.ts";
import { ExitCode, main } from "../command/main.ts";
import { answer, note } from "../command/printing.ts";

const command: Command = {
  usage: "deno task eval RUN [RUN ...] [OPTIONS]",
  summary: "Plays greedy episodes with the agents in one or more run folders.",
  options: [
    {
      name: "episodes",
      value: "N",
      help: "Episodes to play; the config's evaluation.final.episodes by default.",
    },
    {
      name: "seed",
      value: "N",
      help: "Seed of the start states; the run's own by default, which repeats the summary's evaluation.",
    },
    { name: "checkpoint", value: "best|last|FILE", help: "What to load; best by default." },
    deviceOption,
    noiseOption,
    environmentsOption,
    { name: "json", help: "Print JSON instead of a table: an object a run, or a configuration." },
    {
      name: "q",
      value: "OBSERVATION",
      help:
        'Play nothing: print the Q values of an observation, "0,0,0.1,0" say, or of a state of a table, 14 say.',
    },
    {
      name: "summary",
      help:
        "Play nothing: show what the runs' own final evaluations gave, a row a configuration over its seeds.",
    },
  ],
  positionals: [1, 1000],
};

async function run(given: CommandLine): Promise<number> {
  await registerOwnEnvironments(given);
  const [episodes, seed] = [given.value("episodes"), given.value("seed")];
  const options = {
    ...episodes === undefined ? {} : {
      episodes: wholeNumber(episodes, { option: "episodes", least: 1, most: 1_000_000 }),
    },
    ...seed === undefined ? {} : { seed: wholeNumber(seed, { option: "seed", least: 0 }) },
    ...given.has("noise") ? { noise: true } : {},
    checkpoint: given.value("checkpoint") ?? "best",
    device: givenDevice(given),
  };
  const observation = given.value("q");
  const isGiven = (name: string) =>
    name === noiseOption.name ? given.has(name) : given.value(name) !== undefined;
  if (given.has("summary")) {
    for (const alone of ["q", "episodes", "seed", "noise", "checkpoint", "device"]) {
      if (!isGiven(alone)) continue;
      throw new UsageError(`Found --${alone} and --summary, wanted one of them`);
    }
    return await summarize(given);
  }
  if (observation !== undefined) {
    for (const alone of ["episodes", "seed", "noise"]) {
      if (!isGiven(alone)) continue;
      throw new UsageError(`Found --q and --${alone}, wanted one of them: nothing is played`);
    }
    const { checkpoint, device } = options;
    return await ask(given, { observation, checkpoint, device });
  }
  const { evaluateRun, evaluationTable } = await import("./evaluate_run.ts");
  const signal = listenForInterrupt();
  using _told = tellInterrupt(signal, note);
  const rows = [];
  for (const folder of given.positionals) {
    const row = await unlessAborted(signal, () => evaluateRun(folder, { ...options, signal }));
    if (!row) break;
    if (given.has("json")) answer(JSON.stringify(row));
    rows.push(row);
  }
  if (!given.has("json") && rows.length > 0) answer(evaluationTable(rows));
  const [done, all] = [rows.length, given.positionals.length];
  if (done === all) return ExitCode.fine;
  note(`interrupted: ${done} of ${count(all, "run")} evaluated; the same command begins again`);
  return ExitCode.interrupted;
}

async function ask(given: CommandLine, asked: Parameters<typeof readQValues>[1]): Promise<number> {
  const { qValuesTable, readQValues } = await import("./q_values.ts");
  for (const folder of given.positionals) {
    const found = await readQValues(folder, asked);
    answer(given.has("json") ? JSON.stringify(found) : qValuesTable(found));
  }
  return ExitCode.fine;
}

async function summarize(given: CommandLine): Promise<number> {
  const { readSummaries, summaryTable } = await import("./summary_table.ts");
  const summaries = await readSummaries(given.positionals);
  if (given.has("json")) { for (const summary of summaries) answer(JSON.stringify(summary)); }
  else answer(summaryTable(summaries));
  return ExitCode.fine;
}

if (import.meta.main) await main(command, run);
