/** A CSV file that grows, read as it does. @module */
import type { ClosedFolder, Place } from "./closed_folder.ts";
import { scanLines } from "./csv_scan.ts";
import { Curve } from "./curve.ts";
import { readHeader } from "./log_header.ts";

const lineEnd = 10;

/** Bytes that are read at once. A longer line ends the reading. */
const chunkBytes = 2 ** 20;

/** Bytes before the place where reading goes on, by which a file that was cut and written anew is known. */
const markBytes = 64;

/** Milliseconds for which a file is taken to be as it was. */
const glance = 200;

/** Two columns of the file, by their names. */
export interface Columns {
  readonly x: string;
  readonly y: string;
}

interface ReadCurve extends Columns {
  readonly curve: Curve;
}

/** A part of the file in bytes. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * Curves of a CSV file of numbers. Each look reads what has come since the last one; of a file that was cut, replaced or
 * removed, there are new curves. A last line without an end waits for it.
 */
export class LogReader {
  readonly #folder: ClosedFolder;
  readonly #place: Place;
  #curves: ReadCurve[] = [];
  #header: readonly string[] = [];
  /** Where lines begin behind the header; 0 before it has been read. */
  #start = 0;
  /** Where reading goes on. */
  #end = 0;
  /** The bytes before it. */
  #mark = "";
  #file = "";
  /** What was known of the file at the latest look, and when that was. */
  #facts = "";
  #looked = -Infinity;
  #turn: Promise<unknown> = Promise.resolve();

  /** Reads nothing yet. */
  constructor(folder: ClosedFolder, place: Place) {
    this.#folder = folder;
    this.#place = place;
  }

  /** Bytes that its curves take. */
  get bytes(): number {
    return this.#curves.reduce((sum, { curve }) => sum + curve.bytes, 0);
  }

  /** The curves as far as the file goes now; empty where it has no such columns. */
  async read(wanted: readonly Columns[]): Promise<Curve[]> {
    const turn = this.#turn.then(() => this.#read(wanted));
    this.#turn = turn.catch(() => {}); // Each looks on its own.
    return await turn;
  }

  async #read(wanted: readonly Columns[]): Promise<Curve[]> {
    if (await this.#hasChanged() || wanted.some((columns) => !this.#find(columns))) {
      await this.#readOn(wanted);
    }
    return wanted.map((columns) => this.#find(columns) ?? new Curve());
  }

  /** Whether the file is no longer what it was; a moment after a look it is taken to be. */
  async #hasChanged(): Promise<boolean> {
    const now = performance.now();
    if (now - this.#looked < glance) return false;
    const facts = await this.#folder.look(this.#place);
    const id = facts ? `${facts.size} ${facts.changed}` : "";
    const hasChanged = id !== this.#facts;
    [this.#looked, this.#facts] = [now, id];
    return hasChanged;
  }

  async #readOn(wanted: readonly Columns[]): Promise<void> {
    using file = await this.#folder.open(this.#place);
    if (!file) return this.#begin("");
    const { size, dev, ino } = await file.stat();
    const id = `${dev}:${ino}`;
    const goesOn = id === this.#file && size >= this.#end && await markAt(file, this.#end) === this.#mark;
    if (!goesOn) this.#begin(id);
    if (this.#start === 0) await this.#readHeader(file);
    const fresh = wanted.filter((columns) => !this.#find(columns))
      .map(({ x, y }) => ({ x, y, curve: new Curve() }));
    await this.#scan(file, fresh, { from: this.#start, to: this.#end });
    this.#curves.push(...fresh);
    const end = await this.#scan(file, this.#curves, { from: this.#end, to: size });
    if (end > this.#end) [this.#end, this.#mark] = [end, await markAt(file, end)];
  }

  #begin(file: string): void {
    [this.#file, this.#start, this.#end, this.#mark, this.#curves, this.#header] = [file, 0, 0, "", [], []];
  }

  async #readHeader(file: Deno.FsFile): Promise<void> {
    const header = await readHeader(file);
    if (!header) return;
    this.#header = header.names;
    this.#start = this.#end = header.bytes;
    this.#mark = await markAt(file, this.#end);
  }

  #find({ x, y }: Columns): Curve | undefined {
    return this.#curves.find((known) => known.x === x && known.y === y)?.curve;
  }

  /** Adds the whole lines of a part of the file to curves. Returns where they end. */
  async #scan(file: Deno.FsFile, curves: readonly ReadCurve[], { from, to }: Part): Promise<number> {
    const sinks = curves.map(({ x, y, curve }) => ({
      x: this.#header.indexOf(x),
      y: this.#header.indexOf(y),
      curve,
    })).filter(({ x, y }) => x >= 0 && y >= 0);
    if (from >= to || this.#start === 0) return from;
    const columns = [...new Set(sinks.flatMap(({ x, y }) => [x, y]))].sort((a, b) => a - b);
    const places = sinks.map(({ x, y, curve }) => [columns.indexOf(x), columns.indexOf(y), curve] as const);
    const take = (fields: Float64Array) => {
      for (const [x, y, curve] of places) curve.add(fields[x]!, fields[y]!);
    };
    const bytes = new Uint8Array(Math.min(chunkBytes, to - from));
    await file.seek(from, Deno.SeekMode.Start);
    let [end, held] = [from, 0];
    while (end + held < to) {
      const read = await file.read(bytes.subarray(held, Math.min(bytes.length, to - end)));
      if (read === null || read === 0) break;
      held += read;
      const lines = bytes.subarray(0, held).lastIndexOf(lineEnd) + 1;
      scanLines(bytes, lines, { columns, take });
      bytes.copyWithin(0, lines, held);
      end += lines;
      held -= lines;
      if (held === bytes.length) break; // A line that is no line of a log.
    }
    return end;
  }
}

/** The bytes before a place in a file. */
async function markAt(file: Deno.FsFile, end: number): Promise<string> {
  const bytes = new Uint8Array(Math.min(markBytes, end));
  await file.seek(end - bytes.length, Deno.SeekMode.Start);
  const read = await file.read(bytes) ?? 0;
  return bytes.subarray(0, read).toHex();
}
