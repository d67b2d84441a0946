/** A grid search as a picture. @module */
import { drawCells } from "../chart_cells.ts";
import { formatNumber } from "../chart_style.ts";
import { assertSome } from "./common.ts";

/** One parameter of a grid search. */
export interface GridParameter {
  /** As in `Replay capacity`. */
  readonly name: string;
  /** Its values in the order of the rows or columns. */
  readonly values: readonly (number | string)[];
}

/** What {@linkcode heatMapPicture} shows. */
export interface HeatMapOptions {
  /** Above the picture. */
  readonly title: string;
  /** What the values are, as in `Mean return of 3 seeds`. */
  readonly subtitle?: string | undefined;
  /** From left to right. */
  readonly columns: GridParameter;
  /** From top to bottom. */
  readonly rows: GridParameter;
}

/**
 * A value for each pair of two parameters, as colour and number.
 *
 * @param values [rows, columns] row-major; undefined where nothing was run.
 * @returns SVG.
 * @throws {UsageError} When no pair has a value.
 * @throws {RangeError} When there are not rows times columns values.
 */
export async function heatMapPicture(
  values: readonly (number | undefined)[],
  { title, subtitle, columns, rows }: HeatMapOptions,
): Promise<string> {
  assertSome(values.filter((value) => value !== undefined).length, `"${title}"`, "there are no values");
  const wanted = rows.values.length * columns.values.length;
  if (values.length !== wanted) {
    const shape = `${rows.values.length} rows of ${columns.values.length}`;
    throw new RangeError(`Cannot draw "${title}": ${values.length} values, wanted ${wanted}, ${shape}`);
  }
  return await drawCells({
    title,
    subtitle,
    panels: [{
      columns: axis(columns),
      rows: axis(rows),
      cells: values.map((value) => value === undefined ? {} : { value, text: formatNumber(value, 4) }),
      colors: { kind: "values" },
    }],
  });
}

function axis({ name, values }: GridParameter) {
  return { name, labels: values.map((value) => typeof value === "number" ? formatNumber(value) : value) };
}
