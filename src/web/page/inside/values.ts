/** What values over states in rows and columns come to, in numbers and words. @module */
import type { GridAxis } from "../../../envs/environment.ts";
import { type Choice, choices, isChoice } from "../../../report/choices.ts";
import type { ValuesNews } from "../../trainer/inside/news.ts";
import { formatList, formatNumber, t } from "../texts.ts";

/** Q values over a grid, by cells. */
export class Values {
  /** The states. */
  readonly grid: ValuesNews["grid"];
  /** The best action of each cell and its value; `unlearned` where a table is as it was at the start. */
  readonly best: readonly (Choice | "unlearned" | undefined)[];
  /** The lowest of these values, 0 where there is none. */
  readonly low: number;
  /** The highest. */
  readonly high: number;
  readonly #q: readonly (Float32Array | undefined)[];

  /** Reads news. */
  constructor({ grid, taken, q, initial }: ValuesNews) {
    const { length: actions } = grid.actions;
    let at = 0;
    this.grid = grid;
    this.#q = Array.from(taken, (one) => one ? q.subarray(at, at += actions) : undefined);
    this.best = choices(grid, this.#q, initial);
    const values = this.best.filter(isChoice).map(({ value }) => value);
    this.low = values.reduce((a, b) => Math.min(a, b), values[0] ?? 0);
    this.high = values.reduce((a, b) => Math.max(a, b), values[0] ?? 0);
  }

  /** How far a value is from the lowest, 0, to the highest, 1. */
  share(value: number): number {
    return this.high > this.low ? (value - this.low) / (this.high - this.low) : 0.5;
  }

  /** What is to be known of a cell: where it is, what is best there, and what every action is worth. */
  describeCell(cell: number): string {
    const { grid, best } = this;
    const [place, q, choice] = [describePlace(grid, cell), this.#q[cell], best[cell]];
    if (!q) return t("values.noAction", { place, label: grid.labels?.[cell] || t("values.end") });
    const values = formatList(grid.actions.map((name, action) => `${name} ${formatNumber(q[action]!, 3)}`));
    if (!isChoice(choice)) return t("values.unlearned", { place, values });
    return t("values.cell", { place, action: grid.actions[choice.action]!, values });
  }

  /** The whole of it. */
  describe(): string {
    const { grid: { actions, labels, note, columns, rows }, best, low, high } = this;
    const found = best.filter(isChoice);
    if (found.length === 0) return t("values.nothing");
    const shares = actions.map((name, action) => {
      const count = found.filter((choice) => choice.action === action).length;
      return t("values.share", { action: name, percent: Math.round(100 * count / found.length) });
    });
    const highest = best.findIndex((choice) => isChoice(choice) && choice.value === high);
    const lines = labels && Array.from({ length: rows.count }, (_, row) => {
      const cells = best.slice(row * columns.count, (row + 1) * columns.count).map((choice, column) =>
        isChoice(choice) ? actions[choice.action]! : labels[row * columns.count + column] || "-"
      );
      return t("values.row", { row, cells: formatList(cells) });
    });
    return [
      ...note === undefined ? [] : [`${note}.`],
      t("values.shares", { shares: formatList(shares) }),
      t("values.range", {
        low: formatNumber(low),
        high: formatNumber(high),
        place: describePlace(this.grid, highest),
      }),
      ...lines ?? [],
    ].join(" ");
  }
}

/** The value of an axis in the middle of a cell; the cell's number on a board. */
export function valueAt({ range, count }: GridAxis, cell: number): number {
  if (!range) return cell;
  const [first, last] = range;
  return first + (cell + 0.5) / count * (last - first);
}

/** Where a cell is: its value on each axis that has more than one. */
function describePlace({ columns, rows }: ValuesNews["grid"], cell: number): string {
  const places = [[columns, cell % columns.count], [rows, Math.floor(cell / columns.count)]] as const;
  return formatList(
    places.filter(([axis]) => axis.count > 1)
      .map(([axis, at]) => `${axis.name} ${formatNumber(valueAt(axis, at), 2)}`),
  );
}
