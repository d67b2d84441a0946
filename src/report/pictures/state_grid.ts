/** Policies and their values over states in rows and columns: gridworlds, and planes such as position by velocity. @module */
import type { GridAxis, Observation, StateGrid } from "../../envs/environment.ts";
import { type Cell, type CellAxis, drawCells, type KeyEntry } from "../chart_cells.ts";
import { actionColors, formatNumber, inks } from "../chart_style.ts";
import { assertSome, type PictureOptions } from "./common.ts";

/** What {@linkcode stateGridPicture} shows. */
export interface StateGridOptions extends PictureOptions {
  /** `Policy and values` by default. */
  readonly title?: string;
  /**
   * What every Q value of a table was at the start. A state whose values all still are has taught nothing, and is grey.
   * Absent for a network, which has a guess for every state.
   */
  readonly initial?: number | undefined;
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
 * @param initial See {@linkcode StateGridOptions}: a cell whose values all are is `unlearned`.
 * @throws {RangeError} When `q` does not fit the grid.
 */
export function choices<O extends Observation>(
  grid: StateGrid<O>,
  q: readonly (ArrayLike<number> | undefined)[],
  initial?: number,
): (Choice | "unlearned" | undefined)[] {
  const cells = grid.rows.count * grid.columns.count;
  if (q.length !== cells) {
    throw new RangeError(`Cannot draw a state grid: ${q.length} cells of Q values, wanted ${cells}`);
  }
  const first = initial === undefined ? undefined : Math.fround(initial);
  return q.map((values, cell) => {
    if (values === undefined) return undefined;
    if (values.length !== grid.actions.length) {
      throw new RangeError(
        `Cannot draw a state grid: cell ${cell} has ${values.length} Q values, wanted ${grid.actions.length}`,
      );
    }
    if (Array.prototype.every.call(values, (value) => value === first)) return "unlearned";
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
 * arrow or a name the action. A plane becomes two: its phase diagram, a colour an action, and its values. Beneath stands
 * what marks and greys mean; under the title, where the rest of the state stands.
 *
 * @param q [rows x columns] row-major, each [actions]; undefined where no action is taken: a wall, a goal.
 * @returns SVG.
 * @throws {UsageError} When no cell has Q values.
 * @throws {RangeError} When `q` does not fit the grid.
 */
export async function stateGridPicture<O extends Observation>(
  grid: StateGrid<O>,
  q: readonly (ArrayLike<number> | undefined)[],
  { title = "Policy and values", subtitle, initial }: StateGridOptions = {},
): Promise<string> {
  const best = choices(grid, q, initial);
  assertSome(best.filter((choice) => choice).length, "the policy", "there are no states with Q values");
  const [columns, rows] = [cellAxis(grid.columns), cellAxis(grid.rows)];
  const values = { kind: "values" } as const;
  const colors = grid.actions.map((_, i) => actionColors[i % actionColors.length]!);
  const field = (key: keyof Choice) =>
    best.map((choice): Cell => isChoice(choice) ? { value: choice[key] } : blank(choice));
  const panels = grid.labels ? [{ columns, rows, cells: boardCells(grid, best), colors: values }] : [
    {
      title: "Best action",
      columns,
      rows,
      cells: field("action"),
      colors: { kind: "classes", names: grid.actions, colors } as const,
    },
    { title: "Value, max Q", columns, rows, cells: field("value"), colors: values },
  ];
  return await drawCells({
    title,
    subtitle: [subtitle, grid.note].filter((line) => line !== undefined).join("\n"),
    panels,
    key: [...boardKey(grid, best), ...greyKey(best, initial)],
  });
}

function isChoice(choice: Choice | "unlearned" | undefined): choice is Choice {
  return choice !== undefined && choice !== "unlearned";
}

/** A cell without a choice: what is `undefined` shows the ground. */
function blank(choice: "unlearned" | undefined): Cell {
  return choice === "unlearned" ? { color: inks.unlearned } : {};
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

function directionOf(action: string): number | undefined {
  return directions[action.toLowerCase()];
}

function boardCells<O extends Observation>(
  { labels, actions }: StateGrid<O>,
  best: readonly (Choice | "unlearned" | undefined)[],
): Cell[] {
  return best.map((choice, i) => {
    const mark = labels![i] ?? "";
    if (!isChoice(choice)) return { ...blank(choice), mark };
    const name = actions[choice.action]!;
    const [arrow, number] = [directionOf(name), formatNumber(choice.value, 3)];
    return arrow === undefined
      ? { value: choice.value, text: `${name}\n${number}`, mark }
      : { value: choice.value, text: number, mark, arrow };
  });
}

/** What arrows, numbers and the letters that a board shows mean. */
function boardKey<O extends Observation>(
  { labels, meanings = {}, actions }: StateGrid<O>,
  best: readonly (Choice | "unlearned" | undefined)[],
): KeyEntry[] {
  if (!labels) return [];
  const taken = best.filter(isChoice).map(({ action }) => directionOf(actions[action]!) !== undefined);
  const sign = !taken.includes(false) ? "arrow" : taken.includes(true) ? "arrow or name" : "name";
  const letters = Object.keys(meanings).filter((letter) => labels.some((label) => label.includes(letter)));
  // Letters of one meaning, as the stops of a town, share an entry.
  const shared = Map.groupBy(letters, (letter) => meanings[letter]!);
  return [
    ...taken.length > 0
      ? [{ text: `${sign}: best action` }, { text: "number and colour: its value, max Q" }]
      : [],
    ...[...shared].map(([meaning, letters]) => ({ text: `${letters.join(", ")}: ${meaning}` })),
  ];
}

/** What the greys mean that there are. */
function greyKey(best: readonly (Choice | "unlearned" | undefined)[], initial = 0): KeyEntry[] {
  return [
    ...best.includes("unlearned")
      ? [{ color: inks.unlearned, text: `nothing learned: every Q value is still ${formatNumber(initial)}` }]
      : [],
    ...best.includes(undefined) ? [{ color: inks.empty, text: "no action is taken here" }] : [],
  ];
}

function cellAxis({ name, count, range }: GridAxis): CellAxis {
  // A single row needs no number.
  const labels = Array.from({ length: count }, (_, i) => count === 1 ? "" : String(i));
  return { name, labels, ...range === undefined ? {} : { range } };
}
