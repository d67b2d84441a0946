/**
 * Trains with the bundle of `mod.ts` that lies beside it, and tells what came of it: in a page as its text, in a process
 * by a line. ../pages/library.ts bundles and serves it.
 *
 * @module
 */
import { traceThreads } from "../../wasm/device/trace.ts";

/** What came of it, if nothing went wrong. */
export interface Report {
  /** What WebGPU is: `missing`, `no adapter`, or `adapter`. */
  readonly webgpu: string;
  /** Names of WebGPU's globals. */
  readonly globals: readonly string[];
  /** Whether other origins are kept apart, so that memory can be shared; undefined outside pages. */
  readonly isolated: boolean | undefined;
  /** What the device of the run tells of itself. */
  readonly adapter: string;
  /** Why the run ended. */
  readonly reason: string;
  readonly step: number;
  /** Mean returns of the evaluations. */
  readonly means: readonly number[];
  /** Loss of every update. */
  readonly losses: readonly number[];
  /** Of all that the agent saves: parameters, the optimizer's state, replay. */
  readonly checksum: number;
  /** Threads seen at work on two devices, one after the other. */
  readonly threads: readonly number[];
}

/** What went wrong. */
export interface Failure {
  /** The error and where it came from. */
  readonly error: string;
}

const globals = globalThis as {
  readonly Deno?: typeof Deno;
  readonly crossOriginIsolated?: boolean;
  readonly document?: { querySelector(name: string): { textContent: string } | null };
};

/** Trains CartPole until the pole is balanced, as README's program does. */
async function train(): Promise<Report> {
  // Where there is one core, a second thread is wanted all the same.
  Object.defineProperty(navigator, "hardwareConcurrency", { value: 2 });
  const beside = new URL("qernel.js", import.meta.url).href;
  const { createRun }: typeof import("../../../mod.ts") = await import(beside);
  const means: number[] = [];
  const losses: number[] = [];
  const run = await createRun({
    environment: { id: "CartPole-v1", count: 8 },
    agent: {
      kind: "dqn",
      hidden: [128],
      optimizer: { kind: "adam", learningRate: 4e-3 },
      clip: { kind: "norm", limit: 10 },
      target: { tau: 1, every: 128, unit: "step" },
      replay: { capacity: 50_000, batch: 64, warmup: 1000 },
      train: { every: 128, unit: "step", updates: 64 },
    },
    device: globals.Deno ? "wasm" : "auto",
    budget: { steps: 60_000 },
    evaluation: { every: 1024, episodes: 20, threshold: 475 },
  }, {
    callbacks: [{
      notify(event) {
        if (event.kind === "evaluation") means.push(event.evaluation.mean);
        if (event.kind === "progress") losses.push(...event.losses);
      },
    }],
  });
  const { reason, step } = await run.train();
  const checksum = checksumOf(Object.values(await run.agent.save({ full: true })).map(({ data }) => data));
  const adapter = run.gpu!.adapter;
  run.dispose();
  return {
    webgpu: await webgpu(),
    globals: Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith("GPU")),
    isolated: globals.crossOriginIsolated,
    adapter,
    reason,
    step,
    means,
    losses,
    checksum,
    threads: [await threadsAtWork(), await threadsAtWork()],
  };
}

async function webgpu(): Promise<string> {
  if (globals.Deno) return "not asked";
  if (!navigator.gpu) return "missing";
  return await navigator.gpu.requestAdapter() ? "adapter" : "no adapter";
}

async function threadsAtWork(): Promise<number> {
  const { device, threads } = await traceThreads();
  device.destroy();
  return threads;
}

/** FNV-1a over words. */
function checksumOf(arrays: readonly (Float32Array | Uint32Array)[]): number {
  let hash = 0x811c9dc5;
  for (const { buffer, byteOffset, length } of arrays) {
    for (const word of new Uint32Array(buffer, byteOffset, length)) hash = Math.imul(hash ^ word, 0x01000193);
  }
  return hash >>> 0;
}

const report = JSON.stringify(await train().catch((error) => ({ error: `${error.stack ?? error}` })));
const output = globals.document?.querySelector("output");
if (output) output.textContent = report;
else console.log(report);
