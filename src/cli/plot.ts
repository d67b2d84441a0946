/** `deno task plot`: draws the pictures of runs. @module */
import "../envs/gymnasium/family.ts";
import { didYouMean, UsageError } from "../core/errors.ts";
import type { Command, CommandLine } from "../command/command.ts";
import { ExitCode, main } from "../command/main.ts";
import { environmentsOption, registerOwnEnvironments } from "./own_environments.ts";
import { askToDraw, askToWrite } from "./permissions.ts";
import { answer } from "../command/printing.ts";
import { runPaths } from "../runs/run_folder.ts";
import type { PictureFormat } from "./run_pictures.ts";

const formats: readonly PictureFormat[] = ["svg", "png", "both"];

/** Where pictures of several runs go by default. */
const comparisons = "pictures";

const command: Command = {
  usage: "deno task plot RUN [RUN ...] [OPTIONS]",
  summary: "Draws the pictures of a run, or several runs side by side.",
  options: [
    { name: "out", value: "DIR", help: "Folder of the pictures; that of the run, or pictures, by default." },
    { name: "format", value: "svg|png|both", help: "Kind of the files; svg by default." },
    environmentsOption,
  ],
  positionals: [1, 1000],
  notes: [
    "Of one run: its durations, rewards, loss, evaluations and policy, into RUN/pictures.",
    "Of several: their returns, evaluations and losses, into pictures. Runs that differ by their seed alone",
    "are one line, their inter-quartile mean, with the middle half of them as a band.",
  ],
};

async function run(given: CommandLine): Promise<number> {
  await registerOwnEnvironments(given);
  const { positionals: folders } = given;
  const [out, format] = [given.value("out"), pictureFormat(given.value("format") ?? "svg")];
  const [first] = folders as readonly [string];
  await askToDraw({ charts: true, pixels: format !== "svg" });
  askToWrite(out ?? (folders.length === 1 ? runPaths(first).pictures : comparisons));
  const { drawRun } = await import("./run_pictures.ts");
  const { drawComparison } = await import("./comparison_pictures.ts");
  const files = folders.length === 1
    ? await drawRun(first, { format, ...out === undefined ? {} : { out } })
    : await drawComparison(folders, { format, out: out ?? comparisons });
  answer(files.join("\n"));
  return ExitCode.fine;
}

function pictureFormat(text: string): PictureFormat {
  const format = formats.find((known) => known === text);
  if (format) return format;
  const hint = didYouMean(text, formats);
  throw new UsageError(`Option --format is "${text}", wanted one of ${formats.join(", ")}${hint}`);
}

if (import.meta.main) await main(command, run);
