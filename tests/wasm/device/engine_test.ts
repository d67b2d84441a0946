import { assertRejects } from "@std/assert";
import { UsageError } from "../../../src/core/errors.ts";
import { openWasmDevice } from "../../../src/wasm/device/open.ts";

/** What stands in for a part of `WebAssembly`. */
type Stand = Partial<Record<keyof typeof WebAssembly, () => unknown>>;

async function assertRefused(stand: Stand, message: string): Promise<void> {
  const { WebAssembly: own } = globalThis;
  globalThis.WebAssembly = { ...own, ...stand } as typeof WebAssembly;
  try {
    await assertRejects(() => openWasmDevice({ threads: 1 }), UsageError, message);
  } finally {
    globalThis.WebAssembly = own;
  }
}

Deno.test("openWasmDevice() refuses an engine that has no SIMD, or may not compile", async () => {
  await assertRefused({ validate: () => false }, "the JavaScript engine has no WebAssembly with SIMD");
  const refuse = function () {
    throw new Error("refused by the policy");
  };
  const message = "the engine refuses to compile, wanted 'wasm-unsafe-eval' in script-src";
  await assertRefused({ validate: () => true, Module: refuse }, message);
});
