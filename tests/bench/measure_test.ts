/** Every suite with a fraction of its work. */
import { assertEquals } from "@std/assert";
import { type FigureKey, figureKinds } from "../../src/bench/figures.ts";
import { problemsOf } from "../../src/bench/learned.ts";
import { measure } from "../../src/bench/measure.ts";
import type { Suite } from "../../src/bench/suites.ts";

/** Measures a case, checks that what learns has moved, and gives the names of the figures, which are positive. */
async function quickly(suite: Suite, name: string, loop: "host" | "device" = "host"): Promise<string[]> {
  const { figures: { device, adapter, kernelCeilings = {}, ...figures }, evidence } = await measure(
    suite,
    name,
    {
      device: "auto",
      loop,
      quick: true,
    },
  );
  assertEquals([typeof device, typeof adapter], ["string", "string"]);
  if (evidence) assertEquals(problemsOf(evidence), []);
  for (const ceiling of Object.values(kernelCeilings)) assertEquals(ceiling > 0, true);
  return Object.entries(figures).flatMap(([key, named]) => {
    assertEquals(key in figureKinds, true, key);
    for (const [name, value] of Object.entries(named)) assertEquals(value > 0, true, `${name}: ${value}`);
    return Object.keys(named).map((name) => `${key as FigureKey} ${name}`);
  });
}

Deno.test("suite kernels measures a layer's products, of any kind, and an empty dispatch", async () => {
  for (const name of ["120x84x128", "4x10x10-16x8x8"]) {
    assertEquals(await quickly("kernels", name), [
      `kernelGigaflops forward ${name}`,
      `kernelGigaflops forward, both layouts ${name}`,
      `kernelGigaflops weight gradient ${name}`,
      `kernelGigaflops both gradients ${name}`,
      `kernelMicroseconds empty dispatch beside ${name}`,
    ]);
  }
});

Deno.test("suite kernels measures the elementwise kernels", async () => {
  assertEquals(await quickly("kernels", "elementwise"), [
    "kernelGigabytesPerSecond optimizer step",
    "kernelGigabytesPerSecond target sync",
    "kernelGigabytesPerSecond replay gather",
  ]);
});

Deno.test("suite update measures a bare update", async () => {
  assertEquals(await quickly("update", "64 batch 64"), ["updateMilliseconds 64 batch 64"]);
});

Deno.test("suite parts measures Rainbow's update and compiling beside plain ones", async () => {
  assertEquals(await quickly("parts", "updates"), ["partMilliseconds plain", "partMilliseconds rainbow"]);
  assertEquals(await quickly("parts", "compile rainbow"), ["compileSeconds rainbow"]);
});

Deno.test("suite loop measures the host loop, and what it spends outside the updates", async () => {
  const { figures, evidence } = await measure("loop", "tutorial", {
    device: "auto",
    loop: "host",
    quick: true,
  });
  assertEquals(Object.keys(figures), ["device", "adapter", "loopStepsPerSecond", "outsideMilliseconds"]);
  assertEquals(evidence!.updates, 200 - 127);
});

Deno.test("suite loop measures the device loop", async () => {
  assertEquals(await quickly("loop", "cleanrl", "device"), ["loopStepsPerSecond cleanrl"]);
});

Deno.test("suite minatar measures the loops of presets on Breakout", async () => {
  assertEquals(await quickly("minatar", "minatar-pqn", "device"), ["loopStepsPerSecond minatar-pqn"]);
});

Deno.test("suite kernels measures a cold compile", async () => {
  const { figures } = await measure("kernels", "compile", { device: "auto", loop: "host", quick: true });
  assertEquals(Object.keys(figures.kernelSeconds!), ["cold compile"]);
});

Deno.test("suite population measures several members", async () => {
  assertEquals(await quickly("population", "2"), ["populationStepsPerSecond 2"]);
});

Deno.test("suite time-to-solve measures seconds and steps to the first evaluation that is good enough", async () => {
  assertEquals(await quickly("time-to-solve", "0"), ["solveSeconds seed 0", "solveSteps seed 0"]);
});
