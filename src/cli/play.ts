/** `deno task play`: shows a saved agent at play. @module */
import "../envs/gymnasium/family.ts";
import { type Command, type CommandLine, wholeNumber } from "../command/command.ts";
import { deviceOption, givenDevice, noiseOption } from "./shared_options.ts";
import { ExitCode, main } from "../command/main.ts";
import { environmentsOption, registerOwnEnvironments } from "./own_environments.ts";

const command: Command = {
  usage: "deno task play RUN [OPTIONS]",
  summary:
    "Plays greedy episodes with the agent in a run folder: a line each, an animation, or in the terminal.",
  options: [
    { name: "gif", value: "FILE", help: "Write an animation of the first episode, FILE.gif." },
    { name: "apng", value: "FILE", help: "The same as an animated PNG, FILE.png or FILE.apng." },
    {
      name: "terminal",
      help: "Show the episodes here: as text where the environment has one, else in colours.",
    },
    { name: "episodes", value: "N", help: "Episodes to play; 1 by default." },
    {
      name: "seed",
      value: "N",
      help: "Seed of the start states; the run's own by default: the episodes of deno task eval.",
    },
    { name: "checkpoint", value: "best|last|FILE", help: "What to load; best by default." },
    deviceOption,
    noiseOption,
    environmentsOption,
    {
      name: "delay",
      value: "MS",
      help: "Milliseconds a frame; by default 50, for boards 300, and 250 for text in the terminal.",
    },
  ],
  positionals: [1, 1],
};

async function run(given: CommandLine): Promise<number> {
  await registerOwnEnvironments(given);
  const [episodes, seed, delay] = ["episodes", "seed", "delay"].map(given.value);
  const { playRun } = await import("./play_run.ts");
  await playRun(given.positionals[0]!, {
    checkpoint: given.value("checkpoint") ?? "best",
    device: givenDevice(given),
    episodes: wholeNumber(episodes ?? "1", { option: "episodes", least: 1, most: 1_000_000 }),
    seed: seed === undefined ? undefined : wholeNumber(seed, { option: "seed", least: 0 }),
    noise: given.has("noise"),
    delay: delay === undefined ? undefined : wholeNumber(delay, { option: "delay", least: 20, most: 60_000 }),
    gif: given.value("gif"),
    apng: given.value("apng"),
    terminal: given.has("terminal"),
  });
  return ExitCode.fine;
}

if (import.meta.main) await main(command, run);
