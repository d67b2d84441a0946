/** Real files, and what commands do with them when they are spoilt. @module */
import { dirname, join } from "@std/path";
import { parseCommand } from "../../src/command/command.ts";
import { drawComparison } from "../../src/cli/comparison_pictures.ts";
import { evaluateRun } from "../../src/cli/evaluate_run.ts";
import { readQValues } from "../../src/cli/q_values.ts";
import { resumeRun } from "../../src/cli/resume_run.ts";
import { drawRun } from "../../src/cli/run_pictures.ts";
import { runSweep } from "../../src/cli/run_sweep.ts";
import { readSummaries } from "../../src/cli/summary_table.ts";
import { sweepPaths } from "../../src/cli/sweep_folder.ts";
import { trainRun } from "../../src/cli/train_run.ts";
import { createRun } from "../../src/config/build.ts";
import { loadExperiment } from "../../src/config/experiment.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { registerDeviceEnvironment } from "../../src/device_envs/device_registry.ts";
import { crc32c } from "../../src/format/crc32c.ts";
import { tryJson } from "../../src/format/json_text.ts";
import { learner, table } from "./hostile_corpus.ts";
import { type Draws, mutateBytes, mutateHeader, mutateText } from "./mutate.ts";

/** One way in for files of strangers. */
export interface Entrance {
  readonly name: string;
  /** Its share of all mutations, in parts. */
  readonly weight: number;
  /** Spoils a fresh copy of the corpus in `folder`, and does with it what a command would. */
  attempt(draws: Draws, folder: string): Promise<void>;
}

/** Where files lie that are nobody's but their owner's, from the folder of an attempt. */
export const victims = "../../../victims";

/** Milliseconds after which what was accepted has run for long enough. */
const enough = 150;

/** Trains a while. */
async function train(
  path: string,
  { out, set }: { out: string; set?: readonly string[] },
): Promise<void> {
  const loaded = await loadConfig(path, set ? { set } : {});
  const signal = AbortSignal.timeout(enough);
  await trainRun(loaded, { out, quiet: true, silent: true, signal });
}

/** Changes a text file in place. */
async function spoil(path: string, draws: Draws): Promise<void> {
  await Deno.writeTextFile(path, mutateText(await Deno.readTextFile(path), draws));
}

/** Changes the latest state in a folder, and mostly makes its checksums right again. */
async function spoilState(folder: string, draws: Draws): Promise<void> {
  const number = Math.max(...Array.from(Deno.readDirSync(folder), ({ name }) => Number.parseInt(name)));
  const path = join(folder, `${number}.json`);
  if (draws.below(5) === 0) return await spoil(path, draws);
  const { checksum: _, ...manifest } = JSON.parse(await Deno.readTextFile(path));
  if (draws.below(4) === 0) {
    const name = draws.of(Object.keys(manifest.files));
    const bytes = mutateHeader(await Deno.readFile(join(folder, name)), draws);
    await Deno.writeFile(join(folder, name), bytes);
    manifest.files[name] = { bytes: bytes.length, checksum: crc32c(bytes) };
  } else {
    const key = draws.of(["values", "values", "values", "progress", "rows", "files", "number"]);
    const parsed = tryJson(mutateText(JSON.stringify(manifest[key]), draws));
    if ("value" in parsed) manifest[key] = parsed.value;
  }
  const text = JSON.stringify(manifest);
  const sum = crc32c(new TextEncoder().encode(text));
  await Deno.writeTextFile(path, JSON.stringify({ ...manifest, checksum: sum }));
}

