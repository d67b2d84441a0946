/** What a command needs leave for, asked for before it starts: refused in its course, it would fail at its end. @module */
import { fromFileUrl } from "@std/path";
import { UsageError } from "../core/errors.ts";
import { rasterFiles } from "../report/raster.ts";

/** What is going to be drawn. */
export interface DrawingNeeds {
  /** Charts, for which the library looks at `NODE_ENV`. */
  readonly charts: boolean;
  /** Pixels, for which fonts and WebAssembly are read from Deno's cache. */
  readonly pixels: boolean;
}

/** What a run of these keys of `log` draws at its end. */
export function drawingNeeds(
  { pictures, animation, tensorBoard }: Record<"pictures" | "animation" | "tensorBoard", boolean>,
): DrawingNeeds {
  return { charts: pictures || tensorBoard, pixels: animation || tensorBoard };
}

/**
 * Asks for what drawing needs leave for.
 *
 * @throws {UsageError} When leave is not given, with what is missing.
 */
export async function askToDraw({ charts, pixels }: DrawingNeeds): Promise<void> {
  const action = "draw what came out";
  if (charts) ask(action, { name: "env", variable: "NODE_ENV" });
  if (!pixels || Deno.permissions.querySync({ name: "read" }).state === "granted") return;
  for (const url of await rasterFiles()) {
    if (url.startsWith("file:")) ask(action, { name: "read", path: fromFileUrl(url) });
  }
}

/**
 * Asks for all of a folder that is going to be written, and looked at.
 *
 * @throws {UsageError} When leave is not given, with what is missing.
 */
export function askToWrite(folder: string): void {
  for (const name of ["read", "write"] as const) ask(`write to ${folder}`, { name, path: folder });
}

/** A permission of one thing. */
type Needed =
  | { readonly name: "env"; readonly variable: string }
  | { readonly name: "read" | "write"; readonly path: string };

function ask(action: string, needed: Needed): void {
  if (Deno.permissions.requestSync(needed).state === "granted") return;
  const flag = `--allow-${needed.name}=${needed.name === "env" ? needed.variable : needed.path}`;
  throw new UsageError(`Cannot ${action}: a permission is missing that it needs, wanted ${flag}`);
}
