import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import { isOnDevice, whyNotOnDevice } from "../../src/config/device_loop.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { UsageError } from "../../src/core/errors.ts";

const cartPole: RunConfigInput = { environment: { id: "CartPole-v1" }, budget: { steps: 1000 } };

/** Configs that stay on the host, and the key that keeps them there. */
const kept: readonly (readonly [RunConfigInput, string])[] = [
  [
    { ...cartPole, environment: { id: "CliffWalking-v1", wrappers: [{ kind: "one-hot" }] } },
    'environment.id is "CliffWalking-v1", wanted one of Acrobot-v1, CartPole-v0, CartPole-v1, ',
  ],
  [
    { ...cartPole, environment: { id: "CartPole-v1", options: { gravity: 9 } } },
    'environment.options has "gravity", wanted none on the device',
  ],
  [
    {
      ...cartPole,
      environment: { id: "Gridworld-v0" },
      evaluation: { environment: { options: { size: 5 } } },
    },
    'evaluation.environment.options has "size", wanted one of mode, noise on the device',
  ],
  [
    { ...cartPole, environment: { id: "MountainCar-v0", wrappers: [{ kind: "discretize", bins: [9, 9] }] } },
    'environment.wrappers holds "discretize", wanted none',
  ],
  [{ ...cartPole, agent: { kind: "random" } }, 'agent.kind is "random", wanted "dqn" or "pqn"'],
  [{ ...cartPole, agent: { train: { unit: "episode" } } }, 'agent.train.unit is "episode", wanted "step"'],
  [
    { ...cartPole, agent: { hidden: [64, 4028, 8] } },
    "agent.hidden makes 4028 numbers of 64 while acting, wanted at most 4088 together",
  ],
  [
    { ...cartPole, agent: { hidden: [1364], head: { noisy: true } } },
    "agent.head makes 2728 numbers of 1364 while acting, wanted at most 4088 together", // Inputs, and inputs with noise.
  ],
  [{ ...cartPole, agent: { replay: { prefill: 100 } } }, "agent.replay.prefill is 100, wanted 0"],
];

Deno.test("whyNotOnDevice() names the key that keeps a run on the host, or nothing", () => {
  for (const [config, reason] of kept) {
    assertStrictEquals(whyNotOnDevice(parseConfig(config))?.slice(0, reason.length), reason);
  }
  assertStrictEquals(whyNotOnDevice(parseConfig(cartPole)), undefined);
});

Deno.test('loop "auto" takes the device where it can, "host" never does, and "device" refuses the host', async () => {
  const loops = (config: RunConfigInput) =>
    (["auto", "host"] as const).map((loop) => isOnDevice(parseConfig({ ...config, loop })));
  assertEquals(loops(cartPole), [true, false]);
  for (const [config, reason] of kept) {
    assertEquals(loops(config), [false, false], reason);
    const { id } = parseConfig(config).environment;
    const message = `Cannot run ${id} with loop "device": ${reason}`;
    await assertRejects(() => createRun({ ...config, loop: "device" }), UsageError, message);
  }
});
