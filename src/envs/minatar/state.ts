/** States of games as lists of integers. @module */
import type { Game, GameState, Range } from "./game.ts";

/** Names of a state's integers with what each can be, those of a list one by one, in the order of the game's ranges. */
function rangesOf({ ranges }: Game): [name: string, range: Range][] {
  return Object.entries(ranges).flatMap(([name, range]) =>
    range.count === undefined
      ? [[name, range] as [string, Range]]
      : Array.from({ length: range.count }, (_, i): [string, Range] => [`${name}[${i}]`, range])
  );
}

/** The integers of a state, in the order of the game's ranges. */
export function numbersOf(game: Game, state: GameState): Int32Array {
  const parts = Object.keys(game.ranges).map((name) => state[name]!);
  return Int32Array.from(parts.flatMap((part) => typeof part === "number" ? [part] : [...part]));
}

/** The state of these integers. They have to be sound: see {@linkcode stateFault}. */
export function stateOf(game: Game, numbers: ArrayLike<number>): GameState {
  let at = 0;
  return Object.fromEntries(
    Object.entries(game.ranges).map(([name, { count }]) => [
      name,
      count === undefined ? numbers[at++]! : Int32Array.from({ length: count }, () => numbers[at++]!),
    ]),
  );
}

/** What is wrong with `numbers` as those of a state, and what was wanted; undefined for sound ones. */
export function stateFault(game: Game, numbers: ArrayLike<number>): string | undefined {
  const ranges = rangesOf(game);
  if (numbers.length !== ranges.length) {
    return `it has ${numbers.length} numbers, wanted ${ranges.length} integers`;
  }
  const bad = ranges.findIndex(([, { low, high }], i) =>
    !(Number.isInteger(numbers[i]) && numbers[i]! >= low && numbers[i]! <= high)
  );
  if (bad < 0) return undefined;
  const [name, { low, high }] = ranges[bad]!;
  return `${name} is ${numbers[bad]}, wanted an integer in [${low}, ${high}]`;
}

/** The least of every range: what a game remembers before its first episode. */
export function emptyState(game: Game): GameState {
  return stateOf(game, rangesOf(game).map(([, { low }]) => low));
}
