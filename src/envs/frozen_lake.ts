/**
 * FrozenLake: cross a frozen lake without falling through its holes. Source: the form of Gymnasium 1.4
 * (`FrozenLake-v1`, `FrozenLake8x8-v1`).
 *
 * @module
 */
import { excerpt, UsageError } from "../core/errors.ts";
import { drawBoard, drawFlag, drawHole, drawPerson, drawTile } from "./board.ts";
import type { Info, StateGrid } from "./environment.ts";
import { listValue } from "./rows.ts";
import type { Surface } from "./surface.ts";
import { memoized, type Outcome, TabularEnvironment, type TabularTask } from "./tabular.ts";

/** Gymnasium's maps. */
const maps: Readonly<Record<string, readonly string[]>> = {
  "4x4": ["SFFF", "FHFH", "FFFH", "HFFG"],
  "8x8": ["SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG"],
};

/** Cells of a map: its tables take 3 kB a cell. */
const mostCells = 10_000;

/** Rows and columns that an action moves by, in the order of the actions. */
const moves = [[0, -1], [1, 0], [0, 1], [-1, 0]] as const;
const actionNames = ["left", "down", "right", "up"];

/** Chances on ice: of the chosen direction, and of each one beside it. As Gymnasium writes them. */
const chosenChance = 1 / 3;
const besideChance = (1 - chosenChance) / 2;

/** Options of {@linkcode FrozenLake}. */
export interface FrozenLakeOptions {
  /**
   * "4x4" (the default), "8x8", or a map of one's own: equally long rows, 10,000 cells at most, of S (the one start), F (ice), H (hole)
   * and G (goal, at least one), with a way from S to a G.
   */
  readonly map?: string | readonly string[];
  /** Whether a step may go to either side of the chosen direction, 1/3 each. Default: true. */
  readonly slippery?: boolean;
}

/**
 * The lake; no time limit. Actions: 0 left, 1 down, 2 right, 3 up. Observation: row times columns plus column.
 * Reward 1 for reaching the goal, else 0. Terminates at the goal and in a hole; `info.success` tells which. A
 * step off the map leaves the walker where it is.
 */
export class FrozenLake extends TabularEnvironment {
  /** The rows of the map. */
  readonly map: readonly string[];

  /** Throws UsageError for options that are none of those described. */
  constructor(options: FrozenLakeOptions = {}) {
    const { map = "4x4", slippery = true } = options;
    if (typeof slippery !== "boolean") {
      throw new UsageError(
        `Cannot make FrozenLake: slippery is ${listValue(slippery)}, wanted true or false`,
      );
    }
    const rows = rowsOf(map);
    super(taskOf({ rows, slippery }));
    this.map = rows;
  }

  /** Draws ice, holes, goal and walker. Throws Error before a reset. */
  render(surface: Surface): void {
    const state = this.shown();
    const rows = this.map.length, columns = this.map[0]!.length;
    drawBoard(surface, { rows, columns, ground: "#f3f8fc" }, (pen) => {
      this.map.forEach((row, y) =>
        [...row].forEach((letter, x) => {
          drawTile(pen, letter === "S" ? "#d8ecd5" : "#d3e6f3", [x, y]);
          if (letter === "H") drawHole(pen, "#8fb6d1", [x, y]);
          if (letter === "G") drawFlag(pen, "#e0a100", [x, y]);
        })
      );
      drawPerson(pen, "#2f8f4e", [state % columns, Math.floor(state / columns)]);
    });
  }

  /** The map, the walker's cell in brackets. Throws Error before a reset. */
  renderText(): string {
    const state = this.shown();
    const columns = this.map[0]!.length;
    const cell = (letter: string, index: number) => index === state ? `[${letter}]` : ` ${letter} `;
    return this.map.map((row, y) => [...row].map((letter, x) => cell(letter, y * columns + x)).join(""))
      .join("\n");
  }

  /** The cells of the map. */
  stateGrid(): StateGrid<number> {
    const letters = [...this.map.join("")];
    return {
      columns: { name: "column", count: this.map[0]!.length },
      rows: { name: "row", count: this.map.length },
      observations: letters.map((letter, state) => ends(letter) ? undefined : state),
      labels: letters,
      meanings: { S: "start", F: "ice", H: "hole", G: "goal" },
      actions: actionNames,
    };
  }
}

