/** What tells of a state in a folder: which files make it up, and how they are known to be whole. @module */
import { excerpt, UsageError } from "../core/errors.ts";
import { type Progress, readProgress } from "../core/events.ts";
import { StateReader } from "../core/state.ts";
import { crc32c } from "../format/crc32c.ts";
import type { Json } from "../format/packed_state.ts";

/** A file of a state. */
export interface FileEntry {
  /** Its length. */
  readonly bytes: number;
  /** CRC-32C of all of it. */
  readonly checksum: number;
}

/** Where the rows of a ring lie. */
export interface KeptRows {
  /** As in `StateRows`. */
  readonly written: number;
  /** As in `StateRows`. */
  readonly capacity: number;
  /** As in `StateRows`. */
  readonly width: number;
  /** Places of each file but the last. */
  readonly rowsOfFile: number;
  /** Names of the files, in the order of their places; each holds one tensor `rows` `[places, width]`. */
  readonly files: readonly string[];
}

/** A state that is kept. */
export interface KeptState {
  /** Of the latest state the greatest. */
  readonly number: number;
  /** How far the run had come. */
  readonly progress: Progress;
  /** Name of the file of all arrays. */
  readonly arrays: string;
  /** Rings of rows by their paths in the state. */
  readonly rows: Readonly<Record<string, KeptRows>>;
  /** Every file by its name; some are of earlier states. */
  readonly files: Readonly<Record<string, FileEntry>>;
  /** The state itself, without arrays and rows; see `packState`. */
  readonly values: Json;
}

/** What tells files of states from others, in their metadata and in manifests. */
export const stateFormat = { format: "qernel-state", formatVersion: "1" } as const;

/** Name of a state's file, or of a part of it. */
export function stateFileName(number: number, part?: string): string {
  return `${number}${part === undefined ? "" : `-${encodeURIComponent(part)}`}.safetensors`;
}

/** Names of the files in a folder of states that are those of a state, whole or not. */
export async function ownFiles(folder: string): Promise<string[]> {
  const names = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (/^\d{1,15}(\.json|(-[^/]+)?\.safetensors)(\.\w+\.tmp)?$/.test(name)) names.push(name);
  }
  return names;
}

/** The text of a manifest. */
export function encodeManifest({ number, progress, arrays, rows, files, values }: KeptState): string {
  const content = { ...stateFormat, number, progress, arrays, rows, files, values };
  return JSON.stringify({ ...content, checksum: checksumOf(content) });
}

/** Reads a manifest's content. @throws {UsageError} When it is none, was changed, or is of another version. */
export function decodeManifest(content: unknown): KeptState {
  const manifest = new StateReader(content as Json, "manifest");
  for (const [key, wanted] of Object.entries(stateFormat)) {
    const found = manifest.text(key);
    if (found !== wanted) throw new UsageError(`its ${key} is "${excerpt(found)}", wanted "${wanted}"`);
  }
  const { checksum, ...rest } = content as { readonly checksum?: unknown };
  if (checksum !== checksumOf(rest)) {
    throw new UsageError("its checksum is another: it was damaged or changed");
  }
  const files = manifest.child("files");
  const rows = manifest.child("rows");
  return {
    number: manifest.count("number"),
    progress: readProgress(manifest.child("progress")),
    arrays: manifest.text("arrays"),
    rows: Object.fromEntries(rows.keys.map((path) => [path, readRows(rows.child(path))])),
    files: Object.fromEntries(files.keys.map((name) => {
      if (!/^[\w.%-]+$/.test(name)) throw new UsageError(`its file "${excerpt(name)}" is none of its folder`);
      const file = files.child(name);
      return [name, { bytes: file.count("bytes"), checksum: file.count("checksum") }];
    })),
    values: manifest.value("values") as Json ?? null,
  };
}

function readRows(reader: StateReader): KeptRows {
  const [written, capacity, width, rowsOfFile] = ["written", "capacity", "width", "rowsOfFile"]
    .map((key) => reader.count(key)) as [number, number, number, number];
  const files = reader.list("files").filter((name) => typeof name === "string");
  const wanted = Math.ceil(Math.min(written, capacity) / rowsOfFile);
  if (capacity * width * rowsOfFile === 0 || files.length !== wanted) {
    throw new UsageError(`its rows lie in ${files.length} files, wanted ${wanted}`);
  }
  return { written, capacity, width, rowsOfFile, files };
}

/** Of everything else that is in a manifest, as text. */
function checksumOf(content: unknown): number {
  return crc32c(new TextEncoder().encode(JSON.stringify(content)));
}
