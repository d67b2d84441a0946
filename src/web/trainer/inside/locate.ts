/** Where on a grid of states a state lies. @module */
import type { Observation, StateGrid } from "../../../envs/environment.ts";

/** Columns from the left edge and rows from the top. */
export type GridPlace = readonly [column: number, row: number];

/**
 * Where on a grid a state lies by what is seen in it: on a board in the middle of its cell, on a plane between the middles
 * of cells, at the point of the plane that is nearest. Of states that are seen by their number alone, in the middle of all
 * cells of that number.
 *
 * @returns Undefined where no cell is of that number.
 */
export function locate(
  { observations, columns: { count: columns }, rows: { count: rows }, labels }: StateGrid<Observation>,
  seen: Float32Array,
): GridPlace | undefined {
  const distances = observations.map((cell) => cell === undefined ? Infinity : distance(cell, seen));
  const least = Math.min(...distances);
  const nearest = [...distances.keys()].filter((cell) => distances[cell] === least);
  const isNumber = typeof observations.find((cell) => cell !== undefined) === "number";
  if (least === Infinity || (isNumber && least > 0)) return undefined;
  const middle = (of: (cell: number) => number) =>
    nearest.reduce((sum, cell) => sum + of(cell), 0) / nearest.length + 0.5;
  const [cell] = nearest as [number];
  const [column, row] = [cell % columns, Math.floor(cell / columns)];
  if (isNumber || labels) {
    return [
      middle((cell) => cell % columns),
      middle((cell) => Math.floor(cell / columns)),
    ];
  }
  return [
    lowest(distances.slice(row * columns, (row + 1) * columns), column),
    lowest(Array.from({ length: rows }, (_, i) => distances[i * columns + column]!), row),
  ];
}

/** The square of the distance between two observations. */
function distance(cell: Observation, seen: Float32Array): number {
  if (typeof cell === "number") return (cell - seen[0]!) ** 2;
  let sum = 0;
  for (let i = 0; i < cell.length; i++) sum += (cell[i]! - seen[i]!) ** 2;
  return sum;
}

/** Where a curve is least that goes as a parabola near its least value, at `least`; 0 is the edge before the first value. */
function lowest(values: readonly number[], least: number): number {
  const middle = Math.max(1, Math.min(values.length - 2, least));
  const [before, here, after] = values.slice(middle - 1, middle + 2) as [number, number, number];
  const bend = before - 2 * here + after;
  const at = bend > 0 && bend < Infinity ? middle + (before - after) / (2 * bend) : least;
  return Math.max(0, Math.min(values.length, at + 0.5));
}
