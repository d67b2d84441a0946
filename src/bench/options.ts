/** The command line of `deno task bench`. @module */
import { parseArgs } from "node:util";
import { didYouMean, UsageError } from "../core/errors.ts";
import { type DeviceChoice, parseDevice } from "../gpu/choice.ts";
import type { Loop } from "./configs.ts";
import { everySuite, type Suite, suites } from "./suites.ts";

/** What `--help` prints. */
export const help = `Times Qernel on this machine, and checks that what it timed also learned.

Usage: deno task bench [options]

  --suite NAME      kernels:       GFLOP/s and GB/s of the kernels against what the adapter reaches
                                   in kernels that do one thing only; an empty dispatch; a cold compile
                    update:        milliseconds of a bare update of several sizes
                    parts:         milliseconds of the processor of an update with each part of the
                                   family, of Rainbow too, beside plain DQN's; seconds of compiling both
                    loop:          steps per second of whole training loops on CartPole-v1: tutorial
                                   (4-128-128-2, an update a step), cleanrl (4-120-84-2, one in ten
                                   steps), zoo (4-256-256-2, 128 every 256 steps), pqn (4-128-128-2,
                                   32 every 1,024 steps of 32 environments)
                    minatar:       steps per second of the presets minatar-dqn and minatar-pqn on MinAtar's
                                   Breakout, of planes of 10 x 10 by a convolution
                    population:    steps per second of 1, 4, 16, 64, 256, ... agents at once
                    time-to-solve: seconds and steps of the default preset to a mean return of 475
                                   over 100 greedy episodes, seeds 0 to 4
                    all:           kernels, update and loop (default)
  --device WHERE    auto (default), webgpu or wasm: where the kernels run; auto takes a GPU where there is
                    one, else wasm
  --loop WHERE      where the environment of loops lives: device (default) or host
  --peer COMMAND    runs COMMAND, which prints one JSON object a line with the same keys, before
                    each round of ours, and reports ratios (above 1: Qernel is faster); may be repeated
  --rounds N        rounds of ours and the peers', interleaved (default 1, or 3 with --peer)
  --limit SECONDS   longest time of one population, after which larger ones are left out (default 60)
  --json            prints one JSON object
  --quick           a fraction of the work: shows that everything runs, not how fast
  --help            this text

Peers in the repository, with the same loops:
  deno task bench --suite loop --peer "python3 src/bench/peers/torch_loops.py"
  deno task bench --suite loop --peer "python3 src/bench/peers/jax_loops.py"
  deno task bench --suite minatar --peer "python3 src/bench/peers/torch_minatar.py"
  deno task bench --suite minatar --peer "python3 src/bench/peers/jax_minatar.py"
`;

/** What was asked for. */
export interface BenchOptions {
  readonly suites: readonly Suite[];
  readonly device: DeviceChoice;
  readonly loop: Loop;
  readonly peers: readonly string[];
  readonly rounds: number;
  /** Seconds. */
  readonly limit: number;
  readonly json: boolean;
  readonly quick: boolean;
}

const options = {
  suite: { type: "string", default: "all" },
  device: { type: "string", default: "auto" },
  loop: { type: "string", default: "device" },
  peer: { type: "string", multiple: true, default: [] as string[] },
  rounds: { type: "string" },
  limit: { type: "string", default: "60" },
  json: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** Reads a command line; undefined when it asks for help. @throws {UsageError} When something in it is wrong. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { suite, device, loop, peer: peers, rounds, limit, json, quick, help } = parse(args);
  if (help) return undefined;
  if (suite === "population" && loop === "host") {
    throw new UsageError(
      'Option --loop is "host", wanted "device": the members of a population share one device',
    );
  }
  return {
    suites: suite === "all" ? everySuite : [oneOf("suite", suite, [...Object.keys(suites), "all"]) as Suite],
    device: parseDevice(device, "Option --device"),
    loop: oneOf("loop", loop, ["device", "host"]) as Loop,
    peers,
    rounds: count("rounds", rounds ?? (peers.length > 0 ? "3" : "1")),
    limit: count("limit", limit),
    json,
    quick,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [message] = (error as Error).message.split(/\n|\. To specify/);
    const unknown = /^Unknown option '(--[^' ]*)/.exec(message!)?.[1];
    const hint = unknown ? didYouMean(unknown, Object.keys(options).map((name) => `--${name}`)) : "";
    throw new UsageError(`${message}${hint}; --help lists the options`);
  }
}

function oneOf(option: string, given: string, known: readonly string[]): string {
  if (known.includes(given)) return given;
  throw new UsageError(
    `Option --${option} is "${given}", wanted one of ${known.join(", ")}${didYouMean(given, known)}`,
  );
}

function count(option: string, given: string): number {
  if (/^[1-9]\d*$/.test(given)) return Number(given);
  throw new UsageError(`Option --${option} is "${given}", wanted a positive integer`);
}
