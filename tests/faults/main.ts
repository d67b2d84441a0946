/** `deno task test:faults`: does to runs what happens to them overnight, and looks whether they survive. @module */
import { type Command, type CommandLine, wholeNumber } from "../../src/command/command.ts";
import { ExitCode, main } from "../../src/command/main.ts";
import { didYouMean, UsageError } from "../../src/core/errors.ts";
import { crashes } from "./crash_faults.ts";
import { killing } from "./kills.ts";
import { mutations } from "./mutations.ts";
import { fullDisks } from "./no_room.ts";
import type { Part } from "./part.ts";
import { resumes } from "./resumes.ts";
import { saving } from "./saving.ts";
import { soak } from "./soak.ts";

const parts: readonly Part[] = [crashes, fullDisks, killing, mutations, resumes, saving, soak];

const command: Command = {
  usage: "deno task test:faults [OPTIONS]",
  summary: "Does to runs what happens to them overnight, and looks whether they survive. Takes its time.",
  options: [
    { name: "only", value: "NAME", many: true, help: "This part alone; repeatable. All by default." },
    { name: "seed", value: "N", help: "Which cases; 0 by default." },
    { name: "json", help: "Print the figures as JSON, an object a part." },
  ],
  positionals: [0, 0],
  notes: ["Parts:", ...parts.map(({ name, summary }) => `  ${name}: ${summary}`)],
};

async function run(given: CommandLine): Promise<number> {
  const seed = wholeNumber(given.value("seed") ?? "0", { option: "seed", least: 0 });
  let failed = false;
  for (const part of chosen(given.values("only"))) {
    const tell = (line: string) => console.error(`${part.name}: ${line}`);
    const start = performance.now();
    const { figures, failures } = await part.run({ seed, tell });
    const seconds = Math.round((performance.now() - start) / 1000);
    failed ||= failures.length > 0;
    console.log(
      given.has("json")
        ? JSON.stringify({ part: part.name, ...figures, failures: failures.length, seconds })
        : [`${part.name}: ${failures.length} failures in ${seconds} seconds`, ...lines(figures)].join("\n"),
    );
    for (const failure of failures) tell(`FAILED ${failure}`);
  }
  return failed ? ExitCode.failure : ExitCode.fine;
}

function lines(figures: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(figures).map(([name, figure]) => `  ${name}: ${JSON.stringify(figure)}`);
}

function chosen(names: readonly string[]): readonly Part[] {
  const known = parts.map(({ name }) => name);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    const hint = didYouMean(stranger, known);
    throw new UsageError(`Option --only is "${stranger}", wanted one of ${known.join(", ")}${hint}`);
  }
  return names.length === 0 ? parts : parts.filter(({ name }) => names.includes(name));
}

if (import.meta.main) await main(command, run);
