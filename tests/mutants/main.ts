/** `deno task test:mutants`: changes one line at a time and looks whether a test notices. @module */
import { fromFileUrl, join } from "@std/path";
import { type Command, type CommandLine, wholeNumber } from "../../src/command/command.ts";
import { ExitCode, main } from "../../src/command/main.ts";
import { folders, globPattern, shuffledMutants } from "./choice.ts";
import { equivalents } from "./equivalent.ts";
import { Judge, type Judgement } from "./judge.ts";
import { lineOf, report, State, type Verdict } from "./state.ts";
import { type Mutant, nameOf } from "./mutate.ts";
import { Workshop, WorkshopClosed } from "./workshop.ts";

const root = fromFileUrl(new URL("../..", import.meta.url));

const command: Command = {
  usage: "deno task test:mutants [OPTIONS]",
  summary:
    `Changes one line of ${folders.join(", ")} at a time, in a copy of the tree, and runs the tests that ` +
    "reach its file by imports, the nearest first, until one fails. What no test notices is a survivor: it needs a " +
    "test, or a line in tests/mutants/equivalent.ts.",
  options: [
    { name: "count", value: "N", help: "Mutants that compile; 150 by default." },
    { name: "seed", value: "N", help: "Which mutants; 0 by default." },
    {
      name: "file",
      value: "GLOB",
      help: "Files to change, as in 'src/ops/*' or 'shaders/td_value.wgsl'; all by default.",
    },
    { name: "minutes", value: "M", help: "Ends after this time; without, when all are judged." },
    { name: "state", value: "FILE", help: "Where the verdicts stand; .mutants.jsonl by default." },
    { name: "again", help: "Judge the survivors of FILE again, by the tests as they are now." },
  ],
  positionals: [0, 0],
  notes: [
    "A run that was ended, as by Ctrl-C, goes on when it is started again. Delete FILE to start anew.",
    "Prints killed, timeout (killed as well), survived, equivalent and uncompilable, and each survivor.",
  ],
};

async function run(given: CommandLine): Promise<number> {
  const number = (option: string, fallback: number, least: number) =>
    wholeNumber(given.value(option) ?? String(fallback), { option, least });
  const [count, seed] = [number("count", 150, 1), number("seed", 0, 0)];
  const minutes = given.value("minutes") === undefined ? Infinity : number("minutes", 0, 1);
  const state = new State(given.value("state") ?? join(root, ".mutants.jsonl"));
  const workshop = await Workshop.open(root);
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    workshop.close();
  };
  Deno.addSignalListener("SIGINT", interrupt);
  Deno.addSignalListener("SIGTERM", interrupt);
  const enough = setTimeout(() => workshop.close(), Math.min(60_000 * minutes, 2 ** 31 - 1));
  const glob = globPattern(given.value("file") ?? "**");
  const judged: Verdict[] = [];
  try {
    const mutants = shuffledMutants(workshop.sources, { seed, glob });
    await judgeAll(mutants, { workshop, state, count, again: given.has("again"), judged });
  } catch (error) {
    if (!(error instanceof WorkshopClosed)) throw error;
  } finally {
    clearTimeout(enough);
    await workshop.close();
  }
  console.log(report(judged));
  return interrupted ? ExitCode.interrupted : ExitCode.fine;
}

interface Judging {
  readonly workshop: Workshop;
  readonly state: State;
  /** Mutants wanted, those that do not compile left out. */
  readonly count: number;
  readonly again: boolean;
  /** Grows by every verdict. */
  readonly judged: Verdict[];
}

async function judgeAll(
  mutants: readonly Mutant[],
  { workshop, state, count, again, judged }: Judging,
): Promise<void> {
  const judge = new Judge(workshop, state);
  let compiled = 0;
  for (const mutant of mutants) {
    if (compiled === count) return;
    const known = verdictOn(mutant, state, again);
    const { outcome, by } = known ?? await judge.judge(mutant);
    const verdict: Verdict = { ...mutant, outcome, ...by === undefined ? {} : { by } };
    judged.push(verdict);
    if (outcome !== "uncompilable") compiled++;
    if (known) continue;
    state.add(verdict);
    console.log(`${compiled}/${count} ${outcome}: ${lineOf(mutant)}${by ? `, by ${by}` : ""}`);
  }
}

/** What is known of a mutant without trying it. */
function verdictOn(mutant: Mutant, state: State, again: boolean): Judgement | undefined {
  if (equivalents.some((other) => nameOf(other) === nameOf(mutant))) return { outcome: "equivalent" };
  const known = state.verdicts.get(mutant.id);
  return again && known?.outcome === "survived" ? undefined : known;
}

if (import.meta.main) await main(command, run);
