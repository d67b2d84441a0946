/** An agent's state in a file. @module */
import type { AgentState } from "../agents/agent.ts";
import { excerpt, UsageError } from "../core/errors.ts";
import { crc32c } from "../format/crc32c.ts";
import { openUntrustedFile } from "../format/untrusted_file.ts";
import {
  encodeSafetensors,
  readSafetensors,
  type Safetensors,
  type StoredTensor,
} from "../format/safetensors.ts";
import { writeAtomically } from "./atomic_write.ts";

/** What tells our files from other safetensors files, in their metadata. */
const signature = { format: "qernel", formatVersion: "1" } as const;

/** Bytes of a file that is read, 4 GiB: a device has no larger tensors for an agent. */
const mostBytes = 2 ** 32;

/** What a checkpoint file holds. */
export interface Checkpoint {
  /** What `Agent.load` takes. */
  readonly state: AgentState;
  /** The texts that it was saved with. */
  readonly metadata: Record<string, string>;
}

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
  const tensors: Safetensors["tensors"] = Object.fromEntries(
    Object.entries(state).map(([name, { shape, data }]) => {
      const dtype = data instanceof Float32Array ? "F32" : "U32";
      return [name, { dtype, shape, data } as StoredTensor];
    }),
  );
  const texts = { ...metadata, ...signature };
  const checksum = safetensorsChecksum({ tensors, metadata: texts });
  await writeAtomically(path, encodeSafetensors(tensors, { ...texts, checksum }));
}

/**
 * Reads a file that {@linkcode saveCheckpoint} wrote. Its header is looked at before the rest is read; a file without a checksum,
 * one that another tool made say, is read as it is.
 *
 * @throws {UsageError} When there is no such file, it cannot be read, is larger than 4 GiB, is not whole, was changed, or is not one of ours.
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const { tensors, metadata } = await read(path);
  const { checksum, ...texts } = metadata;
  if (checksum !== undefined) {
    const found = safetensorsChecksum({ tensors, metadata: texts });
    if (found !== checksum) {
      throw refusal(
        path,
        `what it holds has the checksum ${found}, wanted ${excerpt(checksum)} as its metadata says: ` +
          "it was damaged, or changed without it",
      );
    }
  }
  const entries = Object.entries(tensors).map(([name, { dtype, shape, data }]) => {
    if (dtype !== "F32" && dtype !== "U32") {
      throw refusal(path, `its tensor "${excerpt(name)}" is of ${dtype}, wanted F32 or U32`);
    }
    return [name, { shape, data: data as Float32Array | Uint32Array }] as const;
  });
  const { format: _, formatVersion: __, ...own } = texts;
  return { state: Object.fromEntries(entries), metadata: own }; // Names as they are, `__proto__` among them.
}

/** Reads no more than is wanted, each tensor into its own memory. */
async function read(path: string): Promise<Safetensors> {
  using file = await openUntrustedFile(path, { most: mostBytes, action: `load the checkpoint ${path}` });
  try {
    const reading = readSafetensors(file.size, (metadata) => checkSignature(path, metadata));
    let next = reading.next();
    while (!next.done) next = reading.next(await file.read(next.value));
    return next.value;
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw refusal(path, `wanted a whole safetensors file. ${(cause as Error).message}`, { cause });
  }
}

function checkSignature(path: string, { format, formatVersion }: Record<string, string>): void {
  if (format === signature.format && formatVersion === signature.formatVersion) return;
  const found = format === undefined
    ? "no format"
    : `format "${excerpt(format)}" of version "${excerpt(formatVersion ?? "")}"`;
  throw refusal(
    path,
    `its metadata names ${found}, wanted "${signature.format}" of version "${signature.formatVersion}"`,
  );
}

/** Says all that there is to say. */
class Refusal extends UsageError {}

function refusal(path: string, reason: string, options?: ErrorOptions): Refusal {
  return new Refusal(`Cannot load the checkpoint ${path}: ${reason}`, options);
}

/**
 * The checksum of tensors and texts, `crc32c:` and eight hexadecimal digits. It is that of what they say and not of how a file
 * lays it out: a library that reads a file and writes the same again leaves it sound.
 */
function safetensorsChecksum({ tensors, metadata }: Safetensors): string {
  const names = Object.keys(tensors).sort();
  const shapes = names.map((name) => [name, tensors[name]!.dtype, tensors[name]!.shape]);
  const texts = Object.keys(metadata).sort().map((key) => [key, metadata[key]]);
  let crc = crc32c(new TextEncoder().encode(JSON.stringify([texts, shapes])));
  for (const name of names) {
    const { buffer, byteOffset, byteLength } = tensors[name]!.data;
    crc = crc32c(new Uint8Array(buffer, byteOffset, byteLength), crc);
  }
  return `crc32c:${crc.toString(16).padStart(8, "0")}`;
}
