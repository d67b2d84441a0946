/** Runs that tests meet in their midst, on any machine. @module */
import { fromFileUrl } from "@std/path";

/** What is set for a run that is to be met in its midst: see {@linkcode slowOptions}. */
export const slow = { "environment.id": "Slow-v0" } as const;

/** The options by which commands know its environment, which is CartPole. */
export const slowOptions = [
  "--environments",
  fromFileUrl(new URL("./slow_environment.ts", import.meta.url)),
] as const;

/** The variable by which the first step of it in a process makes a file. */
export function marking(file: string): Record<string, string> {
  return { QERNEL_TEST_MARK: file };
}

/** The variable that makes a step of it take some milliseconds in a process. */
export function atPace(milliseconds: number): Record<string, string> {
  return { QERNEL_TEST_PACE: `${milliseconds}` };
}
