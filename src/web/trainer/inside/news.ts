/** What the trainer tells of the inside of an agent, to a page that shows it. @module */
import type { StateGrid } from "../../../envs/environment.ts";

/** A side from which the inside of an agent is seen: its values over states, its replay memory, its parameters. */
export type View = "values" | "replay" | "parameters";

/** What of the inside is wanted, from here on. Nothing is computed of what is not shown. */
export interface InsideCommand {
  /** Tells commands apart. */
  readonly kind: "inside";
  /** What is shown. */
  readonly views: readonly View[];
  /** Which of {@linkcode ValuesNews.boards} the values are of; the board of the episode that is shown where absent. */
  readonly board?: number;
}

/** Q values over states in rows and columns. */
export interface ValuesNews {
  /** Tells news apart. */
  readonly kind: "values";
  /** The states, without what is seen in them. */
  readonly grid: Omit<StateGrid, "observations">;
  /** [rows x columns], 1 where an action is taken. */
  readonly taken: Uint8Array;
  /** [cells where an action is taken, actions]. */
  readonly q: Float32Array;
  /** What every Q value of a table was at the start; absent for a network. */
  readonly initial?: number;
  /** What there is to choose from where a board shows only some of the states; none elsewhere. */
  readonly boards: readonly string[];
}

/** A transition out of the replay memory. */
export interface ReplayRow {
  /** How many transitions were stored after it. */
  readonly age: number;
  /** What was seen. */
  readonly observation: Float32Array;
  /** What was done. */
  readonly action: number;
  /** What it brought. */
  readonly reward: number;
  /** What was seen then. */
  readonly next: Float32Array;
  /** Whether the task was over then. */
  readonly terminated: boolean;
  /** Whether the episode was cut off there. */
  readonly truncated: boolean;
  /** What the latest update took for the return from here on; absent where the row has not been drawn for it. */
  readonly target?: number;
  /** That, less the Q value of before the update. */
  readonly error?: number;
}

/** A sample of the replay memory: rows of the batch of the latest update or, before the first one, rows of all ages. */
export interface ReplayNews {
  /** Tells news apart. */
  readonly kind: "replay";
  /** Transitions in it. */
  readonly filled: number;
  /** Transitions that there is room for. */
  readonly capacity: number;
  /** Some of its rows. */
  readonly rows: readonly ReplayRow[];
  /** TD errors of the whole batch; empty before the first update. */
  readonly errors: Float32Array;
  /** Q values of the actions of the batch, before the update; empty likewise. */
  readonly q: Float32Array;
}

/** Parameters in rows and columns. */
export interface ParameterMatrix {
  /** Rows: the outputs of a layer, or the actions of a table. */
  readonly rows: number;
  /** Columns: the inputs of a layer, or the states of a table. */
  readonly columns: number;
  /** `[rows, columns]`. */
  readonly values: Float32Array;
  /** `[rows]`: what a layer adds to its outputs; what layer normalization adds has the size of `values`. */
  readonly bias?: Float32Array;
}

/** All that the agent has learned. */
export interface ParametersNews {
  /** Tells news apart. */
  readonly kind: "parameters";
  /** What it is. */
  readonly of: "network" | "table";
  /** The layers from the observation on, or the table alone. */
  readonly matrices: readonly ParameterMatrix[];
}

/** What is told of the inside. */
export type InsideNews = ValuesNews | ReplayNews | ParametersNews;
