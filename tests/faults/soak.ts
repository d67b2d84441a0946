/** Long runs: memory and time that do not grow, counts beyond 2^24, returns of many small rewards. @module */
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { trainRun } from "../../src/cli/train_run.ts";
import { createRun } from "../../src/config/build.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { TrainingError } from "../../src/core/errors.ts";
import { registerDeviceEnvironment } from "../../src/device_envs/device_registry.ts";
import { Gpu } from "../../src/gpu/device.ts";
import type { Callback } from "../../src/train/callbacks/callback.ts";
import { filesUnder, withFolder } from "../cli/task.ts";
import type { Part } from "./part.ts";
import { type Slope, slopeOf } from "./slope.ts";

/** What is measured, a work each. */
const works: Readonly<Record<string, () => Promise<Figures>>> = { counters, returns, memory: longRun };

/** See the module. */
export const soak: Part = {
  name: "soak",
  summary: "10 million steps on the device: memory and time that do not grow, exact counts and returns.",
  async run({ tell }) {
    const figures: Record<string, unknown> = {};
    const failures: string[] = [];
    for (const [name, work] of Object.entries(works)) {
      tell(name);
      try {
        figures[name] = await work();
      } catch (error) {
        failures.push(`${name}: ${error}`);
      }
    }
    return { figures, failures };
  },
};

/** Of a work, by their names. */
type Figures = Readonly<Record<string, unknown>>;

const million = 1e6;

/** Steps in all, between two measurements, and before the first that counts. */
const steps = { all: 10 * million, apart: 0.1 * million, warm: 2 * million };

/** What is measured every so many steps. */
interface Sample {
  /** Bytes. */
  readonly rss: number;
  /** Bytes of the heap that are reachable. */
  readonly heap: number;
  /** Bytes of tensors. */
  readonly device: number;
  /** Milliseconds since the sample before, but for what measuring took. */
  readonly time: number;
}

/** Measures as it watches. */
class Samples implements Callback {
  readonly all: Sample[] = [];
  readonly #gpu: Gpu;
  #since = performance.now();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  due({ step }: { readonly step: number }) {
    return { step: (Math.floor(step / steps.apart) + 1) * steps.apart };
  }

  notify(event: { readonly kind: string; readonly step: number }): void {
    if (event.kind !== "progress" || event.step % steps.apart !== 0) return;
    const time = performance.now() - this.#since;
    (globalThis as unknown as { gc: () => void }).gc();
    const { rss, heapUsed } = Deno.memoryUsage();
    this.all.push({ rss, heap: heapUsed, device: this.#gpu.bytes, time });
    this.#since = performance.now();
  }
}

const config = parseConfig({
  environment: { id: "CartPole-v1", count: 100 },
  loop: "device",
  agent: {
    hidden: [4],
    replay: { capacity: 10_000, batch: 16, warmup: 1000 },
    train: { every: 10_000, unit: "step", updates: 1 },
  },
  budget: { steps: steps.all },
  evaluation: { every: million, episodes: 10, final: { episodes: 10 } },
  log: { every: 10_000, pictures: false, animation: false, jsonLines: true, updates: true },
});

/** Share of its mean that memory may grow by over the steps that count, and time. */
const allowed = { memory: 0.05, time: 0.2 };

/** Trains with all logs. */
async function longRun(): Promise<Figures> {
  const gpu = await Gpu.open({ device: "wasm" });
  const samples = new Samples(gpu);
  const figures: Record<string, unknown> = {};
  await withFolder(async (folder) => {
    const { signal } = new AbortController();
    const { updates, episodes } = await trainRun({ name: "soak", config }, {
      out: folder,
      quiet: true,
      silent: true,
      gpu,
      watch: samples,
      signal,
    });
    const measured = samples.all.slice(steps.warm / steps.apart);
    const slopes = Object.fromEntries(measures.map((key) => [key, slopeOf(measured.map((one) => one[key]))]));
    const rows = Math.floor(steps.all / config.log.every);
    Object.assign(figures, { steps: steps.all, updates, episodes, slopes }, {
      bytes: bytesOf(folder, {
        "episodes.csv": episodes,
        "metrics.csv": rows,
        "metrics.jsonl": rows,
        "updates.csv": updates,
      }),
    });
    assertFlat(slopes as Record<typeof measures[number], Slope>, measured.map(({ time }) => time));
  });
  gpu.close();
  return figures;
}

const measures = ["rss", "heap", "device", "time"] as const;

/** Neither memory grows, for all that is known, nor the time of the quickest, to which nobody else on the machine adds. */
function assertFlat(slopes: Record<typeof measures[number], Slope>, times: readonly number[]): void {
  for (const key of ["rss", "heap", "device"] as const) {
    const { mean, interval: [, most] } = slopes[key];
    assert(most <= allowed.memory * mean, `${key} grows by up to ${most} of ${mean}`);
  }
  const quarter = Math.floor(times.length / 4);
  const [first, last] = [times.slice(0, quarter), times.slice(-quarter)].map((some) => Math.min(...some));
  assert(last! <= (1 + allowed.time) * first!, `the quickest takes ${last} ms, ${first} at first`);
}

/** How long each file of a run is for each of so many records; those of which there are none beside it, in all. */
function bytesOf(folder: string, records: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    filesUnder(folder).map((name) => {
      const { size } = Deno.statSync(`${folder}/${name}`);
      const count = records[name];
      return count === undefined
        ? [name.replace(/events\.out.*$/, "events"), size]
        : [`${name}, each of ${count} records`, Number((size / count).toFixed(1))];
    }),
  );
}

