/** What to type to go on with what is in a folder. @module */

/** How a run that was interrupted goes on. */
export function resumeAdvice(folder: string): string {
  return `deno task train --resume ${shellWord(folder)} goes on`;
}

/** How a sweep that was begun with `--out`, or into a folder of its own name, goes on. */
export function sweepResumeAdvice(folder: string): string {
  return `the same command with --out ${shellWord(folder)} goes on`;
}

/** A path as one word of a shell. */
export function shellWord(path: string): string {
  return /[^\w./-]/.test(path) ? `'${path.replaceAll("'", "'\\''")}'` : path;
}
