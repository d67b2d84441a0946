import { assertEquals, assertStringIncludes } from "@std/assert";
import { createRun } from "../../src/config/build.ts";

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
