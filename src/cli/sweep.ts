/** `deno task sweep`: compares configs over seeds. @module */
import { join } from "@std/path";
import { experimentNames, loadExperiment } from "../config/experiment.ts";
import { type Command, type Given, wholeNumber } from "./command.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { ExitCode, main } from "./main.ts";

const command: Command = {
  usage: "deno task sweep EXPERIMENT [OPTIONS]",
  summary:
    "Trains every configuration of an experiment with every seed and compares them. The folder then holds\n" +
    "runs/, runs.csv, configurations.csv, best.json, pictures/ and experiment.json. The same command again goes on\n" +
    "where it was ended.",
  options: [
    { name: "out", value: "DIR", help: "The sweep's folder; sweeps/<experiment> by default." },
    {
      name: "seeds",
      value: "N,N,...",
      help: "In place of the experiment's seeds; more can be added to a sweep.",
    },
    { name: "quiet", help: "Print the results alone." },
  ],
  positionals: [1, 1],
  notes: [
    `Experiments: ${experimentNames().join(", ")}, or the path of a .json file.`,
    "configs/experiments/schema.json says what every key of an experiment means.",
    "Ctrl-C ends the sweep cleanly, without the run at hand; pressed again, at once.",
  ],
};

async function run(given: Given): Promise<number> {
  const seeds = given.value("seeds")?.split(",").map((seed) =>
    wholeNumber(seed, { option: "seeds", least: 0 })
  );
  const [reference] = given.positionals;
  const experiment = await loadExperiment(reference!, seeds ? { seeds } : {});
  const [{ sweep }, { sweepPaths }, { describeResults }] = await Promise.all([
    import("./sweeping.ts"),
    import("./sweep_folder.ts"),
    import("./sweep_tables.ts"),
  ]);
  const paths = sweepPaths(given.value("out") ?? join("sweeps", experiment.name));
  const signal = listenForInterrupt();
  const { results, done, total } = await sweep(experiment, { paths, quiet: given.has("quiet"), signal });
  if (results.length > 0) console.log(describeResults(experiment, results));
  console.log(`folder: ${paths.folder}`);
  if (done === total) return ExitCode.fine;
  console.error(`interrupted: ${done} of ${total} runs are done; the same command again goes on`);
  return ExitCode.interrupted;
}

if (import.meta.main) await main(command, run);
