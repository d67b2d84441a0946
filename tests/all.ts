/** Every test on every kind of device, or those that are named: `deno task test:all [deno test's arguments]`. @module */
import type { DeviceKind } from "../src/gpu/choice.ts";

const kinds: readonly DeviceKind[] = ["wasm", "webgpu"];

let worst = 0;
for (const kind of kinds) {
  console.log(`tests on ${kind}`);
  const { code } = await new Deno.Command(Deno.execPath(), {
    // Mesa's software driver has its own threads, and does not take to several devices at once.
    args: ["test", "-A", ...kind === "wasm" ? ["--parallel"] : [], ...Deno.args],
    env: { QERNEL_DEVICE: kind },
    stdin: "null",
  }).spawn().status;
  worst = Math.max(worst, code);
}
Deno.exit(worst);
