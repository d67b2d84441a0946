/**
 * MinAtar's games against the package itself, as a black box. `deno task test:interop` runs this; `deno task test` does not, as it
 * needs Python and, the first time, the Python package index.
 */
import { assert } from "@std/assert";
import { Random, Stream } from "../../src/core/random.ts";
import { sample } from "../../src/core/spaces.ts";
import { makeEnv } from "../../src/envs/environment_registry.ts";
import { recordedGames } from "../envs/minatar/recorded_states.ts";
import { assertSteps } from "../envs/minatar/recorded_steps.ts";
import type { GoldenGame } from "../golden.ts";
import { runPython } from "./python.ts";

/** What record_minatar.py prints, a game: some episodes of random play beside the transitions. */
type Recording = GoldenGame & { readonly episodes: readonly Episode[] };
type Episode = readonly [sum: number, length: number];

const episodes = 200;
let recorded: Record<string, Recording>;

Deno.test.beforeAll(async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!; // Another one each time, which a failure tells.
  console.log(`MinAtar is recorded with seed ${seed}`);
  recorded = await runPython("record_minatar.py", `${seed}`, "2000", `${episodes}`) as Record<
    string,
    Recording
  >;
});

for (const [name, one] of Object.entries(recordedGames)) {
  Deno.test(`${one.game.name} steps as the package does, with what that has drawn`, () => {
    assertSteps(one, recorded[name]!.transitions);
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
