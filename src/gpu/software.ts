/** What Mesa's software adapter (llvmpipe) wants: settings before it is first asked for, and loops that are not too long. @module */
import { UsageError } from "../core/errors.ts";
import { whole } from "../core/numbers.ts";
import { setDefault } from "./variables.ts";
import type { DeviceKind } from "./choice.ts";

/** Multiply-adds of a matrix product from which more threads pay: a product of 128 x 128 x 64. */
const worthThreads = 2 ** 20;

/** Cores up to which each gets two threads. */
const fewCores = 8;

/**
 * Makes the software adapter run every dispatch on the thread that submits it when the largest matrix product is small:
 * handing a dispatch to other threads costs about 20 microseconds, more than most of the kernels of a small network
 * take. For larger products a few cores get two threads each: with one each, the operating system often has both work on
 * one core for a while. Results are the same bit for bit. Does nothing where `LP_NUM_THREADS` is set, without permission to read and
 * write it, or outside Deno; other adapters do not read it.
 *
 * @param multiplyAdds Multiply-adds of the largest product: inputs x outputs x batch of the widest layer.
 */
export function tuneSoftwareAdapter(multiplyAdds: number): void {
  const cores = navigator.hardwareConcurrency;
  if (multiplyAdds < worthThreads || cores === 1) setDefault("LP_NUM_THREADS", "0");
  else if (cores <= fewCores) setDefault("LP_NUM_THREADS", String(2 * cores));
}

/** Gives Mesa a folder that it asks for and does not use here; without one it complains on every start. */
export function quietSoftwareAdapter(): void {
  if (globalThis.Deno?.build.os === "linux") setDefault("XDG_RUNTIME_DIR", "/tmp");
}

/** Turns that llvmpipe gives to all loops of an invocation together. Then it ends them, wherever they are, and says nothing. */
export const softwareTurns = 65_535;

/** A kernel's loops. */
export interface Turns {
  /** What a message calls the kernel: what cannot be done. */
  readonly what: string;
  /** Turns of all loops of an invocation at most; ending a loop counts as one more. */
  readonly turns: number;
}

/**
 * Checks that a software adapter takes all turns of a kernel's loops. Other devices have no such limit.
 *
 * @throws {UsageError} When there are more.
 */
export function assertTurns(
  { kind, info }: { readonly kind: DeviceKind; readonly info: GPUAdapterInfo },
  { what, turns }: Turns,
): void {
  if (kind === "wasm" || !info.isFallbackAdapter || turns <= softwareTurns) return;
  throw new UsageError(
    `Cannot ${what} on a software adapter: loops take ${whole(turns)} turns, wanted at most ` +
      `${whole(softwareTurns)}; the device "wasm" has no such limit`,
  );
}
