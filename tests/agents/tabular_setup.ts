/** A small tabular agent for tests, and steps for it. @module */
import type { Transitions } from "../../src/agents/agent.ts";
import { TabularAgent, type TabularOptions } from "../../src/agents/tabular.ts";

/** The same value throughout. */
export function constant(value: number): { kind: "constant"; value: number } {
  return { kind: "constant", value };
}

/** Three states, two actions, one environment; alpha 0.5, gamma 0.9, greedy; `changes` replace. */
export function smallAgent(changes: Partial<TabularOptions> = {}): TabularAgent {
  return new TabularAgent({
    states: 3,
    actions: 2,
    environments: 1,
    seed: 1,
    alpha: constant(0.5),
    gamma: 0.9,
    exploration: constant(0),
    ...changes,
  });
}

/** Sets the table. */
export function setTable(agent: TabularAgent, rows: number[][]): TabularAgent {
  agent.table.set(rows.flat());
  return agent;
}

/** One row: state, action, reward, next state; `ends` says how an episode does. */
export type Row = [
  state: number,
  action: number,
  reward: number,
  next: number,
  ends?: "terminal" | "cut" | undefined,
];

/** One step of an environment for each row. */
export function step(...rows: Row[]): Transitions {
  return {
    observations: Float32Array.from(rows, ([state]) => state),
    actions: Uint32Array.from(rows, ([, action]) => action),
    rewards: Float32Array.from(rows, ([, , reward]) => reward),
    nextObservations: Float32Array.from(rows, ([, , , next]) => next),
    terminated: Uint8Array.from(rows, ([, , , , ends]) => Number(ends === "terminal")),
    truncated: Uint8Array.from(rows, ([, , , , ends]) => Number(ends === "cut")),
  };
}

/** float32 of a number computed in float64, as the table stores it. */
export function rounded(...values: number[]): Float32Array {
  return Float32Array.from(values);
}
