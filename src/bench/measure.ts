/** Timing one case, in a process of its own: `measure.ts SUITE CASE SETTINGS` prints a `CaseResult`. @module */
import { UsageError } from "../core/errors.ts";
import { Gpu } from "../gpu/device.ts";
import { tuneSoftwareAdapter } from "../gpu/software.ts";
import { measureCompile, measureLoop, measurePopulation, measureSolve } from "./runs.ts";
import { type CaseSettings, layerCases, loopCases, minatarCases } from "./configs.ts";
import { layerProducts, measureElementwise, measureLayer } from "./kernels.ts";
import { type CaseResult, mistakeCode } from "./case_process.ts";
import { measurePartCompile, measureParts } from "./parts.ts";
import type { Suite } from "./suites.ts";
import { measureUpdate } from "./updates.ts";

/** Measures a case of a suite; with `quick`, a fraction of it. */
export async function measure(suite: Suite, name: string, settings: CaseSettings): Promise<CaseResult> {
  const { quick } = settings;
  switch (suite) {
    case "kernels":
      return name === "compile" ? await measureCompile(settings) : await measureKernels(name, settings);
    case "update":
      return await measureUpdate(name, settings, quick ? { updates: 20, samples: 1 } : {});
    case "parts":
      return name === "updates"
        ? await measureParts(settings, quick ? { updates: 2, samples: 1, names: ["plain", "rainbow"] } : {})
        : await measurePartCompile(name.replace("compile ", ""), settings);
    case "loop":
    case "minatar": {
      const loop = { ...loopCases, ...minatarCases }[name]!;
      return await measureLoop(name, quick ? { ...loop, steps: loop.quick } : loop, settings);
    }
    case "population":
      return await measurePopulation(Number(name), settings, quick ? { from: 140, seconds: 0.2 } : {});
    case "time-to-solve":
      return await measureSolve(Number(name), settings, quick ? { episodes: 2, threshold: 0 } : {});
  }
}

async function measureKernels(name: string, { device, quick }: CaseSettings): Promise<CaseResult> {
  const layer = layerCases[name];
  const repeat = quick ? { seconds: 0.005, samples: 1 } : {};
  // A learner of this size would run with as many threads.
  if (layer) tuneSoftwareAdapter(layerProducts(layer));
  const gpu = await Gpu.open({ device });
  const figures = layer
    ? await measureLayer(gpu, { name, ...layer }, repeat)
    : await measureElementwise(gpu, quick ? { members: 2, hidden: [32], batch: 64 } : {}, repeat);
  const { kind, adapter } = gpu;
  gpu.close();
  return { figures: { device: kind, adapter, ...figures } };
}

if (import.meta.main) {
  const [suite, name, settings] = Deno.args as [Suite, string, string];
  try {
    console.log(JSON.stringify(await measure(suite, name, JSON.parse(settings))));
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(error instanceof UsageError ? mistakeCode : 1);
  }
}
