/** What each part of the family adds to an update, and all of Rainbow to compiling, in seconds of the processor. @module */
import process from "node:process";
import { Gpu } from "../gpu/device.ts";
import { tuneSoftwareAdapter } from "../gpu/software.ts";
import { largestProduct } from "../learner/options.ts";
import type { CaseResult } from "./case_process.ts";
import { type CaseSettings, partCases } from "./configs.ts";
import { timeCompile } from "./runs.ts";
import { parametersMoved } from "./stopwatch.ts";
import { bareOptions, filledAgent } from "./updates.ts";

/** How much is timed. */
export interface PartsOptions {
  /** Updates of a sample, 40 by default. */
  readonly updates?: number;
  /** Samples of each part, of which the fastest counts; 10 by default. */
  readonly samples?: number;
  /** The parts, all by default. */
  readonly names?: readonly string[];
}

/**
 * Milliseconds of the processor for an update with each part. All take turns, so that what else the machine does slows
 * them alike.
 */
export async function measureParts(
  { device }: Pick<CaseSettings, "device">,
  { updates = 40, samples = 10, names = Object.keys(partCases) }: PartsOptions = {},
): Promise<CaseResult> {
  const options = names.map((name) => [name, bareOptions(partCases[name]!)] as const);
  tuneSoftwareAdapter(Math.max(...options.map(([, one]) => largestProduct(one))));
  const gpu = await Gpu.open({ device });
  const parts = [];
  for (const [name, one] of options) {
    const agent = await filledAgent(gpu, one);
    parts.push({ name, agent, before: await agent.save(), best: Infinity });
  }
  const losses: number[] = [];
  for (let sample = -1; sample < samples; sample++) { // What comes before the first is compiled and gets warm.
    for (const part of parts) {
      const start = processorSeconds();
      part.agent.update(updates);
      losses.push(...(await part.agent.report()).losses);
      const spent = 1000 * (processorSeconds() - start) / updates;
      if (sample >= 0) part.best = Math.min(part.best, spent);
    }
  }
  let moved = true;
  for (const { agent, before } of parts) moved &&= parametersMoved(before, await agent.save());
  const evidence = { finite: losses.every(Number.isFinite), moved, updates: losses.length };
  const { kind, adapter } = gpu;
  for (const { agent } of parts) agent.dispose();
  gpu.close();
  const partMilliseconds = Object.fromEntries(parts.map(({ name, best }) => [name, best]));
  return { figures: { device: kind, adapter, partMilliseconds }, evidence };
}

/** Seconds of the processor that compiling everything takes for an agent with this part. */
export async function measurePartCompile(
  name: string,
  settings: Pick<CaseSettings, "device" | "loop">,
): Promise<CaseResult> {
  const { seconds, ...where } = await timeCompile(partCases[name]!, settings, processorSeconds);
  return { figures: { ...where, compileSeconds: { [name]: seconds } } };
}

/** Seconds that this process has kept cores busy, all threads together. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
