/** Policies and their values over states in rows and columns: gridworlds, and planes such as position by velocity. @module */
import type { GridAxis, Observation, StateGrid } from "../../envs/environment.ts";
import { type Cell, type CellAxis, drawCells } from "../chart_cells.ts";
import { actionColors, formatNumber } from "../chart_style.ts";
import { need } from "./need.ts";

/** What {@linkcode stateGridPicture} shows. */
export interface StateGridOptions {
  /** `Policy and values` by default. */
  readonly title?: string;
  /** Under the title: the agent, the environment. */
  readonly subtitle?: string;
}

/** The best legal action of a cell and its value. */
export interface Choice {
  /** Index of the action, the lowest of equals. */
  readonly action: number;
  /** Its Q value: the greatest over the legal actions. */
  readonly value: number;
}

/**
 * The best legal action of each cell.
 *
 * @param q [rows x columns], each [actions]; undefined where no action is taken.
 * @throws {RangeError} When `q` does not fit the grid.
 */
export function choices<O extends Observation>(
  grid: StateGrid<O>,
  q: readonly (ArrayLike<number> | undefined)[],
): (Choice | undefined)[] {
  const cells = grid.rows.count * grid.columns.count;
  if (q.length !== cells) {
    throw new RangeError(`Cannot draw a state grid: ${q.length} cells of Q values, wanted ${cells}`);
  }
  return q.map((values, cell) => {
    if (values === undefined) return undefined;
    if (values.length !== grid.actions.length) {
      throw new RangeError(
        `Cannot draw a state grid: cell ${cell} has ${values.length} Q values, wanted ${grid.actions.length}`,
      );
    }
    const mask = grid.actionMasks?.[cell];
    let best: Choice | undefined;
    for (let action = 0; action < values.length; action++) {
      const isBetter = best === undefined || values[action]! > best.value;
      if (mask?.[action] !== 0 && isBetter) best = { action, value: values[action]! };
    }
    return best;
  });
}

/**
 * Best action and value of each state. A board, whose cells have labels, becomes one panel: the colour is the value, an
 * arrow or a letter the action. A plane becomes two: its phase diagram, a colour an action, and its values.
 *
 * @param q [rows x columns] row-major, each [actions]; undefined where no action is taken: a wall, a goal.
 * @returns SVG.
 * @throws {UsageError} When no cell has Q values.
 * @throws {RangeError} When `q` does not fit the grid.
 */
export async function stateGridPicture<O extends Observation>(
  grid: StateGrid<O>,
  q: readonly (ArrayLike<number> | undefined)[],
  { title = "Policy and values", subtitle }: StateGridOptions = {},
): Promise<string> {
  const best = choices(grid, q);
  need(best.filter((choice) => choice).length, "the policy", "there are no states with Q values");
  const [columns, rows] = [cellAxis(grid.columns), cellAxis(grid.rows)];
  const values = { kind: "values" } as const;
  const common = { title, ...subtitle === undefined ? {} : { subtitle } };
  if (grid.labels !== undefined) {
    const cells = best.map((choice, i) => boardCell(grid, choice, grid.labels![i] ?? ""));
    return await drawCells({
      ...common,
      ...lettersOf(grid, common),
      panels: [{ columns, rows, cells, colors: values }],
    });
  }
  const field = (key: keyof Choice) => best.map((choice): Cell => choice ? { value: choice[key] } : {});
  const colors = grid.actions.map((_, i) => actionColors[i % actionColors.length]!);
  return await drawCells({
    ...common,
    panels: [
      {
        title: "Best action",
        columns,
        rows,
        cells: field("action"),
        colors: { kind: "classes", names: grid.actions, colors },
      },
      { title: "Value, max Q", columns, rows, cells: field("value"), colors: values },
    ],
  });
}

/** Degrees clockwise from up. */
const directions: Readonly<Record<string, number>> = {
  up: 0,
  north: 0,
  right: 90,
  east: 90,
  down: 180,
  south: 180,
  left: 270,
  west: 270,
};

function boardCell(
  { actions }: { actions: readonly string[] },
  choice: Choice | undefined,
  mark: string,
): Cell {
  if (!choice) return { mark };
  const name = actions[choice.action]!;
  const [arrow, number] = [directions[name.toLowerCase()], formatNumber(choice.value, 3)];
  const text = arrow === undefined ? `${letter(name)} ${number}` : number;
  return { value: choice.value, text, mark, ...arrow === undefined ? {} : { arrow } };
}

function letter(name: string): string {
  return name.slice(0, 1).toUpperCase();
}

/** The subtitle, with what the letters of actions without a direction mean. */
function lettersOf({ actions }: { actions: readonly string[] }, { subtitle }: { subtitle?: string }) {
  const letters = actions.filter((name) => directions[name.toLowerCase()] === undefined);
  if (letters.length === 0) return {};
  const meaning = letters.map((name) => `${letter(name)}: ${name}`).join(", ");
  return { subtitle: subtitle === undefined ? meaning : `${subtitle}; ${meaning}` };
}

function cellAxis({ name, count, range }: GridAxis): CellAxis {
  const labels = Array.from({ length: count }, (_, i) => String(i));
  return { name, labels, ...range === undefined ? {} : { range } };
}
