/**
 * MinAtar's games against the package itself, as a black box. `deno task test:interop` runs this; `deno task test` does not, as it
 * needs Python and, the first time, the Python package index.
 */
import { assert } from "@std/assert";
import { Random, Stream } from "../../src/core/random.ts";
import { sample } from "../../src/core/spaces.ts";
import { makeEnv } from "../../src/envs/environment_registry.ts";
import { moves } from "../../src/envs/minatar/game.ts";
import { recordedGames } from "../envs/minatar/recorded_states.ts";
import { assertEpisode, assertSteps, type RecordedEpisode } from "../envs/minatar/recorded_steps.ts";
import type { GoldenGame, GoldenGameState } from "../golden.ts";
import { appearances, assertSameFrequencies } from "./appearances.ts";
import { runPython } from "./python.ts";

/** What record_minatar.py prints, a game, beside the transitions. */
interface Recording extends GoldenGame {
  /** Of random play. */
  readonly episodes: readonly Episode[];
  readonly games: readonly RecordedEpisode[];
  /** States in which something has appeared, each of an episode of its own; none of a game in which nothing is drawn. */
  readonly begun: readonly GoldenGameState[];
}
type Episode = readonly [sum: number, length: number];

const episodes = 200;
const begun = 5000;
let recorded: Record<string, Recording>;

Deno.test.beforeAll(async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!; // Another one each time, which a failure tells.
  console.log(`MinAtar is recorded with seed ${seed}`);
  recorded = await runPython("record_minatar.py", `${seed}`, "2000", `${episodes}`, `${begun}`) as Record<
    string,
    Recording
  >;
});

for (const [name, one] of Object.entries(recordedGames)) {
  Deno.test(`${one.game.name} steps as the package does, with what that has drawn`, () => {
    assertSteps(one, recorded[name]!.transitions);
  });

  Deno.test(`${one.game.name} plays whole episodes as the package does, by the same actions and draws`, () => {
    for (const game of recorded[name]!.games) assertEpisode(one, game);
  });

  Deno.test(`${one.game.name} has returns and lengths of episodes as the package has, by random play`, () => {
    const ours = randomEpisodes(`MinAtar/${one.game.name}-v0`);
    for (const i of [0, 1] as const) {
      const [a, b] = [ours, recorded[name]!.episodes].map((all) => meanOf(all.map((episode) => episode[i])));
      // Five standard errors, which chance exceeds once in a million times.
      const apart = 5 * Math.hypot(a!.error, b!.error) + 1e-9;
      assert(
        Math.abs(a!.mean - b!.mean) <= apart,
        `${["return", "length"][i]}: ${a!.mean}, there ${b!.mean}`,
      );
    }
  });
}

for (const [name, { wait, appeared }] of Object.entries(appearances)) {
  const { game, stateOf } = recordedGames[name]!;
  Deno.test(`${game.name} begins, and has come what comes first, as often as in the package`, () => {
    const theirs = recorded[name]!.begun.flatMap((state) => appeared(stateOf(state)));
    const ours = Array.from({ length: begun }, (_, episode) => {
      const draws = new Random(1, Stream.environment, episode);
      const state = game.start(draws);
      for (let i = 0; i < wait; i++) game.step(state, moves.wait, { draws, ramping: true });
      return appeared(state);
    }).flat();
    assertSameFrequencies(ours, theirs);
  });
}

function randomEpisodes(id: string): Episode[] {
  const env = makeEnv(id);
  const random = new Random(1, Stream.host);
  env.reset({ seed: 2 });
  return Array.from({ length: episodes }, () => {
    env.reset();
    for (let [sum, length, over] = [0, 0, false];;) {
      const { reward, terminated } = env.step(sample(env.actionSpace, random));
      [sum, length, over] = [sum + reward, length + 1, terminated];
      if (over) return [sum, length];
    }
  });
}

function meanOf(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}
