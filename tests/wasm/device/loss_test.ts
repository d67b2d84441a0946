import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import type { DeviceBuffer } from "../../../src/wasm/device/buffer.ts";
import { affine, encode, lossOf, program, run, withDevice, words } from "./opened.ts";

Deno.test("A loop without an end loses the device with the line, and what follows does not run", async () => {
  await withDevice(async (device) => {
    const [addends, values] = [words(device, [1, 1, 1]), words(device, [0, 0, 0])];
    const trace = program(device, "trace", { addends, values, params: [1, 1] });
    const after = program(device, "affine", { addends, values, params: [0, 1] });
    device.queue.submit([
      encode(device, (pass) => {
        for (const { pipeline, group } of [trace, after]) {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(3);
        }
      }),
    ]);
    const loss = await lossOf(device);
    assertEquals(loss.reason, "unknown");
    assertEquals(
      loss.message,
      'compute pipeline "trace" took 268,435,456 turns in one invocation, the last of the loop in line 7',
    );
    assertEquals([loss.pipeline, loss.line], [trace.pipeline, 7]);
    run(device, after, 3);
    device.queue.writeBuffer(values, 8, Uint32Array.of(9));
    await assertRejects(() => values.mapAsync(1), DOMException, "its device is lost");
    // Nothing has an effect any more: what the memory holds is what the first workgroup left.
    const { address, context } = values as unknown as DeviceBuffer;
    const [first, , third] = context.memory.words.subarray(address / 4);
    assert(first !== 0, "the first workgroup did not run");
    assertEquals(third, 0);
  });
});

Deno.test("A fault of the code loses the device and throws nothing", () =>
  withDevice(async (device) => {
    const fault = program(device, "fault", {
      addends: words(device, [1]),
      values: words(device, [1]),
      params: [1, 1],
    });
    run(device, fault, 1);
    const { reason, message, line } = await lossOf(device);
    assertEquals([reason, line], ["unknown", undefined]);
    assert(message.startsWith('compute pipeline "fault" failed: '), message);
  }));

Deno.test("destroy() resolves lost, and everything after it has no effect and reports nothing", () =>
  withDevice(async (device) => {
    const buffer = words(device, [1]);
    const made = affine(device);
    device.destroy();
    const { reason, message } = await lossOf(device);
    assertEquals([reason, message], ["destroyed", ""]);
    run(device, made, 2);
    device.queue.writeBuffer(buffer, 0, Uint32Array.of(2));
    device.createBuffer({ size: 4, usage: 0 });
    device.createQuerySet({ type: "timestamp", count: -1 });
    await assertRejects(() => buffer.mapAsync(1), DOMException, "its device is lost");
    assertThrows(() => buffer.getMappedRange(), DOMException, "it is not mapped");
    assertInstanceOf(device.createCommandEncoder().finish(), Object);
  }));
