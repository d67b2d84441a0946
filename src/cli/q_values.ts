/** The Q values of a trained agent: of an observation, or a whole table, as they are printed. @module */
import { TabularAgent } from "../agents/tabular.ts";
import type { TrainingRun } from "../config/training_run.ts";
import { UsageError } from "../core/errors.ts";
import { decimal } from "../core/numbers.ts";
import { describe, type Space } from "../core/spaces.ts";
import { rowWidth } from "../envs/rows.ts";
import { TabularEnvironment } from "../envs/tabular.ts";
import { Wrapper } from "../envs/wrapper.ts";
import { openRun, type OpenRunOptions } from "./saved_run.ts";
import { table } from "./texts.ts";

/** Q values of an observation. */
export interface QValues {
  /** The run's folder. */
  readonly run: string;
  /** The file that was loaded. */
  readonly checkpoint: string;
  /** Environment steps that the agent had been trained for; absent where the file does not say. */
  readonly step?: number;
  readonly observation: readonly number[];
  /** Of each action; null where an action is known to be illegal. */
  readonly q: readonly (number | null)[];
  /** The greedy action: the legal one of the largest value, of several the first. */
  readonly action: number;
}

/**
 * Asks an agent in a run's folder.
 *
 * @param asked An observation as in `0,0,0.1,0`, or a state as in `14`, and of which agent.
 * @throws {UsageError} When the folder is no run, the checkpoint is not whole or another agent's, or it is no such observation.
 */
export async function readQValues(
  folder: string,
  asked: OpenRunOptions & { readonly observation: string },
): Promise<QValues> {
  const { run, ...saved } = await openRun(folder, asked);
  try {
    const { config: { agent, environment }, spaces } = run;
    if (agent.kind === "random") {
      throw new UsageError(
        `Cannot ask ${folder} for Q values: its agent acts at random, wanted one that learned`,
      );
    }
    const observation = parseObservation(asked.observation, spaces.observationSpace, environment.id);
    const values = await run.agent.getQ(Float32Array.from(observation));
    const isLegal = agent.kind === "tabular" ? legality(run) : () => true;
    const q = Array.from(values, (value, action) => isLegal(observation[0]!, action) ? value : null);
    return { run: folder, ...saved, observation, q, action: greedy(q) };
  } finally {
    run.dispose();
  }
}

function greedy(q: QValues["q"]): number {
  const legal = q.map((value) => value ?? -Infinity);
  return legal.indexOf(Math.max(...legal));
}

/**
 * An observation out of a text: numbers apart by commas or spaces, perhaps in brackets.
 *
 * @param id What messages call the environment.
 * @throws {UsageError} When it is none of the space.
 */
export function parseObservation(text: string, space: Space, id: string): number[] {
  const parts = text.trim().replace(/^\[(.*)\]$/s, "$1").split(/\s*,\s*|\s+/);
  const numbers = parts.map((part) => part === "" ? NaN : Number(part));
  const width = rowWidth(space);
  const fits = (value: number) =>
    space.kind === "discrete"
      ? value >>> 0 === value && value < space.n
      : Number.isFinite(Math.fround(value));
  if (numbers.length === width && numbers.every(fits)) return numbers;
  const wanted = space.kind === "discrete" ? `a state from 0 to ${space.n - 1}` : `${width} numbers`;
  throw new UsageError(
    `Option --q is "${text}", wanted ${wanted}, as the agent sees ${id}: ${describe(space)}`,
  );
}

/** A row an action. */
export function qValuesTable({ run, q, action, observation }: QValues): string {
  const rows = q.map((
    value,
    i,
  ) => [`${i}`, value === null ? "-" : decimal(value, 6), i === action ? "greedy" : ""]);
  return `${run}, observation ${observation.join(", ")}\n${table([["action", "q", ""], ...rows], 1)}`;
}

/** Rows that a table of Q values may have to be printed. */
const longestTable = 50;

/** The Q values of a small table, with a dash where no such action is; undefined for large ones and other agents. */
export function describeQTable(run: TrainingRun): string | undefined {
  const { agent, spaces } = run;
  if (!(agent instanceof TabularAgent)) return undefined;
  const { n: actions } = spaces.actionSpace;
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
function legality(run: TrainingRun): (state: number, action: number) => boolean {
  let environment = run.makeEnvironment("training");
  while (environment instanceof Wrapper) environment = environment.inner;
  const known = environment instanceof TabularEnvironment ? environment : undefined;
  return (state, action) => known?.transitions(state, action).length !== 0;
}
