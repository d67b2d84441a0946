/** Policies and their values over states in rows and columns: gridworlds, and planes such as position by velocity. @module */
import type { GridAxis, Observation, StateGrid } from "../../envs/environment.ts";
import { type Cell, type CellAxis, drawCells, type KeyEntry } from "../chart_cells.ts";
import { formatNumber, inks } from "../chart_style.ts";
import { type Choice, choices, directionOf, isChoice } from "../choices.ts";
import { actionColors } from "../palette.ts";
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

/** A cell without a choice: what is `undefined` shows the ground. */
function blank(choice: "unlearned" | undefined): Cell {
  return choice === "unlearned" ? { color: inks.unlearned } : {};
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
