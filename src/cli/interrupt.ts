/** Ctrl-C. @module */
import { ExitCode } from "./main.ts";

/** Aborted at the first SIGINT or SIGTERM; the second one ends the process. */
export function listenForInterrupt(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) Deno.exit(ExitCode.interrupted);
    console.error("\ninterrupted: ending the run; once more ends it at once");
    controller.abort();
  };
  Deno.addSignalListener("SIGINT", interrupt);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", interrupt);
  return controller.signal;
}
