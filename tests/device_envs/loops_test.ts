import { assertEquals, assertRejects } from "@std/assert";
import { registerDeviceEnvironment } from "../../src/device_envs/device_registry.ts";
import { createRun } from "../../src/config/build.ts";
import { TrainingError } from "../../src/core/errors.ts";

const loop = "for (var k = 0u; k < n; k++) { sum += i ^ j ^ k; }";

/** An environment whose steps take long once an episode has come far. */
const text = `struct State { count: u32, sum: u32 }
fn env_reset(stream: Stream) -> State { return State(0u, 0u); }
fn work(n: u32) -> u32 {
  var sum = 0u;
  for (var i = 0u; i < n; i++) {
    for (var j = 0u; j < n; j++) {
      ${loop}
    }
  }
  return sum;
}
fn env_step(state: State, action: u32) -> Step {
  return Step(State(state.count + 1u, work(select(1u, 2000u, state.count > 400u))), 1.0, state.count > 500u);
}
fn env_observe(state: State, i: u32) -> f32 { return f32(state.sum & 3u); }`;

Deno.test({
  name:
    "a run whose environment counts for ever ends with its line, and signals are heard, on the WebAssembly device",
  ignore: Deno.build.os === "windows",
  async fn() {
    registerDeviceEnvironment({
      id: "Slow-v0",
      file: { name: "slow.wgsl", text },
      observations: 1,
      actions: 2,
    });
    const heard = Promise.withResolvers<void>();
    Deno.addSignalListener("SIGTERM", heard.resolve);
    const run = await createRun({
      device: "wasm",
      environment: { id: "Slow-v0" },
      agent: { kind: "dqn", hidden: [8], replay: { capacity: 1000, batch: 16, warmup: 1000 } },
      budget: { steps: 2000 },
    });
    const training = run.train();
    Deno.kill(Deno.pid, "SIGTERM");
    const { message } = await assertRejects(() => training, TrainingError);
    await heard.promise;
    Deno.removeSignalListener("SIGTERM", heard.resolve);
    run.dispose();
    assertEquals(
      message.split("\n").slice(0, 2),
      [
        "Cannot run rollout.wgsl:rollout: its loops took 268,435,456 turns in one invocation, the last of them here, " +
        "wanted fewer",
        `slow.wgsl:7: ${loop}`,
      ],
    );
  },
});
