/** Starting Python, and what keeps it from being started. @module */
import { TrainingError, UsageError } from "../../core/errors.ts";
import { death, lateness, linesOf, Pipes } from "./pipes.ts";
import program from "./server.py" with { type: "text" };

/** Which Python, and how patient its user is. */
export interface PythonOptions {
  /** The interpreter, a name on PATH or a path. */
  readonly python: string;
  /** Seconds that a call into an environment may take, positive. */
  readonly limit: number;
}

/** A Python that waits for requests. */
export interface StartedPython {
  /** The ends of its pipes. */
  readonly pipes: Pipes;
  /** The path of its interpreter. */
  readonly path: string;
}

/**
 * The interpreter that the environment variable QERNEL_PYTHON names, where it may be read; `python3` by default.
 *
 * @param action What it is for, "Cannot make ..." say, with which errors begin; likewise below.
 * @throws {UsageError} Where no Python can be started.
 */
export function defaultPython(action: string): string {
  if (typeof Deno === "undefined") {
    throw new UsageError(`${action}: a page cannot start Python, wanted the command line`);
  }
  if (Deno.build.os === "windows") {
    throw new UsageError(`${action}: Windows has no such pipes, wanted Linux, macOS or WSL`);
  }
  const variable = "QERNEL_PYTHON";
  const { state } = Deno.permissions.requestSync({ name: "env", variable });
  return (state === "granted" ? Deno.env.get(variable) : undefined) || "python3";
}

/**
 * Starts a Python with Gymnasium; it ends with its pipes.
 *
 * @throws {UsageError} When there is no such Python, when it lacks the package, or leave is not given.
 * @throws {TrainingError} When it dies or does not answer.
 */
export function startPython({ python, limit }: PythonOptions, action: string): StartedPython {
  ask({ name: "run", command: python }, { action, flag: `--allow-run=${python}` });
  const told = launch({ python, limit }, action);
  const path = String(told["python"] ?? python);
  if (told["folder"] !== undefined) {
    return { pipes: openPipes(String(told["folder"]), { action, limit }), path };
  }
  const command = `${path} -m pip install`;
  const [found, wanted] = told["version"] !== undefined
    ? [`has Gymnasium ${told["version"]}`, `1.0 or newer: ${command} --upgrade gymnasium`]
    : [`has no package ${told["missing"]}`, `it installed: ${command} ${told["missing"]}`];
  throw new UsageError(`${action}: ${path} ${found}, wanted ${wanted}`);
}

const wantedPython =
  "wanted Python 3.10 or newer with Gymnasium (pip install gymnasium) as python3 on PATH, " +
  "or named by the environment variable QERNEL_PYTHON";

/** Runs the part of the program that is waited for; what it tells. */
function launch({ python, limit }: PythonOptions, action: string): Record<string, unknown> {
  const start = performance.now();
  let output: Deno.CommandOutput;
  try {
    output = new Deno.Command(python, { args: ["-c", program, String(limit)], stdin: "null" }).outputSync();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied)) {
      throw error;
    }
    throw new UsageError(`${action}: there is no ${python} that can be started, ${wantedPython}`);
  }
  const text = new TextDecoder().decode(output.stdout);
  if (text !== "") return JSON.parse(text);
  const log = linesOf(new TextDecoder().decode(output.stderr));
  if (output.code !== 0) { // The program itself gives 0.
    const said = log.length > 0 ? `:\n${log.slice(-3).join("\n")}` : "";
    throw new UsageError(`${action}: ${python} runs no such program, ${wantedPython}${said}`);
  }
  const elapsed = performance.now() - start;
  throw new TrainingError(`${action}: ${elapsed >= limit * 1000 ? lateness(elapsed, log) : death(log)}`);
}

function openPipes(folder: string, { action, limit }: { action: string; limit: number }): Pipes {
  const temporary = folder.replace(/[\\/][^\\/]*$/, "");
  for (const name of ["read", "write"] as const) {
    ask({ name, path: folder }, { action, flag: `--allow-${name}=${temporary}` });
  }
  return new Pipes(folder, limit);
}

/**
 * Asks for leave. The tasks do without it, as a config may come from a stranger and is to start no program unasked: on a
 * terminal Deno asks, and elsewhere other tasks have it.
 */
function ask(needed: Deno.PermissionDescriptor, { action, flag }: { action: string; flag: string }): void {
  if (Deno.permissions.requestSync(needed).state === "granted") return;
  throw new UsageError(
    `${action}: a permission is missing that it needs, wanted ${flag}, or deno task train:gymnasium and its like`,
  );
}
