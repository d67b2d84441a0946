/** The policy of a run as a picture. @module */
import { isDeviceOnly, makeEnvironment } from "../config/environments.ts";
import type { RunConfig } from "../config/run_config.ts";
import type { TrainingRun } from "../config/training_run.ts";
import { stateGridPicture } from "../report/pictures/state_grid.ts";
import { algorithmName, nameRuns } from "./run_names.ts";

/** Whether the states of a run's environment lie in rows and columns, and its agent has Q values of them. */
export function hasPolicyPicture(config: RunConfig): boolean {
  return config.agent.kind !== "random" && !isDeviceOnly(config) &&
    makeEnvironment(config, "evaluation").stateGrid !== undefined;
}

/**
 * Policy and values of the agent over the states of its environment, of the board that its final evaluation begins with.
 *
 * @param name The preset's.
 * @returns SVG; undefined unless {@linkcode hasPolicyPicture}.
 */
export async function policyPicture(run: TrainingRun, name: string): Promise<string | undefined> {
  const { config } = run;
  const { agent } = config;
  if (agent.kind === "random" || !hasPolicyPicture(config)) return undefined;
  const environment = run.makeEnvironment();
  environment.reset({ seed: run.episodeSeed(0) });
  const grid = environment.stateGrid!();
  const states = grid.observations.filter((seen) => seen !== undefined);
  const width = states[0] instanceof Float32Array ? states[0].length : 1;
  const rows = new Float32Array(states.length * width);
  for (const [i, seen] of states.entries()) rows.set(typeof seen === "number" ? [seen] : seen, i * width);
  const q = await run.agent.getQ(rows);
  const actions = grid.actions.length;
  let state = 0;
  const cells = grid.observations.map((seen) =>
    seen === undefined ? undefined : q.subarray(state * actions, ++state * actions)
  );
  return await stateGridPicture(grid, cells, {
    title: `Policy and values: ${algorithmName(agent)}`,
    subtitle: nameRuns([{ name, config }]),
    initial: agent.kind === "tabular" ? agent.initial : undefined,
  });
}
