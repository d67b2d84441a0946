import { assertEquals, assertStringIncludes } from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import { cautionsOf } from "../../src/config/cautions.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { box, discrete } from "../../src/core/spaces.ts";

/** What a run of this agent tells before and while it trains. */
async function told(agent: object, loop: "host" | "device"): Promise<string[]> {
  const lines: string[] = [];
  const run = await createRun({
    environment: { id: "CartPole-v1" },
    agent: { kind: "dqn", hidden: [4], replay: { capacity: 64, batch: 4 }, ...agent },
    budget: { steps: 8 },
    evaluation: { every: 100, episodes: 1 },
    loop,
  }, { print: (line) => void lines.push(line) });
  await run.train();
  await run.train();
  run.dispose();
  return lines;
}

Deno.test("A run tells once that noise and epsilon both explore, and nothing where one of them does", async () => {
  const hidden = [{ kind: "dense", width: 4, noisy: true }];
  const falling = { kind: "linear", start: 1, end: 0, duration: 5 };
  for (const loop of ["host", "device"] as const) {
    for (
      const agent of [{ hidden, exploration: 0.1 }, { head: { noisy: true }, exploration: falling }, {
        hidden,
      }]
    ) {
      const [line, ...others] = await told(agent, loop);
      assertStringIncludes(line!, "agent.exploration is not 0 and the network is noisy, so both explore");
      assertEquals(others, []);
    }
    const silent = [{ hidden, exploration: 0 }, { exploration: 0.1 }, {
      hidden,
      exploration: { ...falling, start: 0 },
    }];
    for (const agent of silent) assertEquals(await told(agent, loop), []);
  }
});

Deno.test("cautionsOf() names a picture that a dense layer flattens, and no small board, nor what a convolution sees", () => {
  const cautions = (hidden: readonly unknown[], shape: readonly number[]) =>
    cautionsOf(
      parseConfig({
        environment: { id: "CartPole-v1" },
        agent: { kind: "dqn", hidden },
        budget: { steps: 100 },
      }),
      box(shape, 0, 1),
    );
  const conv = { kind: "conv", channels: 4, size: 3 };
  for (const hidden of [[64], [], [{ kind: "dense", width: 8, normalization: "layer" }]]) {
    assertEquals(cautions(hidden, [4, 10, 10]), [
      'observations [4, 10, 10] are flattened, as the first layer of agent.hidden is dense: one of kind "conv" sees which of ' +
      "their numbers are neighbours",
    ]);
    assertEquals([...cautions(hidden, [4, 4, 4]), ...cautions(hidden, [400])], []);
  }
  assertEquals(cautions([conv, 64], [4, 10, 10]), []);
  const { agent } = parseConfig({ environment: { id: "CartPole-v1" }, budget: { steps: 100 } });
  assertEquals(cautionsOf({ agent }, discrete(500)), []);
});
