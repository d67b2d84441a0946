import { assert, assertEquals } from "@std/assert";
import { learnerOptions } from "../../src/config/learner_options.ts";
import { trainRuleOf } from "../../src/config/agent_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { environmentSpaces } from "../../src/config/environment_spaces.ts";
import { isOnDevice } from "../../src/config/device_loop.ts";
import { deviceEnvironmentSpec } from "../../src/device_envs/device_registry.ts";
import preset from "../../configs/pytorch-cartpole.json" with { type: "json" };
import { acting, assertSameMember, lasting, withClock } from "../device_envs/acting_setup.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { collectAll } from "./device_loop.ts";
import { collectPlayed, PlayedAgent, rowsOf } from "./played.ts";

Deno.test("host and device loop are one learner with the values of pytorch-cartpole: actions, losses and parameters bit for bit", () =>
  withGpu(async (gpu) => {
    const { $schema: _, ...given } = preset;
    const config = parseConfig(given as Parameters<typeof parseConfig>[0]);
    assert(isOnDevice(config));
    const { environment: { id } } = config;
    const rule = trainRuleOf(config.agent);
    const steps = 400;
    const options = learnerOptions([config], environmentSpaces(config));
    const made = await acting(gpu, options, { spec: deviceEnvironmentSpec(id)!, records: steps });
    const [device] = await collectAll(made, [{ steps }], { train: rule });
    const agent = new PlayedAgent(gpu, options, await rowsOf(made.learner, steps));
    const host = await collectPlayed(agent, rule);
    assertEquals(host.losses.length, steps - 127);
    assertEquals([device!.losses, device!.meanQ, device!.finished], [host.losses, host.meanQ, host.finished]);
    assertEquals(agent.own, agent.taken); // From the same observations: the same coins, the same greedy actions.
    const [wanted] = await lasting({ learner: agent.learner, rollout: made.rollout });
    const [found] = await lasting(made);
    assertSameMember(withClock(found!, { halted: 0 }), withClock(wanted!, { halted: 0 }));
    agent.dispose();
    made.dispose();
  }));
