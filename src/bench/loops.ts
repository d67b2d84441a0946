/** Timing whole training loops, as `deno task train` runs them. @module */
import type { DqnAgent } from "../agents/dqn.ts";
import { createRun } from "../config/build.ts";
import type { CaseResult } from "./case_process.ts";
import { type CaseSettings, type LoopCase, runConfig } from "./configs.ts";
import { Stopwatch } from "./stopwatch.ts";

/** Steps per second of a loop, from the untimed steps to the last one. */
export async function measureLoop(
  name: string,
  { steps: [from, steps], agent }: LoopCase,
  { device, loop }: Pick<CaseSettings, "device" | "loop">,
): Promise<CaseResult> {
  const stopwatch = new Stopwatch({ from });
  const run = await createRun(runConfig(agent, { steps, device, loop }), { callbacks: [stopwatch] });
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
