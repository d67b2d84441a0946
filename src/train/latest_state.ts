/** Reading a run's states from their folder. @module */
import { UsageError } from "../core/errors.ts";
import { type State, StateRows } from "../core/state.ts";
import { crc32c } from "../format/crc32c.ts";
import { parseJson } from "../format/json_text.ts";
import { openUntrustedFile, readUntrustedText } from "../format/untrusted_file.ts";
import { unpackState } from "../format/packed_state.ts";
import { decodeSafetensors, type Safetensors } from "../format/safetensors.ts";
import { decodeManifest, type FileEntry, type KeptRows, type KeptState, ownFiles } from "./state_manifest.ts";

/** Bytes of the largest manifest, and of the largest file of arrays. */
const most = { manifest: 2 ** 26, arrays: 2 ** 31 - 1 } as const;

/** The latest state of a run that is whole. */
export interface LatestState {
  /** What a run goes on from. */
  readonly state: State;
  /** All states up to this one, it last: what a `StateFolder` goes on from. */
  readonly kept: readonly KeptState[];
}

/**
 * The latest whole state in a folder, every file of it looked through; undefined where there is none. Replay memory is read
 * again when it is asked for.
 *
 * @param note Takes sentences about states that are passed over, as they are not whole.
 * @throws {UsageError} When the folder cannot be read.
 */
export async function latestState(
  folder: string,
  note: (sentence: string) => void = () => {},
): Promise<LatestState | undefined> {
  const numbers = (await namesIn(folder)).flatMap((name) =>
    name.endsWith(".json") ? [Number.parseInt(name)] : []
  );
  let latest: Pick<LatestState, "state"> | undefined;
  const kept: KeptState[] = [];
  for (const number of numbers.sort((a, b) => b - a)) {
    try {
      const manifest = await readManifest(folder, number);
      latest ??= { state: await readState(folder, manifest) };
      kept.unshift(manifest);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (!latest) note(`state ${number} is not whole: ${error.message}`);
    }
  }
  return latest && { ...latest, kept };
}

/** The environment step at which a state was kept. */
export function stepOf({ kept }: LatestState): number {
  return kept.at(-1)!.progress.step;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await ownFiles(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw new UsageError(`Cannot read the states in ${folder}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function readManifest(folder: string, number: number): Promise<KeptState> {
  const text = await readUntrustedText(`${folder}/${number}.json`, { most: most.manifest });
  const manifest = decodeManifest(parseJson(text, "its manifest", { strict: true }));
  if (manifest.number === number) return manifest;
  throw new UsageError(`its manifest is that of state ${manifest.number}`);
}

async function readState(folder: string, { arrays, rows, files, values }: KeptState): Promise<State> {
  const read = async (name: string, bytes: number) => await readTensors(folder, { name, files, most: bytes });
  const { tensors } = await read(arrays, most.arrays);
  const rings = new Map<string, StateRows>();
  for (const [path, ring] of Object.entries(rows)) {
    for (const index of ring.files.keys()) await readBlock(ring, index, read);
    rings.set(path, rowsOf(ring, read));
  }
  return unpackState({ values, arrays: tensors, rows: rings });
}

type Read = (name: string, most: number) => Promise<Safetensors>;

/** The rows of one file of a ring. @throws {UsageError} When they are others. */
async function readBlock(
  { written, capacity, width, rowsOfFile, files }: KeptRows,
  index: number,
  read: Read,
): Promise<Float32Array<ArrayBuffer>> {
  const count = Math.min(rowsOfFile, Math.min(written, capacity) - index * rowsOfFile);
  const { tensors: { rows } } = await read(files[index]!, 4 * count * width + 2 ** 16);
  if (rows?.dtype === "F32" && rows.data.length === count * width) return rows.data;
  throw new UsageError(`${files[index]} does not hold ${count} rows of ${width} numbers`);
}

function rowsOf(ring: KeptRows, read: Read): StateRows {
  const { width, rowsOfFile } = ring;
  return new StateRows(ring, async (place, count) => {
    const rows = new Float32Array(count * width);
    for (let at = place; at < place + count;) {
      const index = Math.floor(at / rowsOfFile);
      const block = await readBlock(ring, index, read);
      const first = at - index * rowsOfFile;
      const taken = Math.min(rowsOfFile - first, place + count - at);
      rows.set(block.subarray(first * width, (first + taken) * width), (at - place) * width);
      at += taken;
    }
    return rows;
  });
}

async function readTensors(
  folder: string,
  { name, files, most }: {
    readonly name: string;
    readonly files: Readonly<Record<string, FileEntry>>;
    readonly most: number;
  },
): Promise<Safetensors> {
  const entry = Object.hasOwn(files, name) ? files[name] : undefined;
  if (!entry) throw new UsageError(`its manifest does not list ${name}`);
  using file = await openUntrustedFile(`${folder}/${name}`, { most: Math.min(entry.bytes, most) });
  const bytes = file.size === entry.bytes ? await file.read(file.size) : undefined;
  if (!bytes || crc32c(bytes) !== entry.checksum) throw new UsageError(`${name} is not as it was written`);
  return decodeSafetensors(bytes);
}
