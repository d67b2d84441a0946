import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { deviceChoices, parseDevice, settledChoice } from "../../src/gpu/choice.ts";
import { withVariable } from "./with_variable.ts";

const name = "QERNEL_DEVICE";

Deno.test("parseDevice() takes every choice, and names them all and the nearest for what is none", () => {
  for (const choice of deviceChoices) assertEquals(parseDevice(choice, "Option --device"), choice);
  const error = assertThrows(() => parseDevice("gpu", "Option --device"), UsageError);
  assertEquals(
    error.message,
    'Option --device is "gpu", wanted one of auto, webgpu, wasm; did you mean "webgpu"?',
  );
});

Deno.test("settledChoice() of auto is what QERNEL_DEVICE says, and a device that is named stays", async () => {
  for (
    const [value, auto] of [["webgpu", "webgpu"], ["wasm", "wasm"], ["auto", "auto"], ["", "auto"]] as const
  ) {
    await withVariable(name, value, () => {
      assertEquals(deviceChoices.map(settledChoice), [auto, "webgpu", "wasm"]);
    });
  }
  await withVariable(
    name,
    undefined,
    () => assertEquals(deviceChoices.map(settledChoice), [...deviceChoices]),
  );
  await withVariable(name, "cpu", () => {
    assertThrows(() => settledChoice("auto"), UsageError, 'QERNEL_DEVICE is "cpu", wanted one of auto,');
    assertEquals(settledChoice("webgpu"), "webgpu");
  });
});
