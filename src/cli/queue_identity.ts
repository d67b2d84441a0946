/** What a sweep is called on queues, kept in its folder: `queue.json`. @module */
import { join } from "@std/path";
import { UsageError } from "../core/errors.ts";
import { parseJson } from "../format/json_text.ts";
import { readUntrustedTextIfThere } from "../format/untrusted_file.ts";
import { writeAtomically } from "../train/atomic_write.ts";
import type { SweepPaths } from "./sweep_folder.ts";

/** Of `queue.json`. */
const formatVersion = 1;

function idPath({ folder }: SweepPaths): string {
  return join(folder, "queue.json");
}

/** What a sweep is called on queues: the same whenever its folder is. Written before anything is laid out. */
export async function sweepId(paths: SweepPaths): Promise<string> {
  const known = await readSweepId(paths);
  if (known !== undefined) return known;
  const sweep = crypto.randomUUID();
  await writeAtomically(idPath(paths), `${JSON.stringify({ formatVersion, sweep }, null, 2)}\n`);
  return sweep;
}

/** The same where the folder was on a queue before; undefined where not. @throws {UsageError} When its file is not whole. */
export async function readSweepId(paths: SweepPaths): Promise<string | undefined> {
  const path = idPath(paths);
  const text = await readUntrustedTextIfThere(path);
  if (text === undefined) return undefined;
  const { sweep } = (parseJson(text, path) ?? {}) as { readonly sweep?: unknown };
  if (typeof sweep === "string" && /^[\da-f-]{36}$/.test(sweep)) return sweep;
  throw new UsageError(
    `Cannot read ${path}: its sweep is none that a queue has, wanted the file as it was written`,
  );
}
