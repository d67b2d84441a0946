/** Lines of a file on their way to curves. @module */
import { scanLines, type Wanted } from "./csv_scan.ts";
import type { Curve } from "./curve.ts";

const lineEnd = 10;

/** Bytes that are read at once. A longer line ends the reading. */
const chunkBytes = 2 ** 20;

/** Places at which a sample looks into a file, and bytes that it reads at each. */
const samples = 192;
const sampleBytes = 8192;

/** Bytes from which a sample is worth its while: it reads a third of them. */
export const sampledFrom = 3 * samples * sampleBytes;

/** Two columns of a file, by their names. */
export interface Columns {
  readonly x: string;
  readonly y: string;
}

/** A curve and the columns that it is of. */
export interface ReadCurve extends Columns {
  readonly curve: Curve;
}

/** A part of a file in bytes. It begins where a line does. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** What curves want of the lines of a file with this header. Those whose columns it does not have want nothing. */
export function wantedBy(curves: readonly ReadCurve[], header: readonly string[]): Wanted {
  const sinks = curves.map(({ x, y, curve }) => [header.indexOf(x), header.indexOf(y), curve] as const)
    .filter(([x, y]) => x >= 0 && y >= 0);
  const columns = [...new Set(sinks.flatMap(([x, y]) => [x, y]))].sort((a, b) => a - b);
  const places = sinks.map(([x, y, curve]) => [columns.indexOf(x), columns.indexOf(y), curve] as const);
  return {
    columns,
    take(fields) {
      for (const [x, y, curve] of places) curve.add(fields[x]!, fields[y]!);
    },
  };
}

/** Reads the whole lines of a part, and lets others go on meanwhile. Returns where they end. */
export async function scanPart(file: Deno.FsFile, { from, to }: Part, wanted: Wanted): Promise<number> {
  const bytes = new Uint8Array(Math.max(0, Math.min(chunkBytes, to - from)));
  await file.seek(from, Deno.SeekMode.Start);
  let [end, held] = [from, 0];
  while (end + held < to) {
    const read = await file.read(bytes.subarray(held, Math.min(bytes.length, to - end)));
    if (!read) break; // It ends; or one line fills all that is read at once, and is none of a log.
    held += read;
    const lines = bytes.subarray(0, held).lastIndexOf(lineEnd) + 1;
    scanLines(bytes, lines, wanted);
    bytes.copyWithin(0, lines, held);
    end += lines;
    held -= lines;
  }
  return end;
}

/** Reads some lines here and there in a part: in a fraction of the time, what the whole looks like. */
export function samplePart(file: Deno.FsFile, { from, to }: Part, wanted: Wanted): void {
  const bytes = new Uint8Array(sampleBytes);
  for (let i = 0; i < samples; i++) {
    file.seekSync(from + Math.floor((to - from - sampleBytes) * i / (samples - 1)), Deno.SeekMode.Start);
    const read = file.readSync(bytes) ?? 0;
    const first = i === 0 ? 0 : bytes.subarray(0, read).indexOf(lineEnd) + 1; // It may fall into a line.
    const end = bytes.subarray(0, read).lastIndexOf(lineEnd) + 1;
    if (first < end) scanLines(bytes.subarray(first), end - first, wanted);
  }
}
