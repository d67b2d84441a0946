import { assertEquals } from "@std/assert";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { playEpisodes } from "../../src/device_envs/greedy_episodes.ts";
import { prepareDeviceEnvironment } from "../../src/device_envs/prepare.ts";
import { acting } from "../device_envs/acting_setup.ts";
import { walkLimit, walkSpec } from "../device_envs/walk.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { smallOptions } from "./small.ts";

Deno.test("every buffer of learning, acting and playing has a name, by which errors call it", () =>
  withGpu(async (gpu) => {
    const labels: (string | undefined)[] = [];
    const createBuffer = gpu.createBuffer.bind(gpu);
    gpu.createBuffer = (descriptor) => {
      labels.push(descriptor.label);
      return createBuffer(descriptor);
    };
    const agent = await DqnAgent.create(gpu, smallOptions({ masked: true }));
    agent.dispose();
    const { learner, rollout } = await acting(gpu);
    const environment = { ...await prepareDeviceEnvironment(gpu, walkSpec), maxEpisodeSteps: walkLimit };
    await playEpisodes(gpu, [{ seed: 1, member: 0 }], { environment, network: learner.online });
    assertEquals(labels.filter((label) => !label || label === "tensor"), []);
    assertEquals(labels.filter((label) => label === "members").length, 2);
    rollout.dispose();
    learner.dispose();
  }));
