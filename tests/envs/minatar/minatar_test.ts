import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/core/errors.ts";
import { Random, Stream } from "../../../src/core/random.ts";
import { sample } from "../../../src/core/spaces.ts";
import type { State } from "../../../src/core/state.ts";
import { makeEnv } from "../../../src/envs/environment_registry.ts";
import { gameNames, MinAtar } from "../../../src/envs/minatar/minatar.ts";
import { assertChiSquare } from "../../ops/chi_square.ts";
import { recordingSurface } from "../toys.ts";

Deno.test("MinAtar has actions that mean something in the game, or all six", () => {
  assertEquals(new MinAtar("Breakout").actions, ["wait", "left", "right"]);
  const all = new MinAtar("Breakout", { minimalActions: false });
  assertEquals(all.actions, ["wait", "left", "up", "right", "down", "fire"]);
  assertEquals(all.actionSpace.n, 6);
});

Deno.test("makeEnv knows MinAtar's games by the package's ids, and options go before an alias's", () => {
  const actions = (id: string, options = {}) => makeEnv(id, options).actionSpace.n;
  assertEquals(actions("MinAtar/Breakout"), 3);
  assertEquals(actions("MinAtar/Breakout-v1"), 3);
  assertEquals(actions("MinAtar/Breakout-v0"), 6);
  assertEquals(actions("MinAtar/Breakout-v0", { minimalActions: true }), 3);
  assertThrows(() => actions("MinAtar/Breakout-v2"), UsageError, 'did you mean "MinAtar/Breakout"?');
  assertThrows(() => actions("MinAtar/Breakout-v0", { sticky: 0 }), UsageError, 'option is "sticky"');
});

Deno.test("MinAtar takes the action of the step before with the chance of stickyActions", () => {
  const env = new MinAtar("Asterix");
  const column = ({ observation }: { observation: Float32Array }) => observation.indexOf(1) % 10; // Of the player.
  const counts = [0, 0];
  env.reset({ seed: 3 });
  for (let episode = 0; episode < 2000; episode++) {
    env.reset();
    const before = column(env.step(1)); // To the left, or waits, which is what an episode begins with.
    counts[column(env.step(3)) > before ? 0 : 1]!++;
  }
  assertChiSquare(counts, "steps that go on and that repeat", [0.9, 0.1]);
});

Deno.test("MinAtar's episodes begin as if the action before was to wait, whatever the last one ended with", () => {
  const env = new MinAtar("Breakout", { stickyActions: 1 });
  const paddle = ({ observation }: { observation: Float32Array }) => observation.indexOf(1) % 10;
  env.reset({ seed: 3 });
  env.load({ ...env.save() as { [key: string]: State }, lastMove: 1 });
  assertEquals([paddle(env.step(0)), paddle(env.step(0))], [3, 2]);
  assertEquals([paddle(env.reset()), paddle(env.step(1))], [4, 4]);
});

Deno.test("MinAtar draws nothing for actions that cannot stick", () => {
  const env = new MinAtar("Asterix", { stickyActions: 0 });
  env.reset({ seed: 3 });
  env.step(1);
  const { progress } = env.save() as { progress: { random: { counter: number } } };
  assertEquals(progress.random.counter, 0);
});

for (const game of gameNames) {
  Deno.test(`MinAtar's ${game} goes on for long with sound states, which can be started in and say all`, () => {
    const options = { stickyActions: 0, ramping: true };
    const [env, twin] = [new MinAtar(game, options), new MinAtar(game, options)];
    const random = new Random(7, Stream.host);
    let { observation } = env.reset({ seed: 1 });
    for (let step = 0; step < 2000; step++) {
      assert(observation.every((value) => value === 0 || value === 1));
      if (step % 5 === 0) { // Refuses what is out of its range, and shows what the other does.
        const { state } = env.save() as { state: Int32Array };
        assertEquals(twin.reset({ state: [...state] }).observation, observation);
      }
      const { terminated, ...rest } = env.step(sample(env.actionSpace, random));
      observation = terminated ? env.reset().observation : rest.observation;
    }
  });

  Deno.test(`MinAtar's ${game} shows the player in every cell where it can be`, () => {
    const env = new MinAtar(game);
    assertThrows(() => env.stateGrid(), Error, `Cannot render MinAtar/${game}: no episode has begun`);
    const { observation } = env.reset({ seed: 2 });
    const { observations, rows, columns, actions } = env.stateGrid();
    assertEquals([observations.length, actions], [rows.count * columns.count, env.actions]);
    const seen = observations.filter((one) => one !== undefined);
    assertEquals(new Set(seen.map((one) => one.subarray(0, 100).indexOf(1))).size, seen.length);
    assertEquals(seen.filter((one) => `${one}` === `${observation}`).length, 1);
  });
}

Deno.test("MinAtar shows its board as text and as a picture", () => {
  const env = new MinAtar("Breakout", { stickyActions: 0 });
  assertThrows(() => env.renderText(), Error, "Cannot render MinAtar/Breakout: no episode has begun");
  env.reset({ state: [4, 6, 7, 5, 6, 1, 1, 0, 0x3ff, 0x3fe, 0x001] });
  assertEquals(
    env.renderText().split("\n"),
    [
      "+----------+",
      "|          |",
      "|##########|",
      "| #########|",
      "|#         |",
      "|          |",
      "|          |",
      "|     .    |",
      "|      o   |",
      "|          |",
      "|    =     |",
      "+----------+",
    ],
  );
  const { surface, calls } = recordingSurface(100, 100);
  env.render(surface);
  const tiles = calls.filter((call) => call.startsWith("fillRect("));
  assertEquals(tiles.length, 1 + 100);
});

Deno.test("MinAtar refuses other games, options and states", () => {
  const refusals: [make: () => unknown, message: string][] = [
    [() => new MinAtar("Breakuot"), 'Cannot make MinAtar: game is "Breakuot", wanted one of '],
    [() => new MinAtar("toString"), 'Cannot make MinAtar: game is "toString", wanted one of '],
    ...[-0.1, 1.5, NaN, "0.1" as unknown as number].map((stickyActions): [() => unknown, string] => [
      () => new MinAtar("Freeway", { stickyActions }),
      "Cannot make MinAtar/Freeway: stickyActions is ",
    ]),
    [
      () => new MinAtar("Freeway", { ramping: 1 as unknown as boolean }),
      "Cannot make MinAtar/Freeway: ramping is 1, wanted true or false",
    ],
  ];
  for (const [make, message] of refusals) assertThrows(make, UsageError, message);
  const env = new MinAtar("Breakout");
  const state = [4, 6, 7, 5, 6, 1, 1, 0, 0x3ff, 0x3fe, 0x001];
  for (
    const [wrong, fault] of [
      [state.slice(1), "it has 10 numbers, wanted 11 integers"],
      [state.with(5, 2), "right is 2, wanted an integer in [0, 1]"],
      [state.with(9, 0.5), "bricks[1] is 0.5, wanted an integer in [0, 1023]"],
    ] as const
  ) {
    assertThrows(
      () => env.reset({ state: wrong }),
      RangeError,
      `Cannot reset MinAtar/Breakout: of state, ${fault}`,
    );
  }
});
