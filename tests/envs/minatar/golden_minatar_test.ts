import { assertEquals } from "@std/assert";
import { type GoldenGame, readGolden } from "../../golden.ts";
import { recordedGames } from "./recorded_states.ts";
import { assertSteps } from "./recorded_steps.ts";

const golden = readGolden<Record<string, GoldenGame>>("minatar");

for (const [name, recorded] of Object.entries(recordedGames)) {
  const { game } = recorded;
  const { channels, minimalActions, transitions } = golden[name]!;

  Deno.test(`${game.name} has the planes and the actions of MinAtar's ${name}`, () => {
    assertEquals(game.planes.length, Object.keys(channels).length);
    assertEquals(game.minimalActions, minimalActions);
  });

  Deno.test(`${game.name} steps, draws and shows as MinAtar's ${name} does`, () => {
    assertSteps(recorded, transitions);
  });
}
