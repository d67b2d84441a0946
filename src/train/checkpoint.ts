/** An agent's state in a file. @module */
import type { AgentState } from "../agents/agent.ts";
import { openUntrustedFile } from "../format/untrusted_file.ts";
import { writeAtomically } from "./atomic_write.ts";
import { type Checkpoint, encodeCheckpoint, notWhole, readCheckpoint } from "./checkpoint_bytes.ts";

export type { Checkpoint } from "./checkpoint_bytes.ts";

/** Bytes of a file that is read, 4 GiB: a device has no larger tensors for an agent. */
const mostBytes = 2 ** 32;

/**
 * Writes a state as a safetensors file, whole or not at all. The file can be read by any safetensors library.
 *
 * @param metadata Texts to keep with it; `format`, `formatVersion` and `checksum` are the file's own.
 * @throws {WriteError} When the file cannot be written, with the path and the reason; a former one is left as it was.
 */
export async function saveCheckpoint(
  path: string,
  state: AgentState,
  metadata: Record<string, string> = {},
): Promise<void> {
  await writeAtomically(path, encodeCheckpoint(state, metadata));
}

/**
 * Reads a file that {@linkcode saveCheckpoint} wrote. Its header is looked at before the rest is read; a file without a checksum,
 * one that another tool made say, is read as it is.
 *
 * @throws {UsageError} When there is no such file, it cannot be read, is larger than 4 GiB, is not whole, was changed, or is not one of ours.
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  using file = await openUntrustedFile(path, { most: mostBytes, action: `load the checkpoint ${path}` });
  const reading = readCheckpoint(file.size, path);
  let next = reading.next();
  while (!next.done) {
    const bytes = await file.read(next.value).catch((cause) => {
      throw notWhole(path, cause);
    });
    next = reading.next(bytes);
  }
  return next.value;
}
