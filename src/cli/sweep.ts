/** `deno task sweep`: compares configs over seeds. @module */
import "../envs/gymnasium/family.ts";
import { join } from "@std/path";
import { experimentNames, loadExperiment } from "../config/experiment.ts";
import type { Command, CommandLine } from "../command/command.ts";
import { deviceAssignments, deviceOption, seedList } from "./shared_options.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { main } from "../command/main.ts";

const command: Command = {
  usage: "deno task sweep EXPERIMENT [OPTIONS]",
  summary:
    "Trains every configuration of an experiment with every seed and compares them. The folder then holds\n" +
    "runs/, runs.csv, configurations.csv, best.json, pictures/ and experiment.json. The same command again goes on\n" +
    "where it was ended.",
  options: [
    {
      name: "set",
      value: "KEY=VALUE",
      many: true,
      help: "Set a value of all configurations, as in budget.steps=1000; repeatable.",
    },
    { name: "out", value: "DIR", help: "The sweep's folder; sweeps/<experiment> by default." },
    {
      name: "seeds",
      value: "N,N,...",
      help: "In place of the experiment's seeds; more can be added to a sweep.",
    },
    {
      name: "single-population",
      help: "Refuse the experiment unless all its runs can train together on the device.",
    },
    deviceOption,
    { name: "quiet", help: "Print the results alone." },
  ],
  positionals: [1, 1],
  // Listed once they are asked for: that needs a permission.
  get notes() {
    return [
      `Experiments: ${experimentNames().join(", ")}, or the path of a .json file.`,
      "Runs have pictures, animation and TensorBoard files only if asked, as by --set log.tensorBoard=true.",
      "configs/experiments/schema.json says what every key of an experiment means.",
      "On the device, runs that differ in seed and numbers alone train together, as one population.",
      "Ctrl-C ends the sweep cleanly; runs whose training is over are kept. Pressed again, it ends it at once.",
    ];
  },
};

async function run(given: CommandLine): Promise<number> {
  const seeds = given.value("seeds");
  const [reference] = given.positionals;
  const experiment = await loadExperiment(reference!, {
    ...seeds === undefined ? {} : { seeds: seedList(seeds) },
    set: [...given.values("set"), ...deviceAssignments(given)],
    ...given.has("single-population") ? { singlePopulation: true } : {},
  });
  const { runSweepAndReport } = await import("./run_sweep.ts");
  return await runSweepAndReport(experiment, {
    folder: given.value("out") ?? join("sweeps", experiment.name),
    quiet: given.has("quiet"),
    signal: listenForInterrupt(),
    again: "the same command again goes on",
  });
}

if (import.meta.main) await main(command, run);
