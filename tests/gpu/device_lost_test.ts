import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { TrainingError } from "../../src/core/errors.ts";
import { Gpu } from "../../src/gpu/device.ts";
import { lossError } from "../../src/gpu/device_lost.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";

const caller = {
  name: "caller.wgsl",
  text: `@group(0) @binding(0) var<storage, read_write> values: array<u32>;
@compute @workgroup_size(1) fn run() { values[0] = ends(values[0]); }
`,
};
const callee = {
  name: "callee.wgsl",
  text: `fn ends(start: u32) -> u32 {
  var x = start;
  while (x != 1u) { x += 2u; }
  return x;
}
`,
};

Deno.test("A loop that never ends is told by file and line at every read and flush, on the WebAssembly device", async () => {
  const gpu = await Gpu.open({ device: "wasm" });
  const values = new Tensor<"u32">(gpu, [1], { dtype: "u32" });
  const program = new Recorder(gpu);
  const kernel = gpu.kernel({ file: caller, modules: [callee], entryPoint: "run" });
  program.dispatch(kernel, { tensors: { values }, workgroups: [1] });
  values.write(Uint32Array.of(1));
  gpu.enqueue(program);
  assertEquals(await values.read(), Uint32Array.of(1));
  values.write(Uint32Array.of(2)); // Never odd.
  gpu.enqueue(program);
  const message = "Cannot run caller.wgsl:run: its loops took 268,435,456 turns in one invocation, " +
    "the last of them here, wanted fewer\n" +
    "callee.wgsl:3: while (x != 1u) { x += 2u; }";
  const error = await assertRejects(() => values.read(), TrainingError);
  assertEquals(error.message, message);
  assertThrows(() => gpu.flush(), TrainingError, message);
  gpu.close();
});

Deno.test("lossError() says how to go on where it is not known what was lost", () => {
  const { message } = lossError({ reason: "unknown", message: "the driver ended" });
  assert(
    message.startsWith("The GPU device was lost (unknown): the driver ended. If it happens again"),
    message,
  );
});
