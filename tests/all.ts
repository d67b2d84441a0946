/** Every test on every kind of device, or those that are named: `deno task test:all [deno test's arguments]`. @module */
import type { DeviceKind } from "../src/gpu/choice.ts";

const kinds: readonly DeviceKind[] = ["wasm", "webgpu"];

let worst = 0;
for (const kind of kinds) {
  console.log(`tests on ${kind}`);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", ...Deno.args],
    env: { QERNEL_DEVICE: kind },
    stdin: "null",
  }).spawn().status;
  worst = Math.max(worst, code);
}
Deno.exit(worst);
