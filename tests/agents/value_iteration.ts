/** Optimal Q values of small Markov decision processes, and play by them. @module */
import type { Outcome } from "../../src/envs/tabular.ts";

/** A process whose chances are known; no outcomes where an action is illegal. */
export interface Process {
  readonly states: number;
  readonly actions: number;
  transitions(state: number, action: number): readonly Outcome[];
}

/** Q* `[states, actions]` of a discount, NaN where an action is illegal. Sweeps until nothing changes by 1e-12. */
export function optimalQ(process: Process, gamma: number): Float64Array {
  const { states, actions } = process;
  const q = new Float64Array(states * actions);
  const best = (state: number) =>
    Math.max(...q.subarray(state * actions, (state + 1) * actions).filter((value) => !Number.isNaN(value)));
  for (let change = Infinity; change > 1e-12;) {
    change = 0;
    for (let entry = 0; entry < q.length; entry++) {
      const outcomes = process.transitions(Math.floor(entry / actions), entry % actions);
      if (outcomes.length === 0) {
        q[entry] = NaN;
        continue;
      }
      const value = outcomes.reduce(
        (sum, { probability, next, reward, terminated }) =>
          sum + probability * (reward + (terminated ? 0 : gamma * best(next))),
        0,
      );
      change = Math.max(change, Math.abs(value - q[entry]!));
      q[entry] = value;
    }
  }
  return q;
}