/** Steps of a run in all. */
const mostSteps = 2 ** 32 - 1;

/** Counts that are beyond what float32 holds, what a signed integer holds, and what is counted at all. */
const starts = [2 ** 24, 2 ** 31, mostSteps];

/** Trains across those counts: steps, updates and episodes are as exact there as at 0. */
async function counters(): Promise<Figures> {
  const { agent } = config;
  assert(agent.kind === "dqn");
  const short = {
    ...config,
    agent: { ...agent, train: { ...agent.train, every: 100 } },
    budget: { steps: 10_000 },
    evaluation: { ...config.evaluation, every: 10_000 },
    device: "wasm",
  } as const;
  const figures: Record<string, unknown> = {};
  for (const start of starts) {
    const run = await createRun(short);
    const counts = async () => (await run.agent.save({ full: true }))["clock"]!.data.subarray(0, 3);
    const state = await run.agent.save({ full: true });
    // What counts updates and episodes has no end but that of steps.
    const from = [start - 5000, ...start === mostSteps ? [0, 0] : [start - 50, start - 500]];
    const clock = Uint32Array.from(state["clock"]!.data);
    clock.set(from);
    run.agent.load({ ...state, clock: { shape: [clock.length], data: clock } });
    const end = await run.train().catch((error) => error as TrainingError);
    if (end instanceof TrainingError) {
      const steps = `it has come to ${mostSteps} steps, wanted at most ${mostSteps}`;
      assertStringIncludes(end.message, `Cannot go on training: ${steps}, as steps are counted in 32 bits`);
      figures[start] = end.message;
    } else {
      const wanted = [end.step, end.update, end.episode].map((count, i) => from[i]! + count);
      assertEquals(Array.from(await counts()), wanted);
      assert(wanted.every((count) => count > start), `${wanted}`);
      figures[start] = wanted;
    }
    run.dispose();
  }
  assertEquals(starts.map((start) => typeof figures[start]), ["object", "object", "string"]);
  return figures;
}

/** An episode of so many rewards of a hundredth. */
const rewards = 100_000;

registerDeviceEnvironment({
  id: "Hundredths-v0",
  observations: 1,
  actions: 2,
  maxEpisodeSteps: rewards,
  file: {
    name: "hundredths.wgsl",
    text: `
struct State { nothing: f32 }
fn env_reset(stream: Stream) -> State { return State(0.0); }
fn env_step(state: State, action: u32) -> Step { return Step(state, 0.01, false); }
fn env_observe(state: State, i: u32) -> f32 { return 1.0; }
`,
  },
});

/** The return of many small rewards, to seven digits. */
async function returns(): Promise<Figures> {
  const { agent, evaluation } = config;
  const run = await createRun({
    environment: { id: "Hundredths-v0" },
    agent,
    budget: { steps: rewards },
    evaluation: { ...evaluation, every: rewards, episodes: 1 },
    device: "wasm",
  }, { callbacks: [{ notify: (event) => void (event.kind === "episode" && found.push(event.return)) }] });
  const found: number[] = [];
  await run.train();
  run.dispose();
  const [sum] = found as [number];
  assertEquals(found.length, 1);
  assertAlmostEquals(sum, 1000, 5e-5);
  return { rewards, sum };
}
