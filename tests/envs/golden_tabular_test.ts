import { assertEquals, assertGreater } from "@std/assert";
import { CliffWalking } from "../../src/envs/cliff_walking.ts";
import { FrozenLake } from "../../src/envs/frozen_lake.ts";
import type { TabularEnvironment } from "../../src/envs/tabular.ts";
import { Taxi } from "../../src/envs/taxi.ts";
import { type GoldenEnvironments, readGolden } from "../golden.ts";

const { tables } = readGolden<GoldenEnvironments>("environments");

const environments: Readonly<Record<string, () => TabularEnvironment>> = {
  "FrozenLake-v1": () => new FrozenLake(),
  "FrozenLake-v1?slippery=false": () => new FrozenLake({ slippery: false }),
  "CliffWalking-v1": () => new CliffWalking(),
  "Taxi-v4": () => new Taxi(),
};

for (const [id, make] of Object.entries(environments)) {
  Deno.test(`${id} has Gymnasium's table of outcomes`, () => {
    const { states, actions, rows } = tables[id]!;
    const env = make();
    assertEquals([env.observationSpace.n, env.actionSpace.n], [states, actions]);
    assertGreater(rows.length, 0);
    for (const { state, action, outcomes } of rows) {
      const found = env.transitions(state, action).map(({ probability, next, reward, terminated }) =>
        [probability, next, reward, terminated] as const
      );
      assertEquals(found, outcomes, `state ${state}, action ${action}`);
    }
  });

  Deno.test(`${id} steps as Gymnasium's table says`, () => {
    const env = make();
    for (const { state, action, outcomes } of tables[id]!.rows) {
      assertEquals(env.reset({ state: [state] }).observation, state);
      const { observation, reward, terminated, truncated } = env.step(action);
      const known = outcomes.some(([, ...rest]) =>
        rest[0] === observation && rest[1] === reward && rest[2] === terminated
      );
      assertEquals([known, truncated], [true, false], `state ${state}, action ${action} to ${observation}`);
    }
  });
}
