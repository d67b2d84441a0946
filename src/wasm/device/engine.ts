/** What the JavaScript engine has. @module */

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

/** Whether it has SIMD: `v128.bitselect`. */
export function hasSimd(): boolean {
  return WebAssembly.validate(usesInstruction(0xfd, 0x52));
}
