/** What appears first in episodes of MinAtar's games, and how often it does. @module */
import { assert, assertEquals } from "@std/assert";
import type { GameState } from "../../src/envs/minatar/game.ts";
import { swimmersOf } from "../../src/envs/minatar/swimmers.ts";

/** What a game draws at first. */
interface Appearance {
  /** Steps of waiting until it is there, as in record_minatar.py. */
  readonly wait: number;
  /** What is there, in words; each draw is independent of the others. */
  readonly appeared: (state: GameState) => string[];
}

/** The lists of a state. */
type Lists = Readonly<Record<string, Int32Array>>;

/** By the package's names. In Space Invaders nothing is drawn. */
export const appearances: Readonly<Record<string, Appearance>> = {
  breakout: { wait: 0, appeared: ({ right }) => [`right: ${right}`] },
  freeway: {
    wait: 0,
    appeared: (state) => {
      const { carPace, carRight } = state as Lists;
      return Array.from(carPace!, (pace, lane) => `lane ${lane}: pace ${pace}, right: ${carRight![lane]}`);
    },
  },
  asterix: {
    wait: 12,
    appeared: (state) => {
      const { kind, right } = state as Lists;
      return Array.from(kind!, (one, row) => one === 0 ? [] : [`row ${row}: ${one}, right: ${right![row]}`])
        .flat();
    },
  },
  seaquest: {
    wait: 32,
    appeared: (state) => {
      const lists = state as Lists;
      return ["fish", "subs", "divers"].flatMap((name) =>
        swimmersOf(lists[name]!).map(({ y, right }) => `${name} in row ${y}, right: ${right}`)
      );
    },
  },
};

/** That two samples, of equally many draws, are of one distribution: by chi-square, which chance exceeds once in a million times. */
export function assertSameFrequencies(a: readonly string[], b: readonly string[]): void {
  assertEquals(a.length, b.length);
  const counts = new Map<string, [number, number]>();
  for (const [side, sample] of [a, b].entries()) {
    for (const one of sample) {
      const count = counts.get(one) ?? [0, 0];
      count[side as 0 | 1]++;
      counts.set(one, count);
    }
  }
  const sum = [...counts.values()].reduce((sum, [x, y]) => sum + (x - y) ** 2 / (x + y), 0);
  const degrees = counts.size - 1;
  const spread = 2 / (9 * degrees);
  const most = degrees * (1 - spread + 4.75 * Math.sqrt(spread)) ** 3; // Wilson and Hilferty's approximation.
  assert(sum <= most, `chi-square is ${sum}, wanted at most ${most}: ${JSON.stringify([...counts])}`);
}
