/** `deno task sweep`: compares configs over seeds. @module */
import "../envs/gymnasium/family.ts";
import { join } from "@std/path";
import { type Experiment, experimentNames, loadExperiment } from "../config/experiment.ts";
import { type Command, type CommandLine, wholeNumber } from "../command/command.ts";
import { UsageError } from "../core/errors.ts";
import { environmentsOption, registerOwnEnvironments } from "./own_environments.ts";
import { filesOption, queueAddress, queueOption, usualLease, usualTogether } from "./queue_option.ts";
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
    environmentsOption,
    { name: "quiet", help: "Print the results alone." },
    {
      ...queueOption,
      help:
        'Lay the runs out on a queue for deno task worker, and follow it: the address of a Postgres, or "env".',
    },
    filesOption,
    { name: "cancel", help: "Take from the queue what of the sweep is not done." },
    {
      name: "together",
      value: "N",
      help: `Runs that a job of the queue trains together at most, ${usualTogether} by default.`,
    },
    {
      name: "lease",
      value: "SECONDS",
      help: `Time after which a worker that says nothing is taken for lost, ${usualLease} by default.`,
    },
    {
      name: "priority",
      value: "N",
      help: "Jobs of a greater number go first on the queue, 0 by default.",
    },
  ],
  positionals: [1, 1],
  // Listed once they are asked for: that needs a permission.
  get notes() {
    return [
      `Experiments: ${experimentNames().join(", ")}, or the path of a .json file.`,
      "Runs have pictures, animation and TensorBoard files only if asked, as by --set log.tensorBoard=true.",
      "configs/experiments/schema.json says what every key of an experiment means; halving cuts what does not learn.",
      "On the device, runs that differ in seed and numbers alone train together, as one population.",
      "Ctrl-C ends the sweep cleanly; runs whose training is over are kept. Pressed again, it ends it at once.",
    ];
  },
};

async function run(given: CommandLine): Promise<number> {
  await registerOwnEnvironments(given);
  const seeds = given.value("seeds");
  const [reference] = given.positionals;
  const experiment = await loadExperiment(reference!, {
    ...seeds === undefined ? {} : { seeds: seedList(seeds) },
    set: [...given.values("set"), ...deviceAssignments(given)],
    ...given.has("single-population") ? { singlePopulation: true } : {},
  });
  const folder = given.value("out") ?? join("sweeps", experiment.name);
  const quiet = given.has("quiet");
  const queue = given.value(queueOption.name);
  if (queue !== undefined) return await runOnQueue(experiment, { given, queue, folder, quiet });
  const valued = ["files", "together", "lease", "priority"].find((name) => given.value(name) !== undefined);
  const only = given.has("cancel") ? "cancel" : valued;
  if (only !== undefined) throw new UsageError(`Option --${only} is of a queue, wanted --queue beside it`);
  const { runSweepAndReport } = await import("./run_sweep.ts");
  return await runSweepAndReport(experiment, {
    folder,
    quiet,
    signal: listenForInterrupt(),
    again: "the same command again goes on",
  });
}

/** The same on a queue, whose packages are loaded for that alone. */
async function runOnQueue(
  experiment: Experiment,
  { given, queue, folder, quiet }: {
    readonly given: CommandLine;
    readonly queue: string;
    readonly folder: string;
    readonly quiet: boolean;
  },
): Promise<number> {
  const number = (
    option: string,
    usual: number,
    bounds: { readonly least: number; readonly most: number },
  ) => {
    const text = given.value(option);
    return text === undefined ? usual : wholeNumber(text, { option, ...bounds });
  };
  const together = number("together", usualTogether, { least: 1, most: 65_535 });
  const lease = number("lease", usualLease, { least: 10, most: 3600 });
  const priority = number("priority", 0, { least: 0, most: 1_000_000 });
  const address = queueAddress(queue, "sweep:queue");
  const { cancelQueuedSweep, followSweep } = await import("./queue_sweep.ts");
  if (given.has("cancel")) return await cancelQueuedSweep(address, folder);
  const signal = listenForInterrupt();
  const files = given.value(filesOption.name);
  return await followSweep(address, experiment, { folder, quiet, files, together, lease, priority, signal });
}

if (import.meta.main) await main(command, run);
