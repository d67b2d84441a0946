import { assertEquals } from "@std/assert";
import { sharedThreshold, thresholdOf } from "../../src/config/threshold.ts";
import { parseConfig } from "../../src/config/schema.ts";
import type { WrapperConfig } from "../../src/envs/wrapper_config.ts";

const threshold = (id: string, wrappers: readonly WrapperConfig[], evaluation = {}) =>
  thresholdOf(parseConfig({ environment: { id, wrappers }, evaluation, budget: { steps: 1000 } }));

Deno.test("thresholdOf() is scaled as rewards are, and none where a return does not tell the unscaled one", () => {
  const scale = (factor: number, offset?: number) =>
    ({ kind: "scale-reward", factor, ...offset === undefined ? {} : { offset } }) as const;
  assertEquals(threshold("CartPole-v1", []), 475);
  assertEquals(threshold("CartPole-v1", [scale(100)]), 47_500);
  assertEquals(threshold("CartPole-v1", [scale(0.5, 0), scale(4)]), 950);
  assertEquals(threshold("MountainCar-v0", [scale(0.1)]), -11);
  for (const wrapper of [scale(-1), scale(0), scale(1, 1)]) {
    assertEquals(threshold("CartPole-v1", [wrapper]), undefined);
  }
  assertEquals(threshold("CartPole-v1", [scale(100)], { threshold: 480 }), 480); // Said of these returns.
  assertEquals(threshold("CliffWalking-v1", []), undefined);
});

Deno.test("sharedThreshold() is the one that all have", () => {
  assertEquals(sharedThreshold([475, 475]), 475);
  for (const thresholds of [[475, 195], [475, undefined], [undefined], []]) {
    assertEquals(sharedThreshold(thresholds), undefined);
  }
});
