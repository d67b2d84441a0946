/** Opens a device of two threads under the circumstances that the arguments name; threads_test.ts runs it. @module */
import { traceThreads } from "./trace.ts";

const globals = globalThis as { process?: unknown; crossOriginIsolated?: boolean; Worker: unknown };
if (Deno.args.includes("page")) delete globals.process;
if (Deno.args.includes("not isolated")) globals.crossOriginIsolated = false;
if (Deno.args.includes("refused")) {
  globals.Worker = class {
    constructor() {
      throw new DOMException("not here", "SecurityError");
    }
  };
}
if (Deno.args.includes("failing")) {
  globals.Worker = class {
    onerror?: (event: ErrorEvent) => void;
    constructor() {
      queueMicrotask(() => this.onerror?.(new ErrorEvent("error", { message: "not here" })));
    }
    postMessage() {}
  };
}

const { device, description, threads } = await traceThreads();
console.log(description);
console.log(threads === 2 ? "two threads ran" : "one thread ran");
if (Deno.args.includes("destroy")) device.destroy();
