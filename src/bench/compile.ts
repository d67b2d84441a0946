/** Timing the compiler. @module */
import { createRun } from "../config/build.ts";
import { Gpu } from "../gpu/device.ts";
import { tuneSoftwareAdapter } from "../gpu/software.ts";
import type { CaseResult } from "./case_process.ts";
import { type CaseSettings, loopCases, runConfig } from "./configs.ts";

/** Steps of the tutorial's loop, in which every pipeline has run: acting, updates, and the evaluation at the end. */
const steps = 140;

/**
 * Seconds that compiling everything takes for a CartPole learner: of a short run, less those of the same run once
 * everything is compiled, as drivers compile a pipeline when it first runs. Only in a process that starts with an
 * empty cache of shaders does it measure that.
 */
export async function measureCompile(
  { device, loop }: Pick<CaseSettings, "device" | "loop">,
): Promise<CaseResult> {
  const config = runConfig(loopCases["tutorial"]!.agent, { steps, device, loop });
  tuneSoftwareAdapter(128 * 128 * 128);
  const gpu = await Gpu.open({ device });
  const seconds = async () => {
    const start = performance.now();
    const run = await createRun(config, { gpu });
    await run.train();
    run.dispose();
    return (performance.now() - start) / 1000;
  };
  const cold = await seconds();
  const compiling = cold - await seconds();
  const { kind, adapter } = gpu;
  gpu.close();
  return { figures: { device: kind, adapter, kernelSeconds: { "cold compile": compiling } } };
}
