/** `deno task bench`: how fast updates and training loops run here, alone or beside a peer. @module */
import { parseArgs } from "node:util";
import { didYouMean, UsageError } from "../core/errors.ts";
import type { Measurement } from "./measure.ts";
import { describeRatio, type Figures, ratios } from "./ratios.ts";
import { loopCases, updateCases } from "./suites.ts";

const help = `Times Qernel on this machine.

Usage: deno task bench [options]

  --suite NAME      update: milliseconds of a bare update of several sizes
                    loop:   steps per second of whole training loops on CartPole-v1
                    all:    both (default)
  --peer COMMAND    runs COMMAND, which prints one JSON object a line with the same keys,
                    after each round of ours, and reports ratios (above 1: Qernel is faster)
  --rounds N        rounds of ours and the peer's, interleaved (default 1, or 3 with --peer)
  --json            prints one JSON object
  --help            this text
`;

const suites = ["update", "loop", "all"];

async function main(): Promise<void> {
  const { suite, peer, rounds, json } = readArguments();
  const [ours, theirs]: [Figures[], Figures[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(await measureSuite(suite, json ? () => {} : console.error));
    if (peer) theirs.push(...await runPeer(peer));
  }
  const result = { ...ours.at(-1)!, ...(peer ? { peers: ratios(ours, theirs) } : {}) };
  if (json) return console.log(JSON.stringify(result));
  console.log(`Adapter: ${result.adapter}`);
  for (const [name, ms] of Object.entries(result.updateMilliseconds ?? {})) {
    console.log(`  update ${name.padEnd(20)} ${ms.toFixed(3)} ms`);
  }
  for (const [name, rate] of Object.entries(result.loopStepsPerSecond ?? {})) {
    const outside = result.outsideMilliseconds?.[name]?.toFixed(3);
    console.log(
      `  loop   ${name.padEnd(20)} ${rate.toFixed(0)} steps/s, ${outside} ms a step outside the updates`,
    );
  }
  for (const ratio of peer ? ratios(ours, theirs) : []) console.log(describeRatio(ratio));
}

function readArguments(): { suite: string; peer: string | undefined; rounds: number; json: boolean } {
  const options = {
    suite: { type: "string", default: "all" },
    peer: { type: "string" },
    rounds: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ args: Deno.args, options }));
  } catch (error) {
    const unknown = /'(--[^' ]*)/.exec((error as Error).message)?.[1] ?? "";
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`${(error as Error).message.split("\n")[0]}${didYouMean(unknown, known)}`);
  }
  if (values.help) {
    console.log(help);
    Deno.exit(0);
  }
  const { suite, peer, json } = values;
  if (!suites.includes(suite)) {
    throw new UsageError(
      `--suite is ${suite}, wanted one of ${suites.join(", ")}${didYouMean(suite, suites)}`,
    );
  }
  const rounds = Number(values.rounds ?? (peer ? 3 : 1));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new UsageError(`--rounds is ${values.rounds}, wanted a positive integer`);
  }
  return { suite, peer, rounds, json };
}

async function measureSuite(suite: string, progress: (line: string) => void): Promise<Figures> {
  let adapter = "";
  const measureAll = async (kind: string, names: readonly string[]) => {
    const results: [string, Measurement][] = [];
    for (const name of names) {
      progress(`timing ${kind} ${name} ...`);
      const result = await measureCase(kind, name);
      adapter = result.adapter;
      results.push([name, result]);
    }
    return results;
  };
  const updates = suite === "loop" ? [] : await measureAll("update", Object.keys(updateCases));
  const loops = suite === "update" ? [] : await measureAll("loop", Object.keys(loopCases));
  const values = (results: [string, Measurement][]) =>
    Object.fromEntries(results.map(([name, { value }]) => [name, value]));
  return {
    adapter,
    ...(updates.length > 0 ? { updateMilliseconds: values(updates) } : {}),
    ...(loops.length > 0
      ? {
        loopStepsPerSecond: values(loops),
        outsideMilliseconds: Object.fromEntries(
          loops.map(([name, loop]) => [name, loop.outsideMilliseconds ?? 0]),
        ),
      }
      : {}),
  };
}

/** Each case has a process of its own, as the software adapter's threads are settled once a process. */
async function measureCase(suite: string, name: string): Promise<Measurement> {
  const script = new URL("./measure.ts", import.meta.url).href;
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, suite, name],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot time ${suite} ${name}: its process failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function runPeer(command: string): Promise<Figures[]> {
  const { success, stdout } = await new Deno.Command("sh", { args: ["-c", command], stderr: "inherit" })
    .output();
  const lines = new TextDecoder().decode(stdout).split("\n").filter((line) => line.startsWith("{"));
  if (!success || lines.length === 0) {
    throw new Error(`Cannot time the peer: \`${command}\` ${success ? "printed no JSON object" : "failed"}`);
  }
  return lines.map((line) => JSON.parse(line));
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
