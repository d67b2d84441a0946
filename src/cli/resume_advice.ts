/** What to type to go on with what is in a folder. @module */
import { givenEnvironments } from "./own_environments.ts";

/** How a run that was interrupted goes on. */
export function resumeAdvice(folder: string): string {
  return `deno task train --resume ${shellWord(folder)}${environmentsAdvice()} goes on`;
}

/** How a run that is over is evaluated. */
export function evaluateAdvice(folder: string): string {
  return `deno task eval ${shellWord(folder)}${environmentsAdvice()}`;
}

/** The option by which another command knows the environments that this one was given, after a blank; else nothing. */
function environmentsAdvice(): string {
  const file = givenEnvironments();
  return file === undefined ? "" : ` --environments ${shellWord(file)}`;
}

/** How a sweep that was begun with `--out`, or into a folder of its own name, goes on. */
export function sweepResumeAdvice(folder: string): string {
  return `the same command with --out ${shellWord(folder)} goes on`;
}

/** A path as one word of a shell. */
export function shellWord(path: string): string {
  return /[^\w./-]/.test(path) ? `'${path.replaceAll("'", "'\\''")}'` : path;
}
