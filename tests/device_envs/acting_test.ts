import { assertEquals, assertRejects } from "@std/assert";
import { actingSteps, createActingLayers } from "../../src/device_envs/acting.ts";
import { readEnd } from "../../src/device_envs/episode_end.ts";
import { prepareDeviceEnvironment } from "../../src/device_envs/prepare.ts";
import { deviceEnvironmentSpec } from "../../src/device_envs/device_registry.ts";
import { UsageError } from "../../src/core/errors.ts";
import { networkLayout, perceptron } from "../../src/ops/model.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { walkSpec } from "./walk.ts";

Deno.test("readEnd takes apart how an episode ended", () => {
  assertEquals(readEnd(0), undefined);
  assertEquals(readEnd(1 + 8 * 5), { terminated: true, truncated: false, won: false, length: 5 });
  assertEquals(readEnd(2 + 8 * 500), { terminated: false, truncated: true, won: false, length: 500 });
  assertEquals(readEnd(0xffffffff), { terminated: true, truncated: true, won: true, length: 0x1fffffff });
});

Deno.test("prepareDeviceEnvironment takes the spec's time limit unless it is given another or none", () =>
  withGpu(async (gpu) => {
    const spec = deviceEnvironmentSpec("CartPole-v1")!;
    const limit = async (given: { maxEpisodeSteps?: number | null }) =>
      (await prepareDeviceEnvironment(gpu, spec, given)).maxEpisodeSteps;
    assertEquals([
      await limit({}),
      await limit({ maxEpisodeSteps: 9 }),
      await limit({ maxEpisodeSteps: null }),
    ], [
      500,
      9,
      null,
    ]);
    const { maxEpisodeSteps: _, ...endless } = walkSpec;
    assertEquals((await prepareDeviceEnvironment(gpu, { ...endless, id: "E-v0" })).maxEpisodeSteps, null);
    assertEquals((await prepareDeviceEnvironment(gpu, spec)).stateBytes, 16);
  }));

Deno.test("prepareDeviceEnvironment keeps the names of the acting kernels to themselves", () =>
  withGpu(async (gpu) => {
    for (const name of ["observe", "Record", "WIDTH", "schedule_value"]) {
      const file = { ...walkSpec.file, text: `${walkSpec.file.text}\nfn ${name}() {}` };
      await assertRejects(() => prepareDeviceEnvironment(gpu, { ...walkSpec, file }), UsageError, name);
    }
  }));

Deno.test("createActingLayers tells where each layer lies, in fours, and how it computes", () =>
  withGpu(async (gpu) => {
    const layout = networkLayout(perceptron([3, 9, 6, 2]));
    const table = createActingLayers(gpu, actingSteps(layout, { noise: false }));
    // Kind 0 is the dense layer, the only one; whether a ReLU follows is the first of what is its own. Outputs are at either end
    // of five fours, which the first two layers' take.
    const rows = layout.blocks.map((
      { offset },
      i,
    ) => [offset / 4, [3, 9, 6][i], [3, 2, 1][i], 0, Number(i < 2), 0, 0, 0, [2, 0, 4][i], 0, 0, 0]);
    assertEquals([...await table.read()], rows.flat());
    table.dispose();
  }));
