import { assertEquals } from "@std/assert";
import { planesOf } from "../../../src/envs/minatar/drawing.ts";
import type { Draws } from "../../../src/envs/minatar/game.ts";
import { numbersOf, stateFault } from "../../../src/envs/minatar/state.ts";
import { type GoldenGame, type GoldenMove, readGolden } from "../../golden.ts";
import { recordedGames } from "./recorded_states.ts";

const golden = readGolden<Record<string, GoldenGame>>("minatar");

/** Gives what was recorded, and no more: kinds and bounds have to be those that were asked for. */
class RecordedDraws implements Draws {
  readonly #left: [kind: string, value: number][];

  constructor(draws: GoldenMove["draws"]) {
    this.#left = draws.flatMap(([kind, values]) =>
      [values].flat().map((value): [string, number] => [kind, value])
    );
  }

  uniform(): number {
    return this.#next("rand")[0];
  }

  below(count: number): number {
    const [value, numbers] = this.#next("randint");
    const [high, low = 0] = numbers.slice(0, 2).toReversed() as [number, number?];
    assertEquals(high - low, count);
    return value - low;
  }

  /** How many have not been asked for. */
  get left(): number {
    return this.#left.length;
  }

  #next(wanted: string): [value: number, numbers: number[]] {
    const [kind, value] = this.#left.shift() ?? ["nothing", 0];
    assertEquals(kind.replace(/\[.*/, ""), wanted);
    return [value, (kind.match(/\d+/g) ?? []).map(Number)];
  }
}

for (const [name, { game, stateOf }] of Object.entries(recordedGames)) {
  const { channels, minimalActions, transitions } = golden[name]!;

  Deno.test(`${game.name} has the planes and the actions of MinAtar's ${name}`, () => {
    assertEquals(game.planes.length, Object.keys(channels).length);
    assertEquals(game.minimalActions, minimalActions);
  });

  Deno.test(`${game.name} steps, draws and shows as MinAtar's ${name} does`, () => {
    transitions.forEach(({ state, action, draws, nextState, reward, terminated, observation }, i) => {
      const found = stateOf(state);
      const seen = planesOf(game, found).join("");
      assertEquals(seen, observation.join(""), `what is seen before transition ${i}`);
      const recorded = new RecordedDraws(draws);
      const outcome = game.step(found, action, { draws: recorded, ramping: true });
      assertEquals([found, outcome], [stateOf(nextState), { reward, terminated }], `transition ${i}`);
      if (terminated) game.start(recorded); // The recording goes on with a reset.
      assertEquals(recorded.left, 0, `draws of transition ${i}`);
      assertEquals(stateFault(game, numbersOf(game, found)), undefined, `transition ${i}`);
    });
  });
}
