import { assertEquals } from "@std/assert";
import { perceptron } from "../../src/ops/model.ts";
import { LockStep } from "../../src/train/lock_step.ts";
import { acting, lasting } from "../device_envs/acting_setup.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { smallMember, smallOptions } from "../learner/small.ts";
import { collectAll } from "./device_loop.ts";

const never = { every: 1e6, updates: 1, warmup: 1e6 };

Deno.test("LockStep takes no more steps at once than the smallest replay memory holds of all environments", () => {
  const longest = (environments: number, ...capacities: number[]) => {
    const members = capacities.map((capacity) => smallMember({ capacity }));
    const options = smallOptions({ members, environments, target: "update" });
    return new LockStep(options, never, { steps: 0, updates: 0 }).stepsAtOnce(0, false);
  };
  assertEquals(longest(4, 64, 11), 2);
  assertEquals(longest(4, 12, 64), 3);
  assertEquals(longest(4, 4), 1);
  assertEquals(longest(1, 40), 40);
  assertEquals(longest(4, 10_000), 64);
  assertEquals(longest(1000, 100_000), 48); // A loop over all of them in each step has 48,000 turns at most.
});

Deno.test("LockStep takes fewer steps at once with a network so large that a dispatch would take too many turns of loops", () => {
  const longest = (width: number) => {
    const options = smallOptions({
      members: [smallMember({ capacity: 1000 })],
      model: perceptron([4, width, width, 4]),
    });
    return new LockStep(options, never, { steps: 0, updates: 0 }).stepsAtOnce(0, false);
  };
  assertEquals(longest(256), 64);
  assertEquals(longest(512), 21); // Of 48,000, 16 + 16 + 16 x 128 + 128 a step.
  assertEquals(longest(9000), 1);
});

Deno.test("DeviceCollector leaves the latest transitions in a ring that it goes round many times, as one step at a time does", () =>
  withGpu(async (gpu) => {
    // Two workgroups, of which none waits for the other.
    const options = {
      environments: 8,
      members: [smallMember({ capacity: 20 })],
      capacity: 20,
      target: "update",
    } as const;
    const [chunks, single] = [await acting(gpu, options), await acting(gpu, options)];
    const steps = 40;
    await collectAll(chunks, [{ steps: steps * options.environments }], { train: never });
    for (let step = 0; step < steps; step++) gpu.enqueue(single.rollout.program(1));
    const [[found], [wanted]] = [await lasting(chunks), await lasting(single)];
    assertEquals(found!["replay"], wanted!["replay"]);
    for (const made of [chunks, single]) made.dispose();
  }));
