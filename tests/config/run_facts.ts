/** What a config makes, and what comes of it, as facts by name. @module */
import { runPaths } from "../../src/runs/run_folder.ts";
import { trainRun } from "../../src/cli/train_run.ts";
import { createRun } from "../../src/config/build.ts";
import { type DeepRunConfig, learnerOptions } from "../../src/config/learner_options.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import type { TrainingRun } from "../../src/config/training_run.ts";
import type { TrainEvent } from "../../src/core/events.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import {
  type Environment,
  type Info,
  noInfo,
  type Observation,
  type ResetOptions,
} from "../../src/envs/environment.ts";
import { registerEnvironment } from "../../src/envs/environment_registry.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { networkLayout } from "../../src/ops/model.ts";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { filesUnder, withFolder } from "../cli/task.ts";
import "../../src/envs/picture_wrappers.ts";

/** Values by name, some of them lists. */
export type Facts = Readonly<Record<string, unknown>>;

/** What the environments of a run were asked for. */
interface Journal {
  readonly seeds: number[];
  readonly actions: number[];
}

let journal: Journal = { seeds: [], actions: [] };

/**
 * A walk of `length` steps, each of which pays `pay`: sees the number of its steps, with `box` as [steps, 2 steps], or,
 * where that is "picture", a picture of three channels and 2 x 2 pixels as bright as it is late. With `masked` action 1 alone is
 * legal.
 */
class Walk implements Environment<Observation> {
  readonly observationSpace;
  readonly actionSpace = discrete(3);
  readonly #length: number;
  readonly #pay: number;
  readonly #box: unknown;
  readonly #info: Info;
  #steps = 0;

  constructor({ length = 4, pay = 1, box: seen = false, masked = false }: Record<string, unknown>) {
    this.#length = Number(length);
    this.#pay = Number(pay);
    this.#box = seen;
    this.#info = masked === true ? { actionMask: Uint8Array.of(0, 1, 0) } : noInfo;
    this.observationSpace = seen === "picture"
      ? box([3, 2, 2], 0, 1)
      : seen
      ? box([2], 0, [10, 20])
      : discrete(10);
  }

  reset({ seed }: ResetOptions = {}) {
    if (seed !== undefined) journal.seeds.push(seed);
    this.#steps = 0;
    return { observation: this.#observe(), info: this.#info };
  }

  step(action: number) {
    journal.actions.push(action);
    const terminated = ++this.#steps === this.#length;
    const reward = this.#pay;
    return { observation: this.#observe(), reward, terminated, truncated: false, info: this.#info };
  }

  #observe(): Observation {
    if (this.#box === "picture") return new Float32Array(12).fill((1 + this.#steps) / 5);
    return this.#box ? Float32Array.of(this.#steps, 2 * this.#steps) : this.#steps;
  }
}

for (const id of ["Walk-v0", "Stroll-v0"]) {
  registerEnvironment({
    id,
    create: (options) => new Walk(id === "Walk-v0" ? options : { ...options, pay: 2 }),
    options: ["length", "pay", "box", "masked"],
  });
}

/** What the learner of a config of a DQN agent is made from; those of its only member as `members.NAME`. */
export function learnerFacts(config: RunConfigInput): Facts {
  const parsed = parseConfig(config) as DeepRunConfig;
  const hasBoard = parsed.agent.hidden.some((layer) => typeof layer === "object" && layer.kind === "conv");
  const { members: [member], model, ...options } = learnerOptions([parsed], {
    observationSpace: box(hasBoard ? [2, 4, 4] : [4], 0, 1),
    actionSpace: discrete(2),
    masked: false,
    binary: false,
  });
  const { widths, layers, blocks } = networkLayout(model);
  const { head } = model;
  const noisy = blocks.filter(({ noiseOf }) => noiseOf !== undefined).map(({ initial }) => initial);
  const facts = {
    widths,
    relu: layers.map(({ layer }) => layer.relu),
    head: [head],
    noisy,
    ...head.overrides,
  };
  return flattened({ ...options, members: member, model: facts });
}

function flattened(values: object, prefix = ""): Facts {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === "object" && !Array.isArray(value)
        ? Object.entries(flattened(value, `${prefix}${name}.`))
        : [[prefix + name, value]]
    ),
  );
}

