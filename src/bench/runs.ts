/** Timing training runs: loops, populations, until a task is solved, and what of a run is compiling. @module */
import type { DqnAgent } from "../agents/dqn.ts";
import { createRun } from "../config/build.ts";
import { loadConfig } from "../config/load.ts";
import { createPopulation } from "../config/population.ts";
import { Gpu } from "../gpu/device.ts";
import { tuneSoftwareAdapter } from "../gpu/software.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import type { CaseResult } from "./case_process.ts";
import { type CaseSettings, type LoopCase, loopCases, runConfig } from "./configs.ts";
import { solvedFrom } from "./learned.ts";
import { Stopwatch } from "./stopwatch.ts";

/** Steps per second of a loop, from the untimed steps to the last one. */
export async function measureLoop(
  name: string,
  { steps: [from, steps], agent, ...environment }: LoopCase,
  { device, loop }: Pick<CaseSettings, "device" | "loop">,
): Promise<CaseResult> {
  const stopwatch = new Stopwatch({ from });
  const run = await createRun(runConfig(agent, { ...environment, steps, device, loop }), {
    callbacks: [stopwatch],
  });
  await run.train();
  const outside = loop === "host" ? await outsideMilliseconds(run.agent as DqnAgent, stopwatch) : undefined;
  const figures = {
    device: run.gpu!.kind,
    adapter: run.gpu!.adapter,
    loopStepsPerSecond: { [name]: stopwatch.stepsPerSecond },
    ...outside === undefined ? {} : { outsideMilliseconds: { [name]: outside } },
  };
  run.dispose();
  return { figures, evidence: stopwatch.evidence };
}

/** Host milliseconds of a timed step that as many updates alone do not explain. */
async function outsideMilliseconds(agent: DqnAgent, { timed }: Stopwatch): Promise<number> {
  const start = performance.now();
  for (let done = 0; done < timed.updates; done += 100) {
    agent.update(Math.min(100, timed.updates - done));
    await agent.report();
  }
  return (timed.milliseconds - (performance.now() - start)) / timed.steps;
}

/** Steps of a loop with a batch of 128, in which every pipeline has run: acting, updates, and the evaluation at the end. */
const compiledSteps = 140;

/** Seconds on a clock of any kind. */
type Seconds = () => number;

const wallSeconds: Seconds = () => performance.now() / 1000;

/** Seconds that compiling everything takes for the loop `tutorial`, as {@linkcode timeCompile} finds them. */
export async function measureCompile(
  settings: Pick<CaseSettings, "device" | "loop">,
): Promise<CaseResult> {
  const { seconds, ...where } = await timeCompile(loopCases["tutorial"]!.agent, settings);
  return { figures: { ...where, kernelSeconds: { "cold compile": seconds } } };
}

/**
 * Seconds that compiling everything takes for a CartPole learner: of a short run, less those of the same run once
 * everything is compiled, as drivers compile a pipeline when it first runs. Only in a process that starts with an
 * empty cache of shaders does it measure that.
 */
export async function timeCompile(
  agent: LoopCase["agent"],
  { device, loop }: Pick<CaseSettings, "device" | "loop">,
  now: Seconds = wallSeconds,
): Promise<{ readonly device: string; readonly adapter: string; readonly seconds: number }> {
  const config = runConfig(agent, { steps: compiledSteps, device, loop });
  tuneSoftwareAdapter(128 * 128 * 128);
  const gpu = await Gpu.open({ device });
  const time = async () => {
    const start = now();
    const run = await createRun(config, { gpu });
    await run.train();
    run.dispose();
    return now() - start;
  };
  const cold = await time();
  const seconds = cold - await time();
  const { kind, adapter } = gpu;
  gpu.close();
  return { device: kind, adapter, seconds };
}

/** How much is timed. */
interface TimedOptions {
  /** Step of each member at which the clock starts, 200 by default: some updates after the warm-up. */
  readonly from?: number;
  /** Least seconds that are timed, 3 by default. */
  readonly seconds?: number;
}

/** Steps that no population comes to in the seconds it has. */
const unreached = 100_000_000;

/**
 * Steps per second of all `members` members together, which differ in their seeds. The parameters of the first and the
 * last are looked at.
 *
 * @throws {TrainingError} When the training of any member diverged.
 * @throws {UsageError} When the adapter does not hold so many.
 */
export async function measurePopulation(
  members: number,
  { device }: Pick<CaseSettings, "device">,
  { from = 200, seconds = 3 }: TimedOptions = {},
): Promise<CaseResult> {
  const controller = new AbortController();
  const first = new Stopwatch({ from, limit: { seconds, controller } });
  const last = members > 1 ? new Stopwatch({ from }) : first;
  const { agent } = loopCases["tutorial"]!;
  const configs = Array.from(
    { length: members },
    (_, seed) => runConfig(agent, { steps: unreached, device, loop: "device", seed }),
  );
  const watched = new Map([[0, first], [members - 1, last]]);
  const population = await createPopulation(configs, {
    watchers: (member) => ({ callbacks: watched.has(member) ? [watched.get(member)!] : [] }),
  });
  const ends = await population.train({ signal: controller.signal });
  const failure = ends.find((end) => end instanceof Error);
  if (failure) throw failure;
  const { kind, adapter } = population.gpu;
  population.dispose();
  const evidence = [first.evidence, last.evidence];
  return {
    figures: {
      device: kind,
      adapter,
      populationStepsPerSecond: { [members]: members * first.stepsPerSecond },
    },
    evidence: {
      finite: evidence.every(({ finite }) => finite),
      moved: evidence.every(({ moved }) => moved),
      updates: Math.min(...evidence.map(({ updates }) => updates)),
    },
  };
}

/** What `deno task train` trains. */
const defaultPreset = "cartpole";

/**
 * Seconds and steps to a mean of {@linkcode solvedFrom} over `episodes` greedy episodes, from opening the device on:
 * compiling and evaluating are part of it.
 *
 * @throws {Error} When the budget of the preset was not enough.
 */
export async function measureSolve(
  seed: number,
  { device, loop }: Pick<CaseSettings, "device" | "loop">,
  { episodes = 100, threshold = solvedFrom } = {},
): Promise<CaseResult> {
  const { config } = await loadConfig(defaultPreset);
  let solved: { readonly step: number; readonly seconds: number } | undefined;
  const started = performance.now();
  const watch: Callback = {
    notify(event) {
      if (event.kind !== "evaluation" || solved || event.evaluation.mean < threshold) return;
      solved = { step: event.step, seconds: (performance.now() - started) / 1000 };
    },
  };
  const stopwatch = new Stopwatch({ from: 0 });
  const evaluation = { ...config.evaluation, episodes, threshold };
  const run = await createRun({ ...config, seed, device, loop, evaluation }, {
    callbacks: [watch, stopwatch],
  });
  const { reason } = await run.train();
  if (!solved) {
    throw new Error(
      `Cannot time seed ${seed}: it ended by its ${reason}, wanted a mean return of ${threshold}`,
    );
  }
  const figures = {
    device: run.gpu!.kind,
    adapter: run.gpu!.adapter,
    solveSeconds: { [`seed ${seed}`]: solved.seconds },
    solveSteps: { [`seed ${seed}`]: solved.step },
  };
  const { mean: greedyReturn } = await run.evaluate({ episodes });
  run.dispose();
  return { figures, evidence: { ...stopwatch.evidence, greedyReturn } };
}
