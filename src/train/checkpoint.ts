/** An agent's state in a file. @module */
import type { AgentState } from "../agents/agent.ts";
import { excerpt, UsageError } from "../core/errors.ts";
import {
  encodeSafetensors,
  readSafetensors,
  type Safetensors,
  type StoredTensor,
} from "../format/safetensors.ts";
import { safetensorsChecksum } from "../format/safetensors_checksum.ts";
import { writeWhole } from "./write_whole.ts";

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
  await writeWhole(path, encodeSafetensors(tensors, { ...texts, checksum }));
}

/**
 * Reads a file that {@linkcode saveCheckpoint} wrote. Its header is looked at before the rest is read; a file without a checksum,
 * one that another tool made say, is read as it is.
 *
 * @throws {UsageError} When there is no such file, it cannot be read, is not whole, was changed, or is not one of ours.
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const { tensors, metadata } = await read(path, await sizeOf(path));
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
  const state: AgentState = {};
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    if (dtype !== "F32" && dtype !== "U32") {
      throw refusal(path, `its tensor "${excerpt(name)}" is of ${dtype}, wanted F32 or U32`);
    }
    state[name] = { shape, data: data as Float32Array | Uint32Array };
  }
  const { format: _, formatVersion: __, ...own } = texts;
  return { state, metadata: own };
}

/** Bytes of a file. What is none, a pipe say, could keep whoever opens it waiting for ever. */
async function sizeOf(path: string): Promise<number> {
  const { isFile, isDirectory, size } = await Deno.stat(path).catch((cause) => {
    throw unreadable(path, cause);
  });
  if (isFile) return size;
  throw refusal(path, `it is ${isDirectory ? "a folder" : "a pipe, a socket or a device"}, wanted a file`);
}

/** Reads no more than is wanted, each tensor into its own memory. */
async function read(path: string, size: number): Promise<Safetensors> {
  using file = await Deno.open(path).catch((cause) => {
    throw unreadable(path, cause);
  });
  try {
    const reading = readSafetensors(size, (metadata) => checkSignature(path, metadata));
    let next = reading.next();
    while (!next.done) next = reading.next(await readBytes(file, next.value));
    return next.value;
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw refusal(path, `wanted a whole safetensors file. ${(cause as Error).message}`, { cause });
  }
}

async function readBytes(file: Deno.FsFile, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const taken = await file.read(bytes.subarray(at));
    if (taken === null) throw new Error(`It ends ${count - at} bytes early`);
    at += taken;
  }
  return bytes;
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

function unreadable(path: string, cause: Error): UsageError {
  if (cause instanceof Deno.errors.NotFound) return refusal(path, "there is no such file", { cause });
  if (cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable) {
    return refusal(path, "it may not be read, wanted the permission", { cause });
  }
  return refusal(path, cause.message, { cause });
}

/** Says all that there is to say. */
class Refusal extends UsageError {}

function refusal(path: string, reason: string, options?: ErrorOptions): Refusal {
  return new Refusal(`Cannot load the checkpoint ${path}: ${reason}`, options);
}
