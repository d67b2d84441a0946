/** What the commands say. @module */
import { standardError, standardOutput } from "../train/callbacks/progress_stream.ts";
import { cannotWrite } from "../train/atomic_write.ts";

/** Prints a line of a run; one that cannot be written is dropped, as the run matters more than its messages. */
export function print(text: string): void {
  standardOutput.write(`${text}\n`);
}

/** The same on standard error. */
export function note(text: string): void {
  standardError.write(`${text}\n`);
}

/**
 * Prints what a command was asked for. A reader that has seen enough, `head` say, is no error.
 *
 * @throws {TrainingError} When it cannot be written, on a full disk say.
 */
export function answer(text: string): void {
  const bytes = new TextEncoder().encode(`${text}\n`);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw cannotWrite("standard output", error);
  }
}
