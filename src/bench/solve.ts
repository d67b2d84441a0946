/** Timing the default preset until it has solved its environment. @module */
import { createRun } from "../config/build.ts";
import { loadConfig } from "../config/load.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import type { CaseResult } from "./case_process.ts";
import type { CaseSettings } from "./configs.ts";
import { solvedFrom } from "./learned.ts";
import { Stopwatch } from "./stopwatch.ts";

/** What `deno task train` trains. */
const preset = "cartpole";

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
  const { config } = await loadConfig(preset);
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