/** All ways in. */
export const entrances: readonly Entrance[] = [
  {
    name: "checkpoint",
    weight: 8,
    async attempt(draws, folder) {
      const run = join(folder, draws.of(["learner", "table"]));
      const path = join(run, "checkpoints", "best.safetensors");
      const source = draws.of([path, join(folder, "bare.safetensors")]);
      const mutate = draws.of([mutateBytes, mutateHeader, mutateHeader]);
      await Deno.writeFile(path, mutate(await Deno.readFile(source), draws));
      await evaluateRun(run, { checkpoint: "best", episodes: 1 });
      await readQValues(run, { checkpoint: path, observation: run.endsWith("table") ? "1" : "0,0,0,0" });
    },
  },
  {
    name: "config of a run",
    weight: 5,
    async attempt(draws, folder) {
      const run = join(folder, draws.of(["learner", "table"]));
      await spoil(join(run, "config.json"), draws);
      await evaluateRun(run, { checkpoint: "best", episodes: 1 });
    },
  },
  {
    name: "summary",
    weight: 4,
    async attempt(draws, folder) {
      const runs = [join(folder, "learner"), join(folder, "table")];
      await spoil(join(draws.of(runs), "summary.json"), draws);
      await readSummaries(runs);
    },
  },
  {
    name: "logs of a run",
    weight: 4,
    async attempt(draws, folder) {
      const run = join(folder, draws.of(["learner", "table"]));
      const files = ["metrics.csv", "episodes.csv", "updates.csv", "test.csv", "summary.json"];
      const there = files.map((name) => join(run, name)).filter((path) => isThere(path));
      await spoil(draws.of(there), draws);
      await drawRun(run);
      if (draws.below(4) === 0) {
        const others = ["learner", "table"].map((name) => join(folder, name));
        await drawComparison(others, { format: "svg", out: join(folder, "pictures") });
      }
    },
  },
  {
    name: "config",
    weight: 7,
    async attempt(draws, folder) {
      const path = join(folder, draws.of(["learner.json", "table.json"]));
      await spoil(path, draws);
      await train(path, { out: join(folder, "out") });
    },
  },
  {
    name: "assignments",
    weight: 3,
    async attempt(draws, folder) {
      const set = Array.from({ length: 1 + draws.below(3) }, () => mutateText(draws.of(assignments), draws));
      await train(join(folder, "learner.json"), { out: join(folder, "out"), set });
    },
  },
  {
    name: "map",
    weight: 2,
    async attempt(draws, folder) {
      const map = mutateText(draws.of(maps), draws).split("\n");
      const path = join(folder, "table.json");
      const options = { map, slippery: draws.of([true, false, null]) };
      await Deno.writeTextFile(
        path,
        JSON.stringify({ ...table, environment: { ...table.environment, options } }),
      );
      await train(path, { out: join(folder, "out") });
    },
  },
  {
    name: "experiment",
    weight: 4,
    async attempt(draws, folder) {
      const path = join(folder, "experiment.json");
      await spoil(path, draws);
      const paths = sweepPaths(join(folder, "out"));
      await runSweep(await loadExperiment(path), { paths, quiet: true, signal: AbortSignal.timeout(enough) });
    },
  },
  {
    name: "folder of a sweep",
    weight: 3,
    async attempt(draws, folder) {
      const paths = sweepPaths(join(folder, "sweep"));
      const run = join(paths.runs, draws.of([...Deno.readDirSync(paths.runs)]).name);
      const file = draws.of(["experiment", "summary", "metrics", "failed"]);
      if (file === "failed") {
        await Deno.remove(join(run, "summary.json"));
        const failed = JSON.stringify({ reason: "The loss is NaN", wallSeconds: 1.5 }, null, 2);
        await Deno.writeTextFile(join(run, "failed.json"), mutateText(failed, draws));
      } else if (file === "experiment") await spoil(paths.experiment, draws);
      else await spoil(join(run, file === "summary" ? "summary.json" : "metrics.csv"), draws);
      const experiment = await loadExperiment(join(folder, "experiment.json"));
      await runSweep(experiment, { paths, quiet: true, signal: AbortSignal.timeout(enough) });
    },
  },
  {
    name: "links",
    weight: 3,
    async attempt(draws, folder) {
      const run = join(folder, draws.of(["learner", "table", "sweep", "unstarted"]));
      await Deno.mkdir(join(folder, "unstarted", "checkpoints"), { recursive: true });
      const names =
        "config.json summary.json metrics.csv episodes.csv checkpoints checkpoints/best.safetensors pictures " +
        "experiment.json runs runs.csv .lock runs/agent.gamma-0.5-0 episode.gif";
      for (let i = 0; i <= draws.below(3); i++) {
        const path = join(run, draws.of(names.split(" ")));
        const parent = await Deno.realPath(dirname(path)).catch(() => undefined);
        if (!parent?.startsWith(await Deno.realPath(folder))) continue; // A link of before leads out of it.
        await Deno.remove(path, { recursive: true }).catch(() => {});
        const victim = join(folder, victims);
        if (draws.below(3) > 0) {
          const target = draws.of(
            ["file.txt", "empty.txt", "folder", "none"].map((name) => join(victim, name)),
          );
          await Deno.symlink(target, path).catch(() => {});
        } else await new Deno.Command("mkfifo", { args: [path], stderr: "null" }).output();
      }
      const signal = AbortSignal.timeout(enough);
      if (run.endsWith("sweep")) {
        const paths = sweepPaths(run);
        await runSweep(await loadExperiment(join(folder, "experiment.json")), { paths, quiet: true, signal });
      } else if (run.endsWith("unstarted")) await train(join(folder, "learner.json"), { out: run });
      else {
        await drawRun(run);
        await evaluateRun(run, { checkpoint: draws.of(["best", "last"]), episodes: 1 });
      }
    },
  },
  {
    name: "state",
    weight: 8,
    async attempt(draws, folder) {
      const run = join(folder, draws.of(["learner", "table"]));
      await spoilState(join(run, "state"), draws);
      const signal = AbortSignal.timeout(enough);
      await resumeRun(run, { set: ["budget.steps=260"], quiet: true, silent: true, signal });
    },
  },
  {
    name: "command line",
    weight: 2,
    attempt(draws) {
      const args = mutateText(draws.of(commandLines), draws).split(" ");
      const given = parseCommand(command, args);
      given.values("set");
      return Promise.resolve();
    },
  },
  {
    name: "WGSL environment",
    weight: 4,
    async attempt(draws) {
      const id = `Hostile-v${registered++}`;
      const source = draws.of(shaders);
      const file = { name: "hostile.wgsl", text: mutateText(source.text, draws) };
      registerDeviceEnvironment({ ...source.spec, id, file });
      const { environment: _, ...config } = learner;
      const given: unknown = { ...config, environment: { id }, loop: "device" };
      const run = await createRun(given as RunConfigInput);
      try {
        await run.train({ signal: AbortSignal.timeout(enough) });
      } finally {
        run.dispose();
      }
    },
  },
];

