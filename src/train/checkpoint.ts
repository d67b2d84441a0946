/** An agent's state in a file. @module */
import type { AgentState } from "../agents/agent.ts";
import { excerpt, UsageError } from "../core/errors.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type StoredTensor,
} from "../format/safetensors.ts";
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
 * @param metadata Texts to keep with it; `format` and `formatVersion` are the file's own.
 * @throws {WriteError} When the file cannot be written, with the path and the reason; a former one is left as it was.
 */
export async function saveCheckpoint(
  path: string,
  state: AgentState,
  metadata: Record<string, string> = {},
): Promise<void> {
  const tensors = Object.entries(state).map(([name, { shape, data }]) => {
    const dtype = data instanceof Float32Array ? "F32" : "U32";
    return [name, { dtype, shape, data } as StoredTensor] as const;
  });
  await writeWhole(path, encodeSafetensors(Object.fromEntries(tensors), { ...metadata, ...signature }));
}

/**
 * Reads a file that {@linkcode saveCheckpoint} wrote.
 *
 * @throws {UsageError} When there is no such file, it cannot be read, is not whole, or is not one of ours.
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const { tensors, metadata: { format, formatVersion, ...metadata } } = decode(path, await read(path));
  if (format !== signature.format || formatVersion !== signature.formatVersion) {
    const found = format === undefined
      ? "no format"
      : `format "${format}" of version "${formatVersion ?? ""}"`;
    throw refusal(
      path,
      `its metadata names ${found}, wanted "${signature.format}" of version "${signature.formatVersion}"`,
    );
  }
  const state: AgentState = {};
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    if (dtype !== "F32" && dtype !== "U32") {
      throw refusal(path, `its tensor "${excerpt(name)}" is of ${dtype}, wanted F32 or U32`);
    }
    state[name] = { shape, data: data as Float32Array | Uint32Array };
  }
  return { state, metadata };
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) throw refusal(path, "there is no such file", { cause });
    if (cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable) {
      throw refusal(path, "it may not be read, wanted the permission", { cause });
    }
    if (cause instanceof Deno.errors.IsADirectory) {
      throw refusal(path, "it is a folder, wanted a file", { cause });
    }
    throw refusal(path, (cause as Error).message, { cause });
  }
}

function decode(path: string, bytes: Uint8Array): Safetensors {
  try {
    return decodeSafetensors(bytes);
  } catch (cause) {
    throw refusal(path, `wanted a whole safetensors file. ${(cause as Error).message}`, { cause });
  }
}

function refusal(path: string, reason: string, options?: ErrorOptions): UsageError {
  return new UsageError(`Cannot load the checkpoint ${path}: ${reason}`, options);
}
