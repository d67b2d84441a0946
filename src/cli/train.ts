/** `deno task train`: trains an agent from a preset or config. @module */
import { type Command, type Given, wholeNumber } from "./command.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { ExitCode, main } from "./main.ts";
import { loadConfig, presetNames } from "../config/load.ts";
import { UsageError } from "../core/errors.ts";

const command: Command = {
  usage: "deno task train [PRESET] [OPTIONS]",
  summary: "Trains an agent. The run folder then holds config.json, metrics.csv, episodes.csv,\n" +
    'checkpoints/, tensorboard/, pictures/, episode.gif and summary.json; the config\'s key "log" says which.',
  options: [
    { name: "config", value: "FILE", help: "Config file or preset, instead of PRESET." },
    {
      name: "set",
      value: "KEY=VALUE",
      many: true,
      help: "Set a value of the config, as in agent.gamma=0.9 or agent.hidden=[64,64]; repeatable.",
    },
    { name: "seed", value: "N", help: "Set the config's seed." },
    {
      name: "out",
      value: "DIR",
      help: "The run folder, new or empty; runs/<preset>-<seed>-<time> by default.",
    },
    { name: "quiet", help: "Print the result alone." },
    { name: "profile", help: "Time every kernel and print a table; slows the run down." },
  ],
  positionals: [0, 1],
  notes: [
    `Presets: ${presetNames().join(", ")}. Default: cartpole.`,
    "configs/schema.json says what every key of a config means.",
    "Ctrl-C ends the run cleanly; pressed again, at once.",
  ],
};

async function run(given: Given): Promise<number> {
  const config = given.value("config");
  const [preset = config ?? "cartpole"] = given.positionals;
  if (config !== undefined && given.positionals.length > 0) {
    throw new UsageError(`Found preset ${preset} and --config ${config}, wanted one of them`);
  }
  const seed = given.value("seed");
  const set = [...given.values("set")];
  if (seed !== undefined) set.push(`seed=${wholeNumber(seed, { option: "seed", least: 0 })}`);
  const loaded = await loadConfig(preset, { set });
  const { trainToFolder } = await import("./training.ts");
  const signal = listenForInterrupt();
  await trainToFolder(loaded, {
    out: given.value("out"),
    quiet: given.has("quiet"),
    profile: given.has("profile"),
    signal,
  });
  return signal.aborted ? ExitCode.interrupted : ExitCode.fine;
}

if (import.meta.main) await main(command, run);
