/** Which threads run a kernel. @module */
import { eventLoopTurn } from "../../../src/core/event_loop.ts";
import { openWasmDevice } from "../../../src/wasm/device/open.ts";
import { handCompiler } from "./kernels.ts";
import { program, read, run, words } from "./opened.ts";

/** A device of two threads, if it has so many. */
export interface Traced {
  readonly device: GPUDevice;
  /** What it tells of itself. */
  readonly description: string;
  /** Threads that were seen at work. */
  readonly threads: number;
}

/** Opens a device of two threads and looks which of them work: for 20 s at most, as a busy machine may let one wait. */
export async function traceThreads(): Promise<Traced> {
  const { device, info: { description } } = await openWasmDevice({ threads: 2, compiler: handCompiler });
  const values = words(device, new Array(64).fill(0));
  const trace = program(device, "trace", { addends: words(device, [0]), values, params: [10_000, 64] });
  const end = performance.now() + (description.includes("2") ? 20_000 : 100);
  let threads = 0;
  while (threads < 2 && performance.now() < end) {
    run(device, trace, 64, 10);
    threads = new Set(read(device, values)).size;
    await eventLoopTurn(); // A page starts workers between its own turns.
  }
  return { device, description, threads };
}
