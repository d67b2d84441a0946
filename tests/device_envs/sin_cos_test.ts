import { assertEquals, assertLess } from "@std/assert";
import { environmentModules } from "../../src/device_envs/environment_modules.ts";
import { deviceEnvironmentSpec } from "../../src/device_envs/device_registry.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { withGpu } from "../gpu/with_gpu.ts";

const text = `@group(0) @binding(0) var<storage, read> angles: array<f32>;
@group(0) @binding(1) var<storage, read_write> found: array<vec2f>;

@compute @workgroup_size(64)
fn turn(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= arrayLength(&angles)) { return; } // guard
  found[id.x] = sin_cos(angles[id.x]);
}
`;

/** The largest |x| for which the environments need it, with room: angles of Acrobot between steps reach 20. */
const range = 100;

/**
 * Roundings to float32, in units of 2^-25, half a unit in the last place of numbers from 1/2 to 1: 1 of r, at most
 * pi/4; 1 of the result; 1 of what is added last (z/2 and the rest of the cosine, up to 0.31; r z times a polynomial, up
 * to 0.08); and less than 1 for everything smaller, the polynomials' own error of 2^-27 among it.
 */
const tolerance = 4 * 2 ** -25;

Deno.test("sin_cos is within four roundings of sine and cosine, near multiples of pi/2 too", () =>
  withGpu(async (gpu) => {
    const values: number[] = [0, -0];
    for (let i = 0; i <= 200_000; i++) values.push(range * (2 * i / 200_000 - 1));
    const quarters = Math.floor(range / (Math.PI / 2));
    for (let k = -quarters; k <= quarters; k++) {
      for (
        const [centre, width] of [[k, 0], [k, 2 ** -20], [k, 2 ** -12], [k + 0.5, 0], [k + 0.5, 2 ** -20]]
      ) {
        for (const side of [-1, 1]) values.push(centre! * Math.PI / 2 + side * width!);
      }
    }
    const angles = Float32Array.from(values);
    const found = new Tensor<"f32">(gpu, [angles.length, 2]);
    const read = new Tensor<"f32">(gpu, [angles.length]);
    read.write(angles);
    const program = new Recorder(gpu);
    program.dispatch(
      gpu.kernel({
        file: { name: "turn.wgsl", text },
        entryPoint: "turn",
        modules: environmentModules(deviceEnvironmentSpec("MountainCar-v0")!),
      }),
      { tensors: { angles: read, found }, workgroups: [Math.ceil(angles.length / 64)] },
    );
    gpu.enqueue(program);
    const pairs = await found.read();
    let worst = 0;
    angles.forEach((angle, i) => {
      worst = Math.max(
        worst,
        Math.abs(pairs[2 * i]! - Math.sin(angle)),
        Math.abs(pairs[2 * i + 1]! - Math.cos(angle)),
      );
    });
    assertLess(worst, tolerance);
    assertEquals([...pairs.subarray(0, 2)], [0, 1]);
  }));
