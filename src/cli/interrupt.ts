/** Ctrl-C and its like. @module */
import { standardError, standardOutput } from "../train/callbacks/progress_stream.ts";
import { ExitCode } from "../command/main.ts";

/** Signals that end a process: Ctrl-C, `kill`, and a terminal that is closed. */
export const endingSignals: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Aborted at the first SIGINT, SIGTERM or SIGHUP. A second SIGINT or SIGTERM ends the process at once; a second SIGHUP does
 * not, as a terminal that is closed may send it twice. A process that was started to outlive its terminal, by `nohup` say,
 * takes no notice of SIGHUP.
 */
export function listenForInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const signal of endingSignals) {
    Deno.addSignalListener(signal, () => {
      if (signal === "SIGHUP" && (outlivesTerminal || controller.signal.aborted)) return;
      if (controller.signal.aborted) Deno.exit(ExitCode.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}

/** Tells of the interrupt, by `print`, which knows what stands on the terminal, until that is disposed of. */
export function tellInterrupt(signal: AbortSignal, print: (line: string) => void): Disposable {
  const tell = () => print("interrupted: ending the run; once more ends it at once");
  if (signal.aborted) tell();
  signal.addEventListener("abort", tell);
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", tell) };
}

/**
 * Aborted some milliseconds after `signal`, or as long from now if that was aborted before: so long has what is worth
 * having of a run that was interrupted.
 */
export function graceAfter(
  signal: AbortSignal,
  milliseconds: number,
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const begin = () => timer = setTimeout(() => controller.abort(signal.reason), milliseconds);
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener("abort", begin);
    },
  };
}

/** What `work` comes to; nothing where `signal` was aborted before or ended it. */
export async function unlessAborted<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Whether the process was started with SIGHUP ignored. Asked at once: Deno itself undoes that after half a second. */
const outlivesTerminal = isHangUpIgnored();

function isHangUpIgnored(): boolean {
  const path = "/proc/self/status";
  try {
    if (Deno.permissions.querySync({ name: "read", path }).state === "granted") {
      const [, ignored] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(Deno.readTextFileSync(path))!;
      return (BigInt(`0x${ignored}`) & 1n) === 1n; // Signal 1 is SIGHUP.
    }
  } catch {
    // Linux alone has such a file, and Deno lets only those read it who have every permission.
  }
  // `nohup` leaves no terminal to the process, but on macOS the one it reads from.
  const readsTerminal = Deno.build.os === "linux" && Deno.stdin.isTerminal();
  return !standardOutput.isTTY && !standardError.isTTY && !readsTerminal;
}
