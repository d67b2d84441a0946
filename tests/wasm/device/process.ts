/** Opens a device of two threads under the circumstances that the arguments name; threads_test.ts runs it. @module */
import { openWasmDevice } from "../../../src/wasm/device/open.ts";
import { handCompiler } from "./kernels.ts";
import { program, read, run, words } from "./opened.ts";

const surroundings = globalThis as { process?: unknown; crossOriginIsolated?: boolean; Worker: unknown };
if (Deno.args.includes("page")) delete surroundings.process;
if (Deno.args.includes("not isolated")) surroundings.crossOriginIsolated = false;
if (Deno.args.includes("refused")) {
  surroundings.Worker = class {
    constructor() {
      throw new DOMException("not here", "SecurityError");
    }
  };
}
if (Deno.args.includes("failing")) {
  surroundings.Worker = class {
    onerror?: (event: ErrorEvent) => void;
    constructor() {
      queueMicrotask(() => this.onerror?.(new ErrorEvent("error", { message: "not here" })));
    }
    postMessage() {}
  };
}

const { device, info } = await openWasmDevice({ threads: 2, compiler: handCompiler });
console.log(info.description);
const values = words(device, new Array(64).fill(0));
const trace = program(device, "trace", { addends: words(device, [0]), values, params: [10_000, 64] });
const end = performance.now() + (info.description.includes("2") ? 20_000 : 100);
let threads = 0;
while (threads < 2 && performance.now() < end) {
  run(device, trace, 64, 10);
  threads = new Set(read(device, values)).size;
}
console.log(threads === 2 ? "two threads ran" : "one thread ran");
if (Deno.args.includes("destroy")) device.destroy();
