/** An agent's state as the bytes of a file. @module */
import type { AgentState } from "../agents/agent.ts";
import { excerpt, UsageError } from "../core/errors.ts";
import { crc32c } from "../format/crc32c.ts";
import {
  encodeSafetensors,
  readSafetensors,
  type Safetensors,
  type StoredTensor,
} from "../format/safetensors.ts";

/** What tells our files from other safetensors files, in their metadata. */
const signature = { format: "qernel", formatVersion: "1" } as const;

/** What a checkpoint file holds. */
export interface Checkpoint {
  /** What `Agent.load` takes. */
  readonly state: AgentState;
  /** The texts that it was saved with. */
  readonly metadata: Record<string, string>;
}

/**
 * A state as a safetensors file, which any safetensors library can read.
 *
 * @param metadata Texts to keep with it; `format`, `formatVersion` and `checksum` are the file's own.
 */
export function encodeCheckpoint(
  state: AgentState,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const tensors: Safetensors["tensors"] = Object.fromEntries(
    Object.entries(state).map(([name, { shape, data }]) => {
      const dtype = data instanceof Float32Array ? "F32" : "U32";
      return [name, { dtype, shape, data } as StoredTensor];
    }),
  );
  const texts = { ...metadata, ...signature };
  const checksum = safetensorsChecksum({ tensors, metadata: texts });
  return encodeSafetensors(tensors, { ...texts, checksum });
}

/**
 * What {@linkcode encodeCheckpoint} made a file of.
 *
 * @param name What messages call the file.
 * @throws {UsageError} When the bytes are not whole, were changed, or are not one of ours.
 */
export function decodeCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  const reading = readCheckpoint(bytes.length, name);
  let at = 0;
  let next = reading.next();
  while (!next.done) next = reading.next(bytes.slice(at, at += next.value));
  return next.value;
}

/**
 * Reads a checkpoint of `size` bytes from its start to its end: yields how many bytes it wants next, and is given them in an
 * array of their own, which it keeps, as {@linkcode readSafetensors} does. A file without a checksum, one that another tool
 * made say, is read as it is.
 *
 * @throws {UsageError} As {@linkcode decodeCheckpoint}.
 */
export function* readCheckpoint(
  size: number,
  name: string,
): Generator<number, Checkpoint, Uint8Array<ArrayBuffer>> {
  const { tensors, metadata } = yield* readWhole(size, name);
  const { checksum, ...texts } = metadata;
  if (checksum !== undefined) {
    const found = safetensorsChecksum({ tensors, metadata: texts });
    if (found !== checksum) {
      throw refusal(
        name,
        `what it holds has the checksum ${found}, wanted ${excerpt(checksum)} as its metadata says: ` +
          "it was damaged, or changed without it",
      );
    }
  }
  const entries = Object.entries(tensors).map(([tensor, { dtype, shape, data }]) => {
    if (dtype !== "F32" && dtype !== "U32") {
      throw refusal(name, `its tensor "${excerpt(tensor)}" is of ${dtype}, wanted F32 or U32`);
    }
    return [tensor, { shape, data: data as Float32Array | Uint32Array }] as const;
  });
  const { format: _, formatVersion: __, ...own } = texts;
  return { state: Object.fromEntries(entries), metadata: own }; // Names as they are, `__proto__` among them.
}

/** Reads no more than is wanted, each tensor into its own memory. */
function* readWhole(
  size: number,
  name: string,
): Generator<number, Safetensors, Uint8Array<ArrayBuffer>> {
  try {
    return yield* readSafetensors(size, (metadata) => checkSignature(name, metadata));
  } catch (cause) {
    throw cause instanceof Refusal ? cause : notWhole(name, cause);
  }
}

function checkSignature(name: string, { format, formatVersion }: Record<string, string>): void {
  if (format === signature.format && formatVersion === signature.formatVersion) return;
  const found = format === undefined
    ? "no format"
    : `format "${excerpt(format)}" of version "${excerpt(formatVersion ?? "")}"`;
  throw refusal(
    name,
    `its metadata names ${found}, wanted "${signature.format}" of version "${signature.formatVersion}"`,
  );
}

/** Says all that there is to say. */
class Refusal extends UsageError {}

/** The refusal of a file that ends too early, or is another kind of file. */
export function notWhole(name: string, cause: unknown): UsageError {
  return refusal(name, `wanted a whole safetensors file. ${(cause as Error).message}`, { cause });
}

function refusal(name: string, reason: string, options?: ErrorOptions): Refusal {
  return new Refusal(`Cannot load the checkpoint ${name}: ${reason}`, options);
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
