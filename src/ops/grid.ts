/** Workgroups in rows, where there may be more than a dispatch takes in one. @module */

/** Workgroups in x, beyond which {@linkcode grid} goes on in y. */
export const gridWidth = 32768;

/** So many workgroups or a few more, of those entry points that count them by both of their numbers. */
export function grid(workgroups: number): [x: number, y: number] {
  return [Math.min(workgroups, gridWidth), Math.ceil(workgroups / gridWidth)];
}
