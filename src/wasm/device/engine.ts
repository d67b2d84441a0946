/** What the JavaScript engine has. @module */
import { UsageError } from "../../core/errors.ts";

/** `() -> v128`: an instruction on three constants. */
function usesInstruction(...instruction: readonly number[]): Uint8Array<ArrayBuffer> {
  const constant = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
  const body = [0, ...constant, ...constant, ...constant, ...instruction, 0x0b];
  return Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // Magic number and version.
    ...[1, 5, 1, 0x60, 0, 1, 0x7b], // Type () -> v128.
    ...[3, 2, 1, 0], // A function of that type,
    ...[10, body.length + 2, 1, body.length, ...body], // and its body.
  );
}

let relaxed: boolean | undefined;

/** Whether it has relaxed SIMD: `f32x4.relaxed_madd`. */
export function hasRelaxedSimd(): boolean {
  return relaxed ??= WebAssembly.validate(usesInstruction(0xfd, 0x85, 0x02));
}

/** @throws {UsageError} When it has no WebAssembly with SIMD (`v128.bitselect`), or a page may not use it. */
export function assertSimd(): void {
  const bytes = usesInstruction(0xfd, 0x52);
  if (!globalThis.WebAssembly?.validate(bytes)) {
    throw new UsageError(
      "Cannot open a WebAssembly device: the JavaScript engine has no WebAssembly with SIMD",
    );
  }
  try {
    new WebAssembly.Module(bytes);
  } catch (cause) {
    throw new UsageError(
      "Cannot open a WebAssembly device: the engine refuses to compile, " +
        "wanted 'wasm-unsafe-eval' in script-src of the page's content security policy",
      { cause },
    );
  }
}
