/**
 * CliffWalking: walk along the edge of a cliff. Source: R. Sutton and A. Barto, "Reinforcement Learning: An
 * Introduction", example 6.6, in the form of Gymnasium 1.4 (`CliffWalking-v1`).
 *
 * @module
 */
import { drawBoard, drawFlag, drawPerson, drawTile } from "./board.ts";
import type { StateGrid } from "./environment.ts";
import type { Surface } from "./surface.ts";
import { type Outcome, TabularEnvironment, type TabularTask } from "./tabular.ts";

const rows = 4;
const columns = 12;
const start = 36; // lower left corner
const goal = 47; //  lower right corner

/** Rows and columns that an action moves by, in the order of the actions. */
const moves = [[-1, 0], [0, 1], [1, 0], [0, -1]] as const;
const actionNames = ["up", "right", "down", "left"];

/**
 * The cliff, 4 rows by 12 columns; no time limit. Actions: 0 up, 1 right, 2 down, 3 left. Observation: 12 row +
 * column. Reward -1 a step; a step into the cliff, between start and goal, costs 100 in its place and leads back
 * to the start. Terminates at the goal, where `info.success` is true.
 */
export class CliffWalking extends TabularEnvironment {
  /** Takes no options. */
  constructor() {
    super(task);
  }

  /** Draws meadow, cliff, goal and walker. Throws Error before a reset. */
  render(surface: Surface): void {
    const state = this.shown();
    drawBoard(surface, { rows, columns, ground: "#f7faf3" }, (pen) => {
      for (let cell = 0; cell < rows * columns; cell++) {
        if (!isCliff(cell)) drawTile(pen, cell === start ? "#bfe0b4" : "#dcebcf", place(cell));
      }
      pen.rectangle("#5a4a42", [1, rows - 0.97], [columns - 2, 0.97]);
      for (let x = 1; x < columns - 1; x++) {
        pen.polygon("#8d7565", [[x, rows - 0.97], [x + 1, rows - 0.97], [x + 0.5, rows - 0.6]]);
      }
      drawFlag(pen, "#e0a100", place(goal));
      drawPerson(pen, "#2563a8", place(state));
    });
  }

  /** Rows of `o`, the walker as `x`, the cliff as `C` and the goal as `T`. Throws Error before a reset. */
  renderText(): string {
    const state = this.shown();
    const letter = (cell: number) => cell === state ? "x" : isCliff(cell) ? "C" : cell === goal ? "T" : "o";
    const row = (y: number) => Array.from({ length: columns }, (_, x) => letter(y * columns + x)).join("  ");
    return Array.from({ length: rows }, (_, y) => row(y)).join("\n");
  }

  /** The cells of the board. */
  stateGrid(): StateGrid<number> {
    const cells = Array.from({ length: rows * columns }, (_, cell) => cell);
    const label = (cell: number) => cell === start ? "S" : cell === goal ? "G" : isCliff(cell) ? "C" : "";
    return {
      columns: { name: "column", count: columns },
      rows: { name: "row", count: rows },
      observations: cells.map((cell) => isCliff(cell) || cell === goal ? undefined : cell),
      labels: cells.map(label),
      meanings: { S: "start", C: "cliff", G: "goal" },
      actions: actionNames,
    };
  }
}

function place(cell: number): readonly [x: number, y: number] {
  return [cell % columns, Math.floor(cell / columns)];
}

function isCliff(cell: number): boolean {
  return cell > start && cell < goal;
}

function outcome(state: number, action: number): Outcome {
  const [x, y] = place(state);
  const [down, right] = moves[action]!;
  const row = Math.min(Math.max(y + down, 0), rows - 1);
  const column = Math.min(Math.max(x + right, 0), columns - 1);
  const next = row * columns + column;
  if (isCliff(next)) return { probability: 1, next: start, reward: -100, terminated: false };
  return { probability: 1, next, reward: -1, terminated: next === goal };
}

const task: TabularTask = {
  name: "CliffWalking",
  states: rows * columns,
  actions: moves.length,
  starts: [start],
  info: (state) => ({ success: state === goal }),
  outcomes: (state, action) => [outcome(state, action)],
};
