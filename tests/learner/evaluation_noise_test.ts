import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import { evaluationSeed } from "../../src/config/environments.ts";
import { createPopulation } from "../../src/config/population.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { UsageError } from "../../src/core/errors.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { playEpisode } from "../../src/train/play.ts";

const noisy = { kind: "dense", width: 8, noisy: true, sigma: 3 };
const agents = {
  "all layers": { hidden: [noisy, { ...noisy, width: 6 }], head: { noisy: true, sigma: 3 } },
  "dueling streams": { hidden: [noisy], head: { dueling: true, noisy: true, sigma: 3 } },
};

function configOf(agent: object, changes: RunConfigInput = {}): RunConfigInput {
  const config = {
    environment: { id: "Gridworld-v0", options: { mode: "random" }, maxEpisodeSteps: 9 },
    agent: { kind: "dqn", exploration: 0, replay: { capacity: 64, batch: 4 }, ...agent },
    budget: { steps: 40 },
    evaluation: { every: 20, episodes: 12 },
  };
  return { ...config, ...changes } as RunConfigInput;
}

for (const [name, agent] of Object.entries(agents)) {
  Deno.test(`evaluation with noise is the same on the device and on the host, alone and beside others: ${name}`, async () => {
    const configs = [1, 2, 3].map((seed) => configOf(agent, { seed }));
    const population = await createPopulation(configs);
    await population.train();
    const asked = { episodes: 15, noise: true };
    const [together, still] = await Promise.all([
      Promise.all(population.members.map((run) => run.evaluate(asked))),
      population.members[1]!.evaluate({ episodes: 15 }),
    ]);
    assertEquals(await population.members[1]!.evaluate({ episodes: 15, noise: false }), still);
    assertNotEquals(together[1], still);
    for (const [member, run] of population.members.entries()) {
      const onHost = await evaluate(run.agent, {
        makeEnvironment: () => run.makeEnvironment(),
        ...asked,
        parallel: 4, // Of 15: how they are cut changes nothing.
        seed: evaluationSeed(run.config.seed, "final"),
      });
      assertEquals(together[member], onHost, `member ${member}`);
    }
    const alone = await createRun(configs[1]!);
    await alone.train();
    assertEquals(await alone.evaluate(asked), together[1]);
    const played = await playEpisode(alone.policy({ noise: true }), alone.makeEnvironment(), {
      seed: alone.episodeSeed(3),
    });
    assertEquals([played.return, played.length], [together[1]!.returns[3], together[1]!.lengths[3]]);
    alone.dispose();
    population.dispose();
  });
}

for (const loop of ["host", "device"] as const) {
  Deno.test(`evaluation.noise draws noise in every evaluation, and leaves training as it is: ${loop} loop`, async () => {
    const told = [];
    for (const noise of [false, true]) {
      const evaluations: unknown[] = [];
      const config = configOf(agents["all layers"], { loop, evaluation: { every: 20, episodes: 12, noise } });
      const run = await createRun(config, {
        callbacks: [{
          notify(event) {
            if (event.kind === "evaluation") evaluations.push(event.evaluation);
          },
        }],
      });
      await run.train();
      evaluations.push(await run.evaluate({ episodes: 12 }));
      told.push({ evaluations, agent: await run.agent.save({ full: true }) });
      assertEquals(await run.evaluate({ episodes: 12, noise }), evaluations.at(-1));
      run.dispose();
    }
    const [without, withNoise] = told as [typeof told[0], typeof told[0]];
    assertEquals(without.agent, withNoise.agent);
    assert(without.evaluations.length >= 3);
    for (const [i, evaluation] of without.evaluations.entries()) {
      assertNotEquals(withNoise.evaluations[i], evaluation);
    }
  });
}

Deno.test("noise in evaluation is refused where no layer is noisy", async () => {
  const message = "evaluation.noise: true, wanted false: no layer of the agent is noisy";
  const config = configOf({ hidden: [8] }, { evaluation: { every: 20, noise: true } });
  await assertRejects(() => createRun(config), UsageError, message);
  const run = await createRun(configOf({ hidden: [8] }));
  const refused = "Cannot evaluate with noise: no layer of the agent is noisy, wanted one that is";
  await assertRejects(() => run.evaluate({ episodes: 1, noise: true }), UsageError, refused);
  run.dispose();
});
