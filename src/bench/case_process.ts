/**
 * A case in a process of its own, as the software adapter's threads are settled once a process and its compiled
 * pipelines are kept until the end of one.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import type { CaseSettings } from "./configs.ts";
import type { Figures } from "./figures.ts";
import type { Evidence } from "./learned.ts";
import type { Suite } from "./suites.ts";

/** A measured case: what its process prints. */
export interface CaseResult {
  readonly figures: Figures;
  /** Of what learns, what shows whether it did. */
  readonly evidence?: Evidence;
}

/** What is measured, and what bounds it. */
export interface CaseProcess {
  readonly suite: Suite;
  readonly name: string;
  readonly settings: CaseSettings;
  /** Seconds after which the process is ended; never by default. */
  readonly limit?: number | undefined;
  /** Variables of its environment that differ; none by default. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a case has leave for; variables of its environment it looks at on the device. */
const permissions = ["--allow-read", "--allow-env=LP_NUM_THREADS,QERNEL_DEVICE,XDG_RUNTIME_DIR"];

/** @throws {UsageError} Without leave to start processes. */
export function askToStart(): void {
  if (Deno.permissions.requestSync({ name: "run", command: Deno.execPath() }).state === "granted") return;
  throw new UsageError(
    "Cannot start processes: a permission is missing that it needs, wanted --allow-run",
  );
}

/** How the process of a case ends when it could not begin by a mistake of the user: without an adapter, say. */
export const mistakeCode = 2;

/** Measures a case. @throws {UsageError | Error} With the reason when it came to no result. */
export async function measureCase(
  { suite, name, settings, limit, env = {} }: CaseProcess,
): Promise<CaseResult> {
  const script = new URL("./measure.ts", import.meta.url).href;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...permissions, "--no-check", script, suite, name, JSON.stringify(settings)],
    env,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const timer = limit === undefined ? undefined : setTimeout(() => {
    late = true;
    process.kill("SIGKILL");
  }, limit * 1000);
  const { code, success, stdout, stderr } = await process.output();
  clearTimeout(timer);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (late) throw new Error(`it took more than ${limit} seconds`);
  if (code === mistakeCode) throw new UsageError(text(stderr));
  if (!success) throw new Error(text(stderr) || "its process failed");
  return JSON.parse(text(stdout).split("\n").at(-1)!);
}
