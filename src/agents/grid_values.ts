/** What an agent thinks of states in rows and columns. @module */
import type { Observation, StateGrid } from "../envs/environment.ts";
import type { Agent } from "./agent.ts";

/**
 * Q values of the cells of a grid, asked for at once.
 *
 * @returns [rows x columns], each [actions]; undefined where no action is taken.
 */
export async function gridValues<O extends Observation>(
  agent: Agent,
  { observations, actions: { length: actions } }: StateGrid<O>,
): Promise<(Float32Array | undefined)[]> {
  const states = observations.filter((seen) => seen !== undefined);
  if (states.length === 0) return observations.map(() => undefined);
  const width = typeof states[0] === "number" ? 1 : (states[0] as Float32Array).length;
  const rows = new Float32Array(states.length * width);
  for (const [i, seen] of states.entries()) rows.set(typeof seen === "number" ? [seen] : seen, i * width);
  const q = await agent.getQ(rows);
  let state = 0;
  return observations.map((seen) =>
    seen === undefined ? undefined : q.subarray(state * actions, ++state * actions)
  );
}
