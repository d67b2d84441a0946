/** `deno task train`: trains an agent from a preset or config. @module */
import "../envs/gymnasium/family.ts";
import { type Command, type CommandLine, wholeNumber } from "../command/command.ts";
import { deviceAssignments, deviceOption, seedList } from "./shared_options.ts";
import { sweepResumeAdvice } from "./resume_advice.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { environmentsOption, registerOwnEnvironments } from "./own_environments.ts";
import { ExitCode, main } from "../command/main.ts";
import { loadConfig, type LoadedConfig, presetNames } from "../config/load.ts";
import { UsageError } from "../core/errors.ts";

const command: Command = {
  usage: "deno task train [PRESET] [OPTIONS]",
  summary: "Trains an agent. The run folder then holds config.json, metrics.csv, episodes.csv,\n" +
    'checkpoints/, tensorboard/, pictures/, episode.gif and summary.json; the config\'s key "log" says which.\n' +
    "With --seeds, trains one agent a seed, on the device all together, and compares them; the folder is then that of\n" +
    "a sweep: runs/, runs.csv, configurations.csv, best.json, pictures/ and experiment.json.",
  options: [
    { name: "config", value: "FILE", help: "Config file or preset, instead of PRESET." },
    {
      name: "set",
      value: "KEY=VALUE",
      many: true,
      help: "Set a value of the config, as in agent.gamma=0.9 or agent.hidden=[64,64]; repeatable.",
    },
    { name: "seed", value: "N", help: "Set the config's seed." },
    deviceOption,
    {
      name: "seeds",
      value: "N|N,N,...",
      help: "Train with so many seeds, from the config's on, or with just these.",
    },
    {
      name: "single-population",
      help: "With --seeds: refuse unless all can train together on the device.",
    },
    {
      name: "out",
      value: "DIR",
      help:
        "The run folder, new or empty; runs/<preset>-<seed>-<time> or runs/<preset>-seeds-<time> by default.",
    },
    {
      name: "resume",
      value: "RUN",
      help:
        "Go on with the run in this folder, with its own config; --set may change budget.steps and the like.",
    },
    environmentsOption,
    { name: "quiet", help: "Print the result alone." },
    { name: "verbose", help: "Print every key of the config, too." },
    { name: "profile", help: "Time every kernel and print a table; slows the run down." },
  ],
  positionals: [0, 1],
  // Listed once they are asked for: that needs a permission.
  get notes() {
    return [
      `Presets: ${presetNames().join(", ")}. Default: cartpole.`,
      "With --seeds, runs have pictures, animation and TensorBoard files only if asked, as by --set log.tensorBoard=true.",
      "configs/schema.json says what every key of a config means.",
      "Ctrl-C ends the run cleanly; pressed again, at once.",
    ];
  },
};

async function run(given: CommandLine): Promise<number> {
  if (given.has("quiet") && given.has("verbose")) {
    throw new UsageError("Found --quiet and --verbose, wanted one of them");
  }
  await registerOwnEnvironments(given);
  const resumed = given.value("resume");
  if (resumed !== undefined) return await resume(resumed, given);
  const config = given.value("config");
  const [preset = config ?? "cartpole"] = given.positionals;
  if (config !== undefined && given.positionals.length > 0) {
    throw new UsageError(`Found preset ${preset} and --config ${config}, wanted one of them`);
  }
  const seed = given.value("seed");
  const set = [...given.values("set"), ...deviceAssignments(given)];
  if (seed !== undefined) set.push(`seed=${wholeNumber(seed, { option: "seed", least: 0 })}`);
  const loaded = await loadConfig(preset, { set });
  const seeds = given.value("seeds");
  if (seeds !== undefined) return await trainSeeds(loaded, seeds, given);
  if (given.has("single-population")) {
    throw new UsageError("Found --single-population without --seeds, wanted both or none");
  }
  const { trainRun } = await import("./train_run.ts");
  const signal = listenForInterrupt();
  await trainRun(loaded, {
    out: given.value("out"),
    ...shown(given),
    signal,
  });
  return signal.aborted ? ExitCode.interrupted : ExitCode.fine;
}

/** What of a run is shown. */
function shown(given: CommandLine) {
  return { quiet: given.has("quiet"), verbose: given.has("verbose"), profile: given.has("profile") };
}

/** Goes on with a run. */
async function resume(folder: string, given: CommandLine): Promise<number> {
  const [preset] = given.positionals;
  const others = ["config", "seed", "seeds", "out", "device"].filter((name) =>
    given.value(name) !== undefined
  );
  if (preset !== undefined || others.length > 0) {
    const found = preset === undefined ? `--${others[0]}` : `preset ${preset}`;
    throw new UsageError(`Found --resume and ${found}, wanted the run's folder alone, as it has its config`);
  }
  const { resumeRun } = await import("./resume_run.ts");
  const signal = listenForInterrupt();
  await resumeRun(folder, { set: given.values("set"), ...shown(given), signal });
  return signal.aborted ? ExitCode.interrupted : ExitCode.fine;
}

/** Most seeds of a command. */
const mostSeeds = 10_000;

/** A sweep over seeds of one config. */
async function trainSeeds(loaded: LoadedConfig, text: string, given: CommandLine): Promise<number> {
  for (const alone of ["profile", "verbose"]) {
    if (given.has(alone)) throw new UsageError(`Found --${alone} and --seeds, wanted one of them`);
  }
  const [{ runSweepAndReport }, { seedExperiment }, { defaultFolder }] = await Promise.all([
    import("./run_sweep.ts"),
    import("../config/experiment.ts"),
    import("../runs/run_folder.ts"),
  ]);
  const experiment = seedExperiment(loaded, {
    seeds: text.includes(",") ? seedList(text) : seedsFrom(loaded.config.seed, text),
    given: given.values("set").map((assignment) => assignment.replace(/=.*$/s, "")),
    singlePopulation: given.has("single-population"),
  });
  const folder = given.value("out") ?? defaultFolder(loaded.name, "seeds");
  return await runSweepAndReport(experiment, {
    folder,
    quiet: given.has("quiet"),
    signal: listenForInterrupt(),
    again: sweepResumeAdvice(folder),
  });
}

function seedsFrom(first: number, text: string): number[] {
  const count = wholeNumber(text, { option: "seeds", least: 1, most: mostSeeds });
  return Array.from({ length: count }, (_, i) => (first + i) >>> 0);
}

if (import.meta.main) await main(command, run);