/** What comes of a run: trained, evaluated and tested. */
export async function outcomeFacts(config: RunConfigInput, gpu?: Gpu): Promise<Facts> {
  const events: TrainEvent[] = [];
  const printed: string[] = [];
  const run = await createRun(config, {
    callbacks: [{ notify: (event) => void events.push(event) }],
    print: (line) => void printed.push(line),
    ...gpu ? { gpu } : {},
  });
  try {
    const training = await during(() => run.train());
    const final = await during(() => run.evaluate());
    const test = await during(() => run.test());
    return {
      ...eventFacts(events),
      printed: printed.length,
      end: training.result.reason,
      counts: [training.result.step, training.result.update, training.result.episode],
      firstSeed: training.seeds[0],
      laterSeeds: training.seeds.slice(1),
      actions: training.actions,
      onlyLegal: training.actions.every((action) => action === 1),
      finalSeeds: final.seeds,
      finalLengths: final.result.lengths,
      testSeeds: test.seeds,
      testLengths: test.result?.lengths,
      ...await agentFacts(run),
    };
  } finally {
    run.dispose();
  }
}

async function during<T>(act: () => Promise<T>): Promise<Journal & { readonly result: T }> {
  journal = { seeds: [], actions: [] };
  const mine = journal;
  return { result: await act(), ...mine };
}

async function agentFacts(run: TrainingRun): Promise<Facts> {
  journal = { seeds: [], actions: [] };
  const { agent, environment, gpu } = run;
  const { width } = environment;
  const rows = new Float32Array(10 * width).map((_, at) => Math.floor(at / width));
  const env = environment.environments[0]!;
  const first = env.reset({ seed: 0 }).observation;
  const { observation, reward } = env.step(0);
  const q = [...await agent.getQ(rows)];
  return {
    agent: agent.constructor.name,
    environments: environment.environments.length,
    device: gpu?.kind,
    profile: gpu?.kernelProfile.name,
    q,
    unseenQ: q.at(-1),
    secondQ: [0, 1, 2, 3].map((state) => q[3 * state + 1]),
    seen: [first, observation].map((seen) => typeof seen === "number" ? seen : [...seen as Float32Array]),
    reward,
  };
}

function eventFacts(events: readonly TrainEvent[]): Facts {
  const of = <K extends TrainEvent["kind"]>(kind: K) =>
    events.filter((event): event is Extract<TrainEvent, { kind: K }> => event.kind === kind);
  const rows = of("metrics");
  return {
    filled: of("fill").at(-1)?.total,
    lengths: of("episode").map(({ length }) => length),
    returns: of("episode").map((episode) => episode.return),
    updates: of("progress").map(({ update }) => update),
    epsilons: of("progress").map(({ epsilon }) => epsilon),
    learningRates: of("progress").map(({ learningRate }) => learningRate),
    evaluations: of("evaluation").map(({ step }) => step),
    evaluationLengths: of("evaluation")[0]?.evaluation.lengths,
    evaluationReturns: of("evaluation")[0]?.evaluation.returns,
    measured: rows.filter(({ values }) => "epsilon" in values).map(({ step }) => step),
    validation: rows.flatMap(({ values }) => values["validation/loss"] ?? []),
  };
}

/** What a run leaves in its folder, and what it prints. */
export async function folderFacts(config: RunConfigInput): Promise<Facts> {
  let facts: Facts = {};
  await withFolder(async (folder) => {
    const paths = runPaths(`${folder}/run`);
    const loaded = { name: "walk", config: parseConfig(config) };
    const { signal } = new AbortController();
    const printed = await printedBy(() => trainRun(loaded, { out: paths.folder, quiet: false, signal }));
    const files = filesUnder(paths.folder);
    facts = {
      files: [...new Set(files.map((file) => file.replace(/\/.*/, "/")))],
      states: files.filter((file) => /^state\/\d+\.json$/.test(file)).length,
      tops: files.filter((file) => file.startsWith("checkpoints/top-")).length,
      best: Number((await loadCheckpoint(paths.best)).metadata["step"]),
      lines: printed.split(/[\r\n]/).filter((line) => line.startsWith("walked")),
      chart: /^(Duration|Return)$/m.exec(printed)?.[1] ?? "none",
    };
  });
  return facts;
}

/** Everything that `act` prints. */
async function printedBy(act: () => Promise<unknown>): Promise<string> {
  let printed = "";
  const { log, error } = console;
  const written = [Deno.stdout, Deno.stderr].map(({ writeSync }) => writeSync);
  const take = (bytes: Uint8Array) => {
    printed += new TextDecoder().decode(bytes);
    return bytes.length;
  };
  console.log = console.error = (text: string) => void (printed += `${text}\n`);
  Deno.stdout.writeSync = Deno.stderr.writeSync = take;
  try {
    await act();
  } finally {
    Object.assign(console, { log, error });
    [Deno.stdout, Deno.stderr].forEach((stream, i) => stream.writeSync = written[i]!);
  }
  return printed;
}
