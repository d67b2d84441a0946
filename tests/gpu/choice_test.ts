import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { deviceChoices, parseDevice, settledChoice } from "../../src/gpu/choice.ts";

/** Runs `test` while QERNEL_DEVICE has a value, or none. */
function withVariable(value: string | undefined, test: () => void): void {
  const before = Deno.env.get("QERNEL_DEVICE");
  const set = (given: string | undefined) =>
    given === undefined ? Deno.env.delete("QERNEL_DEVICE") : Deno.env.set("QERNEL_DEVICE", given);
  set(value);
  try {
    test();
  } finally {
    set(before);
  }
}

Deno.test("parseDevice() takes every choice, and names them all and the nearest for what is none", () => {
  for (const choice of deviceChoices) assertEquals(parseDevice(choice, "Option --device"), choice);
  const error = assertThrows(() => parseDevice("gpu", "Option --device"), UsageError);
  assertEquals(
    error.message,
    'Option --device is "gpu", wanted one of auto, webgpu, wasm; did you mean "webgpu"?',
  );
});

Deno.test("settledChoice() of auto is what QERNEL_DEVICE says, and a device that is named stays", () => {
  for (
    const [value, auto] of [["webgpu", "webgpu"], ["wasm", "wasm"], ["auto", "auto"], ["", "auto"]] as const
  ) {
    withVariable(value, () => {
      assertEquals(deviceChoices.map(settledChoice), [auto, "webgpu", "wasm"]);
    });
  }
  withVariable(undefined, () => assertEquals(deviceChoices.map(settledChoice), [...deviceChoices]));
  withVariable("cpu", () => {
    assertThrows(() => settledChoice("auto"), UsageError, 'QERNEL_DEVICE is "cpu", wanted one of auto,');
    assertEquals(settledChoice("webgpu"), "webgpu");
  });
});
