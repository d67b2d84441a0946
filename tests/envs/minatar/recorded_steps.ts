/** Steps of the package MinAtar against ours. @module */
import { assertEquals } from "@std/assert";
import { planesOf } from "../../../src/envs/minatar/drawing.ts";
import { type Draws, moves } from "../../../src/envs/minatar/game.ts";
import { numbersOf, stateFault } from "../../../src/envs/minatar/state.ts";
import type { GoldenMove } from "../../golden.ts";
import type { RecordedGame } from "./recorded_states.ts";

/** That each step gives the recorded state, reward and end, and asks for the recorded draws; and that the state before is shown so. */
export function assertSteps({ game, stateOf }: RecordedGame, moves: readonly GoldenMove[]): void {
  moves.forEach(({ state, action, draws, nextState, reward, terminated, observation }, i) => {
    const found = stateOf(state);
    const seen = planesOf(game, found).join("");
    assertEquals(seen, observation.join(""), `what is seen before transition ${i}`);
    const recorded = new RecordedDraws(draws);
    const outcome = game.step(found, action, { draws: recorded, ramping: state.ramping !== false });
    assertEquals([found, outcome], [stateOf(nextState), { reward, terminated }], `transition ${i}`);
    if (terminated) game.start(recorded); // The recording goes on with a reset.
    assertEquals(recorded.left, 0, `draws of transition ${i}`);
    assertEquals(stateFault(game, numbersOf(game, found)), undefined, `transition ${i}`);
  });
}

/** A whole episode with sticky actions: what its start drew, and its steps. */
export interface RecordedEpisode {
  readonly start: GoldenMove["draws"];
  readonly steps: readonly Omit<GoldenMove, "state" | "nextState">[];
}

/** That an episode of ours, of the same actions and draws, shows the same from its start to its end. */
export function assertEpisode({ game }: RecordedGame, { start, steps }: RecordedEpisode): void {
  const first = new RecordedDraws(start);
  const state = game.start(first);
  assertEquals(first.left, 0, "draws of the start");
  let move: number = moves.wait;
  steps.forEach(({ action, draws, reward, terminated, observation }, i) => {
    assertEquals(planesOf(game, state).join(""), observation.join(""), `what is seen before step ${i}`);
    const recorded = new RecordedDraws(draws);
    if (recorded.uniform() >= 0.1) move = action;
    const outcome = game.step(state, move, { draws: recorded, ramping: true });
    assertEquals(outcome, { reward, terminated }, `step ${i}`);
    assertEquals(recorded.left, 0, `draws of step ${i}`);
  });
}

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
