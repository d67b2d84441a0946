/** Timing bare updates: sampling from replay, TD targets, backward pass and optimizer step. @module */
import { DqnAgent } from "../agents/dqn.ts";
import { learnerOptions } from "../config/learner_options.ts";
import type { RunConfigInput } from "../config/run_config.ts";
import { parseConfig } from "../config/schema.ts";
import { Random } from "../core/random.ts";
import { box, discrete } from "../core/spaces.ts";
import { Gpu } from "../gpu/device.ts";
import { tuneSoftwareAdapter } from "../gpu/software.ts";
import { largestProduct, type LearnerOptions } from "../learner/options.ts";
import type { CaseResult } from "./case_process.ts";
import { type CaseSettings, runConfig, updateCases } from "./configs.ts";
import { parametersMoved } from "./stopwatch.ts";

/** How much is timed. */
export interface UpdateOptions {
  /** Updates of a sample, 300 by default. */
  readonly updates?: number;
  /** Samples, of which the fastest counts; 3 by default. */
  readonly samples?: number;
}

/** Transitions in replay, written by so many environments at once. */
const [capacity, environments] = [10_000, 100];

/** Milliseconds of an update of the case with this name. */
export async function measureUpdate(
  name: string,
  { device }: Pick<CaseSettings, "device">,
  { updates = 300, samples = 3 }: UpdateOptions = {},
): Promise<CaseResult> {
  const options = bareOptions(updateCases[name]!);
  tuneSoftwareAdapter(largestProduct(options));
  const gpu = await Gpu.open({ device });
  const agent = await filledAgent(gpu, options);
  const before = await agent.save();
  const losses: number[] = [];
  const update = async (count: number) => {
    agent.update(count);
    losses.push(...(await agent.report()).losses);
  };
  await update(Math.ceil(updates / 10));
  let best = Infinity;
  for (let sample = 0; sample < samples; sample++) {
    const start = performance.now();
    await update(updates);
    best = Math.min(best, (performance.now() - start) / updates);
  }
  const evidence = {
    finite: losses.every(Number.isFinite),
    moved: parametersMoved(before, await agent.save()),
    updates: losses.length,
    lossRatio: lossRatio(losses),
  };
  const { kind, adapter } = gpu;
  agent.dispose();
  gpu.close();
  return { figures: { device: kind, adapter, updateMilliseconds: { [name]: best } }, evidence };
}

/** A learner for CartPole's observations and actions, with room for {@linkcode filledAgent}'s transitions. */
export function bareOptions(asked: NonNullable<RunConfigInput["agent"]>): LearnerOptions {
  const { agent, ...config } = parseConfig(runConfig(asked, { steps: capacity, loop: "host" }));
  if (agent.kind !== "dqn") {
    throw new TypeError(`Cannot time an update: the agent is ${agent.kind}, wanted dqn`);
  }
  const environment = { ...config.environment, count: environments };
  const spaces = {
    observationSpace: box([4], -1, 1),
    actionSpace: discrete(2),
    masked: false,
    binary: false,
  };
  return learnerOptions([{ ...config, environment, agent }], spaces);
}

/** An agent whose replay is full of random transitions between observations in [-1, 1), each with a reward of 1. */
export async function filledAgent(gpu: Gpu, options: LearnerOptions): Promise<DqnAgent> {
  const agent = await DqnAgent.create(gpu, options);
  const random = new Random(1);
  const uniform = () => Float32Array.from({ length: 4 * environments }, () => random.uniform(-1, 1));
  for (let written = 0; written < capacity; written += environments) {
    agent.observe({
      observations: uniform(),
      actions: Uint32Array.from({ length: environments }, () => random.below(2)),
      rewards: new Float32Array(environments).fill(1),
      nextObservations: uniform(),
      terminated: new Uint8Array(environments),
      truncated: new Uint8Array(environments),
    });
  }
  return agent;
}

/** Mean of the last tenth over that of the first. */
function lossRatio(losses: readonly number[]): number {
  const tenth = Math.ceil(losses.length / 10);
  const sum = (part: readonly number[]) => part.reduce((total, loss) => total + loss, 0);
  return sum(losses.slice(-tenth)) / sum(losses.slice(0, tenth));
}
