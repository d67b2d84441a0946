/** A table of Q values, as it is printed. @module */
import { TabularAgent } from "../agents/tabular.ts";
import type { TrainingRun } from "../config/training_run.ts";
import { decimal } from "../core/numbers.ts";
import { TabularEnvironment } from "../envs/tabular.ts";
import { Wrapper } from "../envs/wrapper.ts";
import { table } from "./texts.ts";

/** Rows that a table of Q values may have to be printed. */
const longestTable = 50;

/** The Q values of a small table, with a dash where no such action is; undefined for large ones and other agents. */
export function describeTable(run: TrainingRun): string | undefined {
  const { agent, surroundings } = run;
  if (!(agent instanceof TabularAgent)) return undefined;
  const { n: actions } = surroundings.actionSpace;
  const states = agent.table.length / actions;
  if (states > longestTable) return undefined;
  const header = ["state", ...Array.from({ length: actions }, (_, action) => `action ${action}`)];
  const isLegal = legality(run);
  const rows = Array.from({ length: states }, (_, state) => [
    `${state}`,
    ...Array.from(
      agent.table.subarray(state * actions, (state + 1) * actions),
      (value, action) => isLegal(state, action) ? decimal(value, 5) : "-",
    ),
  ]);
  return `Q values\n${table([header, ...rows], 1)}`;
}

/** Whether an action is legal in a state, as far as the environment tells without being played. */
export function legality(run: TrainingRun): (state: number, action: number) => boolean {
  let environment = run.makeEnvironment("training");
  while (environment instanceof Wrapper) environment = environment.inner;
  const known = environment instanceof TabularEnvironment ? environment : undefined;
  return (state, action) => known?.transitions(state, action).length !== 0;
}
