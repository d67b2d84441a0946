/** Values and policy over the states of an environment. @module */
import type { Agent } from "../../../agents/agent.ts";
import { gridValues } from "../../../agents/grid_values.ts";
import type { Environment, Observation, StateGrid } from "../../../envs/environment.ts";
import { type GridPlace, locate } from "./locate.ts";
import type { ValuesNews } from "./news.ts";
import type { Sight } from "./looks.ts";

type Grid = StateGrid<Observation>;

/** What a {@linkcode ValueMap} is of. */
export interface ValueMapOptions {
  /** Who has the values. */
  readonly agent: Agent;
  /** One whose states lie in rows and columns, the map's from here on. */
  readonly environment: Environment<Observation>;
  /** The board that is played on, if anything is played. */
  readonly played: () => Grid | undefined;
  /** See {@linkcode ValuesNews.initial}. */
  readonly initial: number | undefined;
}

/** A board that can be chosen: what is told of it, and a state that is on it. */
interface Board {
  readonly name: string;
  readonly state: number;
}

/** Q values over the plane or the board of an environment: the one that is played on, or one that was chosen. */
export class ValueMap implements Sight {
  readonly interval = 200;
  readonly #options: ValueMapOptions;
  readonly #boards: readonly Board[];
  #board: Board | undefined;
  /** What was seen last, and as what. */
  #grid: Grid;
  #signature = "";

  /** Looks for the boards that there are. */
  constructor(options: ValueMapOptions) {
    const { environment } = options;
    environment.reset({ seed: 0 });
    this.#options = options;
    this.#grid = environment.stateGrid!();
    this.#boards = this.#grid.labels && this.#grid.note !== undefined ? boardsOf(environment) : [];
  }

  /** Takes the board of this number; the one that is played on where undefined. */
  choose(board: number | undefined): void {
    this.#board = board === undefined ? undefined : this.#boards[board];
  }

  /** Where a state lies on what was seen last. */
  locate(observation: Float32Array): GridPlace | undefined {
    return locate(this.#grid, observation);
  }

  async look(changed: boolean): Promise<ValuesNews | undefined> {
    const { agent, initial } = this.#options;
    if (this.#grid.labels) this.#grid = this.#now(); // A plane is always the same.
    const { observations, ...grid } = this.#grid;
    const signature = `${grid.labels}\n${grid.note}`;
    if (!changed && signature === this.#signature) return undefined;
    this.#signature = signature;
    const cells = await gridValues(agent, this.#grid);
    const q = new Float32Array(
      observations.filter((seen) => seen !== undefined).length * grid.actions.length,
    );
    let at = 0;
    for (const values of cells) {
      if (!values) continue;
      q.set(values, at);
      at += values.length;
    }
    return {
      kind: "values",
      grid,
      taken: Uint8Array.from(cells, (values) => values ? 1 : 0),
      q,
      ...initial === undefined ? {} : { initial },
      boards: this.#boards.map(({ name }) => name),
    };
  }

  #now(): Grid {
    const { environment, played } = this.#options;
    if (this.#board) environment.reset({ state: [this.#board.state] });
    else return played() ?? this.#grid;
    return environment.stateGrid!();
  }
}

/** Boards that differ in what is told of them, of an environment whose states have numbers. */
function boardsOf(environment: Environment<Observation>): readonly Board[] {
  const { observationSpace } = environment;
  if (observationSpace.kind !== "discrete") return [];
  const boards = new Map<string, number>();
  for (let state = 0; state < observationSpace.n; state++) {
    environment.reset({ state: [state] });
    const { note = "" } = environment.stateGrid!();
    if (!boards.has(note)) boards.set(note, state);
  }
  return [...boards].map(([name, state]) => ({ name, state }));
}
