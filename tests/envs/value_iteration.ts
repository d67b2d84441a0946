/** The best that can be earned, from the table of a tabular environment. @module */
import type { TabularEnvironment } from "../../src/envs/tabular.ts";

/** [states][actions]: Q*, -Infinity where an action is illegal, after `sweeps` rounds: with `gamma` 1, of as many steps. */
export function optimalQ(env: TabularEnvironment, gamma: number, sweeps: number): number[][] {
  const states = env.observationSpace.n, actions = env.actionSpace.n;
  let values = new Array<number>(states).fill(0);
  let q: number[][] = [];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    q = values.map((_, state) =>
      Array.from({ length: actions }, (_, action) => {
        const outcomes = env.transitions(state, action);
        if (outcomes.length === 0) return -Infinity;
        return outcomes.reduce(
          (sum, { probability, next, reward, terminated }) =>
            sum + probability * (reward + (terminated ? 0 : gamma * values[next]!)),
          0,
        );
      })
    );
    values = q.map((row) => Math.max(...row));
  }
  return q;
}
