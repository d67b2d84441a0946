/** What environments of continuous state share: states that are given, and planes through their space. @module */
import type { GridAxis, Observation, StateGrid } from "./environment.ts";

/** Throws RangeError unless `state`, if given to a reset of `name`, is `count` finite numbers. */
export function checkState(name: string, state: readonly number[] | undefined, count: number): void {
  if (state === undefined || (state.length === count && state.every(Number.isFinite))) return;
  const found = `state is [${state.join(", ")}]`;
  throw new RangeError(`Cannot reset ${name}: ${found}, wanted ${count} finite numbers`);
}

/** How finely a plane is cut. */
export interface PlaneSize {
  /** Cells from left to right, 60 by default. */
  readonly columns?: number;
  /** Cells from top to bottom, 60 by default. */
  readonly rows?: number;
}

/** An axis of a plane: `GridAxis` with its range and without its count. */
export type PlaneAxis = Required<Omit<GridAxis, "count">>;

/** A plane through the states of an environment. */
export interface Plane<O extends Observation> {
  /** From left to right. */
  readonly columns: PlaneAxis;
  /** From top to bottom. */
  readonly rows: PlaneAxis;
  /** Names of the actions. */
  readonly actions: readonly string[];
  /** Where the rest of the state stands, if there is more. */
  readonly note?: string;
  /** What is seen at a point of the plane; undefined where the episode has ended. */
  observe(column: number, row: number): O | undefined;
}

/** The plane cut into cells, each observed at its centre. Throws RangeError unless sizes are positive integers. */
export function planeGrid<O extends Observation>(plane: Plane<O>, size: PlaneSize = {}): StateGrid<O> {
  const across = centres(plane.columns, size.columns ?? 60);
  const down = centres(plane.rows, size.rows ?? 60);
  return {
    columns: { ...plane.columns, count: across.length },
    rows: { ...plane.rows, count: down.length },
    observations: down.flatMap((row) => across.map((column) => plane.observe(column, row))),
    actions: plane.actions,
    ...plane.note === undefined ? {} : { note: plane.note },
  };
}

/** The middle of each of `count` cells along `axis`. */
function centres({ name, range: [first, last] }: PlaneAxis, count: number): number[] {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(
      `Cannot cut a plane: there are ${count} cells along ${name}, wanted a positive integer`,
    );
  }
  return Array.from({ length: count }, (_, i) => first + (i + 0.5) / count * (last - first));
}
