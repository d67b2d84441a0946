import { assertEquals } from "@std/assert";
import { DqnAgent } from "../../src/agents/dqn.ts";
import { playEpisodes } from "../../src/device_envs/greedy_episodes.ts";
import { prepareDeviceEnvironment } from "../../src/device_envs/prepare.ts";
import { actorShapes, allShapes } from "../../src/learner/options.ts";
import { acting } from "../device_envs/acting_setup.ts";
import { walkLimit, walkSpec } from "../device_envs/walk.ts";
import { implicitHead } from "../../src/ops/distributional.ts";
import { perceptron } from "../../src/ops/model.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { normalization, smallOptions } from "./small.ts";

Deno.test("every buffer of learning, acting and playing has a name, by which errors call it", () =>
  withGpu(async (gpu) => {
    const labels: (string | undefined)[] = [];
    const { createBuffer } = gpu;
    gpu.createBuffer = (descriptor) => {
      labels.push(descriptor.label);
      return createBuffer.call(gpu, descriptor);
    };
    const agent = await DqnAgent.create(
      gpu,
      smallOptions({ masked: true, prioritized: true, normalization }),
    );
    agent.dispose();
    const { learner, rollout } = await acting(gpu);
    const environment = { ...await prepareDeviceEnvironment(gpu, walkSpec), maxEpisodeSteps: walkLimit };
    await playEpisodes(gpu, [{ seed: 1, member: 0 }], { environment, network: learner.online });
    assertEquals(labels.filter((label) => !label || label === "tensor"), []);
    assertEquals(labels.filter((label) => label === "members").length, 2);
    rollout.dispose();
    learner.dispose();
  }));

Deno.test("allShapes() and actorShapes() are of tensors that a learner and its actor allocate", () =>
  withGpu(async (gpu) => {
    const head = implicitHead({
      quantiles: 3,
      targetQuantiles: 2,
      actionQuantiles: 4,
      cosines: 50,
      kappa: 1,
    });
    const sampled = { model: perceptron([3, 9, 6, 2], head) };
    for (const changes of [{}, { masked: true, double: false, prioritized: true, normalization }, sampled]) {
      // Of sizes that no two tensors share.
      const sizes = { batch: 13, environments: 40, optimizer: { kind: "sgd", amsgrad: false } } as const;
      const options = smallOptions({ ...changes, ...sizes });
      const told = [...allShapes(options), ...actorShapes(options)].map(([, shape]) => shape.join());
      const allocated = new Set<string>();
      let latest = "";
      const { assertFits, createBuffer } = gpu;
      gpu.assertFits = (bytes, label, shape) => {
        latest = shape.join(); // Of a tensor that is to be allocated next, or is only asked about.
        assertFits.call(gpu, bytes, label, shape);
      };
      gpu.createBuffer = (descriptor) => {
        allocated.add(latest);
        return createBuffer.call(gpu, descriptor);
      };
      const agent = await DqnAgent.create(gpu, options);
      agent.dispose();
      assertEquals(told.filter((shape) => !allocated.has(shape)), []);
    }
  }));
