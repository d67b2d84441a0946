/** What the end of a run needs leave for. @module */
import { fromFileUrl } from "@std/path";
import { UsageError } from "../core/errors.ts";
import { rasterFiles } from "../report/raster.ts";

/** What is going to be drawn. */
export interface Drawn {
  /** Charts, for which the library looks at `NODE_ENV`. */
  readonly charts: boolean;
  /** Pixels, for which fonts and WebAssembly are read from Deno's cache. */
  readonly pixels: boolean;
}

/** What a run of these keys of `log` draws at its end. */
export function drawnBy(
  { pictures, animation, tensorBoard }: Record<"pictures" | "animation" | "tensorBoard", boolean>,
): Drawn {
  return { charts: pictures || tensorBoard, pixels: animation || tensorBoard };
}

/**
 * Asks for what drawing needs leave for, as a run would otherwise fail at its end.
 *
 * @throws {UsageError} When leave is not given, with what is missing.
 */
export async function askToDraw({ charts, pixels }: Drawn): Promise<void> {
  if (charts) ask({ name: "env", variable: "NODE_ENV" }, "--allow-env=NODE_ENV");
  if (!pixels || Deno.permissions.querySync({ name: "read" }).state === "granted") return;
  for (const url of await rasterFiles()) {
    if (!url.startsWith("file:")) continue;
    const path = fromFileUrl(url);
    ask({ name: "read", path }, `--allow-read=${path}`);
  }
}

function ask(needed: Deno.PermissionDescriptor, flag: string): void {
  if (Deno.permissions.requestSync(needed).state === "granted") return;
  throw new UsageError(`Cannot draw what came out: a permission is missing that it needs, wanted ${flag}`);
}
