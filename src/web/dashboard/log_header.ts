/** The first and the last line of a CSV file, without what is between. @module */
import { parseCsv } from "../../format/csv.ts";
import type { ClosedFolder, Place } from "./closed_folder.ts";

/** Bytes that a header may have, and those at the end of a file among which its last line is looked for. */
const mostBytes = 2 ** 14;

const lineEnd = 10;

/** The first line. */
export interface LogHeader {
  readonly names: readonly string[];
  /** With the end of the line. */
  readonly bytes: number;
}

/** The header of a file; undefined where it is not whole, or is none. */
export async function readHeader(file: Deno.FsFile): Promise<LogHeader | undefined> {
  const bytes = await readAt(file, 0);
  const end = bytes.indexOf(lineEnd) + 1;
  if (end === 0) return undefined;
  try {
    return { names: parseCsv(textOf(bytes.subarray(0, end))).header, bytes: end };
  } catch {
    return undefined;
  }
}

/** The last whole line of numbers of a file by its columns, and the names of these; undefined where there is none. */
export async function readLastRow(
  folder: ClosedFolder,
  place: Place,
): Promise<{ readonly names: readonly string[]; readonly row: ReadonlyMap<string, number> } | undefined> {
  using file = await folder.open(place);
  const header = file && await readHeader(file);
  if (!header) return undefined;
  const { names } = header;
  const { size } = await file.stat();
  const from = Math.max(header.bytes, size - mostBytes);
  const text = textOf(await readAt(file, from));
  const line = text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1)!;
  const fields = line.split(",");
  if (fields.length !== names.length) return { names, row: new Map() };
  const numbers = names.map((name, i) => [name, fields[i] === "" ? NaN : Number(fields[i])] as const);
  return { names, row: new Map(numbers.filter(([, value]) => Number.isFinite(value))) };
}

async function readAt(file: Deno.FsFile, offset: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(mostBytes);
  await file.seek(offset, Deno.SeekMode.Start);
  let held = 0;
  for (let read; held < bytes.length && (read = await file.read(bytes.subarray(held))) !== null;) {
    held += read;
  }
  return bytes.subarray(0, held);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
