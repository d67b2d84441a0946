import { assert, assertEquals } from "@std/assert";
import { learnerOptions } from "../../src/config/learner_options.ts";
import { trainRule } from "../../src/config/build.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { environmentSpaces } from "../../src/config/environment_spaces.ts";
import { isOnDevice } from "../../src/config/device_loop.ts";
import { deviceEnvironmentSpec } from "../../src/device_envs/device_registry.ts";
import rainbow from "../../configs/minatar-rainbow.json" with { type: "json" };
import pqn from "../../configs/pqn-cartpole.json" with { type: "json" };
import pytorch from "../../configs/pytorch-cartpole.json" with { type: "json" };
import { acting, assertSameMember, lasting, withClock } from "../device_envs/acting_setup.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { collectAll } from "./device_loop.ts";
import { collectPlayed, PlayedAgent, rowsOf } from "./played.ts";

/** Warm sooner, exploring less and keeping less, than the preset. */
const soon = {
  ...rainbow,
  agent: {
    ...rainbow.agent,
    exploration: 0.1,
    replay: { ...rainbow.agent.replay, capacity: 160, warmup: 60 },
  },
};

/** Steps of each preset, as many as its replay memory holds or fewer, and the updates in them. */
const presets = {
  "pytorch-cartpole": [pytorch, 400, 400 - 127],
  "pqn-cartpole": [pqn, 1024, 32],
  "minatar-rainbow": [soon, 160, 26],
} as const;

for (const [name, [preset, steps, updates]] of Object.entries(presets)) {
  Deno.test(`host and device loop are one learner with the values of ${name}: actions, losses and parameters bit for bit`, () =>
    withGpu(async (gpu) => {
      const { $schema: _, ...given } = preset;
      const config = parseConfig(given as Parameters<typeof parseConfig>[0]);
      assert(isOnDevice(config));
      const { environment: { id } } = config;
      const { prefill: _prefill, ...rule } = trainRule(config);
      const options = learnerOptions([config], environmentSpaces(config));
      const made = await acting(gpu, options, { spec: deviceEnvironmentSpec(id)!, records: steps });
      const [device] = await collectAll(made, [{ steps }], { train: rule });
      const agent = new PlayedAgent(gpu, options, await rowsOf(made.learner, steps));
      const host = await collectPlayed(agent, rule);
      assertEquals(host.losses.length, updates);
      assertEquals([device!.losses, device!.meanQ, device!.finished], [
        host.losses,
        host.meanQ,
        host.finished,
      ]);
      assertEquals(agent.own, agent.taken); // From the same observations: the same coins, the same greedy actions.
      const [wanted] = await lasting({ learner: agent.learner, rollout: made.rollout });
      const [found] = await lasting(made);
      assertSameMember(withClock(found!, { halted: 0 }), withClock(wanted!, { halted: 0 }));
      agent.dispose();
      made.dispose();
    }));
}
