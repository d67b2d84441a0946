import { assertEquals } from "@std/assert";
import type { AgentState } from "../../src/agents/agent.ts";
import { createRun } from "../../src/config/build.ts";
import { createPopulation } from "../../src/config/population.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import type { TrainEvent } from "../../src/core/events.ts";
import type { Callback } from "../../src/train/callbacks/callback.ts";
import { targetSync } from "../ops/oracle_optimizer.ts";
import { assertWithin, exact } from "../ops/tolerance.ts";

/** All parameters of a network in a state. */
function numbersOf(state: AgentState, network: "online" | "target"): number[] {
  return Object.entries(state).flatMap(([name, { data }]) => name.startsWith(network) ? [...data] : []);
}

for (const loop of ["host", "device"] as const) {
  for (const every of [1, 8]) {
    Deno.test(`a target due at the last step of 8 environments, every ${every}, is synchronized once and saved: ${loop} loop`, async () => {
      const run = await createRun({
        loop,
        environment: { id: "CartPole-v1", count: 8 },
        agent: {
          hidden: [4],
          optimizer: { kind: "sgd", learningRate: 1 },
          target: { tau: 0.1, every, unit: "step" },
          replay: { capacity: 64, batch: 8, warmup: 8 },
          train: { every: 8, updates: 3 },
        },
        budget: { steps: 8 },
        evaluation: { every: 1000, episodes: 1 },
      });
      const before = numbersOf(await run.agent.save(), "online");
      const { step, update } = await run.train();
      const state = await run.agent.save({ full: true });
      const [online, target] = [numbersOf(state, "online"), numbersOf(state, "target")];
      assertEquals([step, update], [8, 3]);
      assertWithin(target, targetSync(exact(before), exact(online), 0.1), "target");
      run.dispose();
    });
  }
}

/** What a run does that a person may want to go on. */
function smallRun(more: RunConfigInput): RunConfigInput {
  return {
    environment: { id: "CartPole-v1" },
    agent: {
      hidden: [16],
      exploration: { kind: "linear", start: 1, end: 0.1, duration: 900 },
      target: { tau: 1, every: 70, unit: "step" },
      replay: { capacity: 500, batch: 16, warmup: 50 },
      train: { every: 10 },
    },
    evaluation: { every: 250, episodes: 2 },
    log: { every: 200 },
    ...more,
  };
}

/** Trains so many times, and tells of the events, the ends and the agent. */
async function trained(config: RunConfigInput, calls: number) {
  const events: TrainEvent[] = [];
  const run = await createRun(config, { callbacks: [{ notify: (event) => void events.push(event) }] });
  const ends: unknown[] = [];
  for (let call = 0; call < calls; call++) {
    const { step, update, reason } = await run.train();
    ends.push([step, update, reason]);
  }
  const state = await run.agent.save({ full: true });
  run.dispose();
  const steps = (wanted: TrainEvent["kind"]) =>
    events.flatMap((event) => event.kind === wanted && "step" in event ? [event.step] : []);
  const episodes = events.flatMap((event) => event.kind === "episode" ? [{ ...event, seconds: 0 }] : []);
  return { ends, state, episodes, starts: steps("start"), evaluated: steps("evaluation") };
}

for (const loop of ["host", "device"] as const) {
  for (const count of [1, 3]) {
    Deno.test(`TrainingRun.train() called again goes on for the budget once more: ${loop} loop, ${count} environments`, async () => {
      const train = (steps: number, calls: number) =>
        trained(smallRun({ loop, environment: { id: "CartPole-v1", count }, budget: { steps } }), calls);
      const [once, thrice] = [await train(1800, 1), await train(600, 3)];
      // An update every 10 steps, from the first one on by which 50 transitions are there.
      assertEquals(
        thrice.ends,
        [600, 1200, 1800].map((step) => [step, step / 10 - 4, "budget of 600 steps"]),
      );
      assertEquals(once.ends, [[1800, 176, "budget of 1800 steps"]]);
      assertEquals(thrice.state, once.state);
      assertEquals(thrice.episodes, once.episodes);
      assertEquals([once.starts, thrice.starts], [[0], [0, 600, 1200]]);
      const due = [250, 500, 750, 1000, 1250, 1500, 1750, 1800].map((step) =>
        Math.ceil(step / count) * count
      );
      assertEquals(once.evaluated, due);
      assertEquals(thrice.evaluated, [...due, 600, 1200].sort((a, b) => a - b));
    });
  }
}

for (const loop of ["host", "device"] as const) {
  Deno.test(`TrainingRun.train() goes on after it was ended, by episodes, and from a state that was loaded: ${loop} loop`, async () => {
    const stop: Callback = {
      notify(event, { stop }) {
        if (event.kind === "episode" && event.episode === 5) stop("enough");
      },
    };
    const run = await createRun(smallRun({ loop, budget: { episodes: 10 } }), { callbacks: [stop] });
    const initial = await run.agent.save();
    const first = await run.train();
    assertEquals(first.reason, "enough");
    const second = await run.train();
    assertEquals([second.episode - first.episode, second.reason], [10, "budget of 10 episodes"]);
    run.agent.load(initial);
    const third = await run.train();
    assertEquals([third.episode - second.episode, third.reason], [10, "budget of 10 episodes"]);
    // The agent's own counts begin anew with the state; the run's go on, and it need not warm up again.
    const report = await run.agent.save({ full: true });
    const [steps, updates, episodes] = report["clock"]!.data;
    assertEquals([steps, updates, episodes], [
      third.step - second.step,
      third.update - second.update,
      third.episode - second.episode,
    ]);
    assertEquals(third.update, Math.floor(third.step / 10) - 4);
    run.dispose();
  });
}

Deno.test("Population.train() called again trains each member as it trains alone, wherever it had ended", async () => {
  const configs = [{ budget: { steps: 130 }, seed: 1 }, { budget: { episodes: 9 }, seed: 2 }].map(smallRun);
  const together = await createPopulation(configs);
  for (let call = 0; call < 2; call++) await together.train();
  for (const [i, run] of together.members.entries()) {
    const alone = await createRun(configs[i]!);
    for (let call = 0; call < 2; call++) await alone.train();
    assertEquals(await run.agent.save({ full: true }), await alone.agent.save({ full: true }), `member ${i}`);
    alone.dispose();
  }
  together.dispose();
});

Deno.test("TrainingRun.train() called again fills the replay memory once, and goes on with a table", async () => {
  const replay = { capacity: 300, batch: 8, prefill: 40, warmup: 0 };
  for (
    const [id, agent] of [
      ["CartPole-v1", { replay, hidden: [4], train: { unit: "episode" } }],
      ["FrozenLake-v1", { kind: "tabular" }],
    ] as const
  ) {
    const train = (episodes: number, calls: number) =>
      trained(
        { environment: { id }, agent, budget: { episodes }, evaluation: { every: 1e6, episodes: 1 } },
        calls,
      );
    const [once, thrice] = [await train(12, 1), await train(4, 3)];
    assertEquals([thrice.state, thrice.episodes], [once.state, once.episodes]);
    assertEquals(thrice.episodes.length, 12);
  }
});