function ends(letter: string): boolean {
  return letter === "G" || letter === "H";
}

const taskOf = memoized(makeTask);

function makeTask(
  { rows: map, slippery }: { readonly rows: readonly string[]; readonly slippery: boolean },
): TabularTask {
  const rows = map.length, columns = map[0]!.length;
  const letters = map.join("");
  const infos: Readonly<Record<string, Info>> = { true: { success: true }, false: { success: false } };

  function slide(state: number, direction: number, probability: number): Outcome {
    const [down, right] = moves[direction]!;
    const row = Math.min(Math.max(Math.floor(state / columns) + down, 0), rows - 1);
    const column = Math.min(Math.max(state % columns + right, 0), columns - 1);
    const next = row * columns + column;
    const letter = letters[next]!;
    return { probability, next, reward: letter === "G" ? 1 : 0, terminated: ends(letter) };
  }

  return {
    name: "FrozenLake",
    states: rows * columns,
    actions: moves.length,
    starts: [letters.indexOf("S")],
    info: (state) => infos[`${letters[state] === "G"}`]!,
    outcomes(state, action) {
      if (ends(letters[state]!)) return [{ probability: 1, next: state, reward: 0, terminated: true }];
      if (!slippery) return [slide(state, action, 1)];
      return [
        slide(state, (action + 3) % 4, besideChance),
        slide(state, action, chosenChance),
        slide(state, (action + 1) % 4, besideChance),
      ];
    },
  };
}

/** The rows of a map by name or of one's own; UsageError if it is no map. */
function rowsOf(map: unknown): readonly string[] {
  const named = typeof map === "string" && Object.hasOwn(maps, map) ? maps[map] : undefined;
  if (named !== undefined) return named;
  if (!Array.isArray(map) || !map.every((row) => typeof row === "string")) {
    const names = Object.keys(maps).map((name) => `"${name}"`).join(", ");
    throw new UsageError(
      `Cannot make FrozenLake: map is ${
        listValue(map)
      }, wanted ${names} or a list of rows such as ["SF", "HG"]`,
    );
  }
  const fault = mapFault(map);
  if (fault === undefined) return [...map];
  const shown = map.slice(0, 20).map((row) => `\n  ${excerpt(row)}`).join("");
  throw new UsageError(`Cannot make FrozenLake: ${fault}. The map:${shown}`);
}

/** What is wrong with the rows as a map, and what is wanted; undefined if they are one. */
function mapFault(rows: readonly string[]): string | undefined {
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) return "the map is empty, wanted rows of the letters S, F, H, G";
  if (rows.length * columns > mostCells) {
    return `the map has ${rows.length} rows of ${columns} letters, wanted at most ${mostCells} cells`;
  }
  const ragged = rows.findIndex((row) => row.length !== columns);
  if (ragged >= 0) {
    return `row ${ragged} of the map has ${rows[ragged]!.length} letters, wanted ${columns} as in row 0`;
  }
  const letters = [...rows.join("")];
  const unknown = letters.find((letter) => !"SFHG".includes(letter));
  if (unknown !== undefined) {
    return `the map holds the letter ${listValue(unknown)}, wanted S (start), F (ice), H (hole), G (goal)`;
  }
  const count = (wanted: string) => letters.filter((letter) => letter === wanted).length;
  if (count("S") !== 1) return `the map has ${count("S")} starts S, wanted exactly one`;
  if (count("G") === 0) return "the map has no goal G, wanted at least one";
  if (hasPath(letters, columns)) return undefined;
  return "the map has no path from the start S to a goal G, wanted one that passes no hole H";
}

/** Whether a walk over S and F leads from S to a G: a flood from the start. */
function hasPath(letters: readonly string[], columns: number): boolean {
  const rows = letters.length / columns;
  const reached = new Set([letters.indexOf("S")]);
  for (const cell of reached) {
    if (letters[cell] === "G") return true;
    for (const [down, right] of moves) {
      const row = Math.floor(cell / columns) + down, column = cell % columns + right;
      if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
      const next = row * columns + column;
      if (letters[next] !== "H") reached.add(next);
    }
  }
  return false;
}
