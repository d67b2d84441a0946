import { assert, assertEquals, assertThrows } from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import { evaluationSeed } from "../../src/config/environments.ts";
import { createPopulation } from "../../src/config/population.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { UsageError } from "../../src/core/errors.ts";
import { registerDeviceEnvironment } from "../../src/device_envs/device_registry.ts";
import { evaluate } from "../../src/train/evaluate.ts";

type Wrappers = NonNullable<NonNullable<RunConfigInput["environment"]>["wrappers"]>;

const both: Wrappers = [{ kind: "normalize-observation" }, { kind: "normalize-reward" }];

function cartPole(wrappers: Wrappers, more: RunConfigInput = {}): RunConfigInput {
  return {
    environment: { id: "CartPole-v1", count: 2, wrappers },
    agent: { hidden: [16], replay: { capacity: 200, batch: 16, warmup: 32 } },
    budget: { steps: 240 },
    evaluation: { every: 100, episodes: 2 },
    ...more,
  };
}

for (const loop of ["host", "device"] as const) {
  Deno.test(`runs that normalize tell of the environment's own rewards, and are evaluated by the moments of their training: ${loop} loop`, async () => {
    const returns: (readonly [number, number])[] = [];
    const config = cartPole(both, { loop });
    const run = await createRun(config, {
      callbacks: [{
        notify: (event) => void (event.kind === "episode" && returns.push([event.return, event.length])),
      }],
    });
    await run.train();
    assert(returns.length > 3 && returns.every(([total, length]) => total === length));
    const state = await run.agent.save({ full: true });
    const counts = ["observations", "rewards"].flatMap((name) => [...state[`${name}.count`]!.data]);
    assertEquals(counts, [240, 240, 240, 240, 240]); // Of training alone, though evaluations came between.
    const evaluation = await run.evaluate({ episodes: 5 });
    assertEquals(await run.agent.save({ full: true }), state);
    assert(evaluation.returns.every((total, i) => total === evaluation.lengths[i]));

    // Whoever takes over what was saved sees the same, on the host.
    const other = await createRun({ ...config, loop: "host", seed: 9 });
    other.agent.load(await run.agent.save());
    const observation = Float32Array.of(0.5, -1, 0.1, 2);
    assertEquals(await other.agent.getQ(observation), await run.agent.getQ(observation));
    const seed = evaluationSeed(run.config.seed, "final");
    const makeEnvironment = () => other.makeEnvironment();
    assertEquals(
      (await evaluate(other.agent, { makeEnvironment, episodes: 5, seed })).returns,
      evaluation.returns,
    );
    if (loop === "device") {
      const population = await createPopulation([{ ...config, seed: 5 }, config]);
      await population.train();
      assertEquals(await population.members[1]!.evaluate({ episodes: 5 }), evaluation);
      population.dispose();
    }
    run.dispose();
    other.dispose();
  });
}

registerDeviceEnvironment({
  id: "Dial-v0",
  observations: 2,
  actions: 2,
  maxEpisodeSteps: 1,
  file: {
    name: "dial.wgsl",
    text: `
struct State { right: u32 }

fn env_reset(stream: Stream) -> State { return State(stream_word(stream, 0u) & 1u); }

fn env_step(state: State, action: u32) -> Step { return Step(state, f32(action == state.right), true); }

// What matters is small beside an offset, and what does not is large.
fn env_observe(state: State, i: u32) -> f32 {
  if (i == 0u) { return 1e-3 * (f32(state.right) - 0.5); }
  return 1000.0;
}
`,
  },
});

Deno.test("what is badly scaled is learned where it is normalized, and not where it is not", async () => {
  const meanOf = async (wrappers: Wrappers) => {
    const run = await createRun({
      environment: { id: "Dial-v0", wrappers },
      agent: {
        hidden: [16],
        optimizer: { kind: "adam", learningRate: 0.003 },
        exploration: 1,
        replay: { capacity: 1000, batch: 32, warmup: 100 },
        target: { kind: "none" },
      },
      budget: { steps: 1000 },
      evaluation: { every: 10_000, episodes: 1 },
    });
    await run.train();
    const { mean } = await run.evaluate({ episodes: 50 });
    run.dispose();
    return mean;
  };
  assertEquals(await meanOf([{ kind: "normalize-observation" }]), 1);
  assert(await meanOf([]) < 0.8);
});

Deno.test("parseConfig refuses wrappers that normalize where they cannot, and numbers that they cannot have", () => {
  const refusals: readonly (readonly [wrappers: readonly object[], problem: string, agent?: string])[] = [
    [[...both, both[0]!], '[2].kind: "normalize-observation", wanted "normalize-observation" once'],
    [
      [both[1]!, { kind: "scale-reward", factor: 2 }],
      '[0].kind: "normalize-reward", wanted the wrappers of each environment before "normalize-reward", which is of all of ' +
      "them together",
    ],
    [
      [both[0]!],
      '[0].kind: "normalize-observation", wanted wrappers that a table learns from; networks alone take ' +
      '"normalize-observation" and "normalize-reward"',
      "tabular",
    ],
    [[{ kind: "normalize-observation", epsilon: 0 }], "[0].epsilon: 0, wanted a number above 0"],
    [[{ kind: "normalize-reward", clip: -1 }], "[0].clip: -1, wanted a number above 0"],
    [[{ kind: "normalize-reward", gamma: 1.5 }], "[0].gamma: 1.5, wanted a number from 0 to 1"],
    [
      [{ kind: "normalize-observation", gamma: 1 }],
      '[0].gamma: unknown key for kind "normalize-observation"',
    ],
  ];
  for (const [wrappers, problem, kind = "dqn"] of refusals) {
    const config = { environment: { id: "CartPole-v1", wrappers }, agent: { kind }, budget: { steps: 10 } };
    assertThrows(() => parseConfig(config), UsageError, `environment.wrappers${problem}`);
  }
});
