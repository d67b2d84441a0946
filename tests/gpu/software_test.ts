import { assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import type { DeviceKind } from "../../src/gpu/choice.ts";
import { assertTurns } from "../../src/gpu/software.ts";
import { quantileHead } from "../../src/ops/distributional.ts";
import { hidden } from "../../src/ops/hidden.ts";
import { perceptron } from "../../src/ops/model.ts";
import { valueHead } from "../../src/ops/td_value.ts";
import { Learner } from "../../src/learner/learner.ts";
import { smallOptions } from "../learner/small.ts";
import { withGpu } from "./with_gpu.ts";

Deno.test("assertTurns() refuses more turns than a software adapter takes, there alone", () => {
  const check = (kind: DeviceKind, isFallbackAdapter: boolean, turns: number) =>
    assertTurns({ kind, info: { isFallbackAdapter } as GPUAdapterInfo }, { what: "add", turns });
  check("webgpu", true, 65_535);
  check("webgpu", false, 65_536);
  check("wasm", true, 65_536);
  assertThrows(
    () => check("webgpu", true, 65_536),
    UsageError,
    "Cannot add on a software adapter: loops take 65,536 turns, wanted at most 65,535; " +
      'the device "wasm" has no such limit',
  );
});

Deno.test("Learner of more quantiles than a software adapter takes turns for is refused there", () =>
  withGpu((gpu) => {
    const learner = (quantiles: number) => {
      const head = quantileHead({ quantiles, kappa: 1, dueling: false });
      const model = perceptron([3, 4, 2], head);
      new Learner(gpu, smallOptions({ model, batch: 128 })).dispose(); // Two rows an invocation.
    };
    learner(300);
    assertThrows(() => learner(400), UsageError, "Cannot learn 128 rows at once on a software adapter");
  }, { device: "webgpu" }));

Deno.test("Learner that normalizes more features than a software adapter takes turns for is refused there", () =>
  withGpu((gpu) => {
    const learner = (width: number) => {
      const layers = hidden({ width, normalized: true });
      const model = { observation: [3], hidden: layers, head: valueHead, actions: 2 };
      new Learner(gpu, smallOptions({ model })).dispose();
    };
    learner(20_000);
    const refusal = "Cannot normalize 20,400 features on a software adapter: loops take 66,304 turns";
    assertThrows(() => learner(20_400), UsageError, refusal);
  }, { device: "webgpu" }));