let registered = 0;

const shaders = [
  { name: "env_cartpole.wgsl", spec: { observations: 4, actions: 2, maxEpisodeSteps: 50 } },
  { name: "env_mountain_car.wgsl", spec: { observations: 2, actions: 3, maxEpisodeSteps: 50 } },
].map(({ name, spec }) => ({
  spec,
  text: Deno.readTextFileSync(new URL(`../../shaders/${name}`, import.meta.url)),
}));

const assignments = [
  "agent.gamma=0.9",
  "agent.hidden=[4,4]",
  'agent.optimizer={"kind":"adamw","learningRate":0.001}',
  "agent.exploration.kind=linear",
  'environment.options={"a":1}',
  "log.print=[]",
  "budget.steps=50",
  'description="x"',
];

const maps = ["SFF\nFHF\nFFG", "SG", "SFFF\nFHFH\nFFFH\nHFFG"];

const commandLines = [
  "cartpole --set agent.gamma=0.9 --seed 3 --quiet",
  "--config a.json --out=b --seeds 0,1,2",
  "a b -- --c",
  "--seed -1 --no-quiet --set",
];

const command = {
  usage: "test",
  summary: "Takes what comes.",
  options: [
    { name: "set", value: "KEY=VALUE", many: true, help: "" },
    { name: "seed", value: "N", help: "" },
    { name: "seeds", value: "N", help: "" },
    { name: "config", value: "FILE", help: "" },
    { name: "out", value: "DIR", help: "" },
    { name: "quiet", help: "" },
  ],
  positionals: [0, 2],
} as const;

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
