/** What swims in Seaquest: lists of swimmers that are integers, so that a state holds many. @module */
import { size } from "./game.ts";

/** Something in the water. */
export interface Swimmer {
  x: number;
  y: number;
  right: boolean;
  /** Steps until it moves. */
  wait: number;
  /** Steps until it shoots. */
  shot: number;
}

/** How many values `wait` and `shot` have. */
const [waits, shots] = [6, 11];

/** Integers from 1 up to this are swimmers, and 0 is none. A list ends with the first 0. */
export const swimmerWords = size * size * 2 * waits * shots;

/** A swimmer as an integer. */
export function encode({ x, y, right, wait, shot }: Swimmer): number {
  return 1 + x + size * (y + size * (Number(right) + 2 * (wait + waits * shot)));
}

function decode(word: number): Swimmer {
  const row = Math.floor((word - 1) / size);
  const side = Math.floor(row / size);
  const wait = side >> 1;
  return {
    x: (word - 1) % size,
    y: row % size,
    right: (side & 1) === 1,
    wait: wait % waits,
    shot: Math.floor(wait / waits),
  };
}

/** Those of a list. */
export function swimmersOf(list: Int32Array): Swimmer[] {
  return Array.from(list.subarray(0, countOf(list)), decode);
}

/** Adds one at the end of a list; where the list is full it does not come. */
export function spawn(list: Int32Array, swimmer: Swimmer): void {
  const end = countOf(list);
  if (end < list.length) list[end] = encode(swimmer);
}

/** Calls `move` for each of a list, from the last to the first, which may change it; those of which it returns false are gone. */
export function swim(list: Int32Array, move: (swimmer: Swimmer) => boolean): void {
  for (let i = countOf(list) - 1; i >= 0; i--) {
    const swimmer = decode(list[i]!);
    if (move(swimmer)) list[i] = encode(swimmer);
    else remove(list, i);
  }
}

/** Takes the first of a list that is where `place` is. Returns whether there was one. */
export function takeAt(list: Int32Array, place: Swimmer): boolean {
  const i = swimmersOf(list).findIndex(({ x, y }) => x === place.x && y === place.y);
  if (i >= 0) remove(list, i);
  return i >= 0;
}

function remove(list: Int32Array, i: number): void {
  list.copyWithin(i, i + 1)[list.length - 1] = 0;
}

function countOf(list: Int32Array): number {
  const end = list.indexOf(0);
  return end < 0 ? list.length : end;
}
