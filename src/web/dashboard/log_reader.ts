/** A CSV file that grows, read as it does. @module */
import type { ClosedFolder, Place } from "./closed_folder.ts";
import { Curve } from "./curve.ts";
import { readHeader } from "./log_header.ts";
import { type Columns, type ReadCurve, sampledFrom, samplePart, scanPart, wantedBy } from "./log_scan.ts";

/** Bytes before the place where reading goes on, by which a file that was cut and written anew is known. */
const markBytes = 64;

/** Milliseconds for which a file is taken to be as it was. */
const glance = 200;

/**
 * Curves of a CSV file of numbers. Each look reads what has come since the last one; of a file that was cut, replaced or
 * removed, there are new curves. A last line without an end waits for it. Of a long file the first look at a curve is a sample,
 * and the next one, of another curve, the whole: it shows at once, and then as it is.
 */
export class LogReader {
  readonly #folder: ClosedFolder;
  readonly #place: Place;
  #curves: ReadCurve[] = [];
  /** Samples of curves that have not been read. */
  #sampled: ReadCurve[] = [];
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
    return wanted.map((columns) => this.#find(columns) ?? find(this.#sampled, columns) ?? new Curve());
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
    const goesOn = id === this.#file && await markAt(file, this.#end) === this.#mark;
    if (!goesOn) this.#begin(id);
    if (this.#start === 0) await this.#readHeader(file);
    if (this.#start === 0) return;
    const fresh = wanted.filter((columns) => !this.#find(columns))
      .map(({ x, y }) => ({ x, y, curve: new Curve() }));
    const unseen = fresh.filter((columns) => !find(this.#sampled, columns));
    if (size >= sampledFrom && unseen.length > 0) {
      samplePart(file, { from: this.#start, to: size }, wantedBy(unseen, this.#header));
      this.#sampled.push(...unseen);
      return;
    }
    this.#sampled = this.#sampled.filter((columns) => !find(fresh, columns));
    if (fresh.length > 0) {
      await scanPart(file, { from: this.#start, to: this.#end }, wantedBy(fresh, this.#header));
    }
    this.#curves.push(...fresh);
    const end = await scanPart(file, { from: this.#end, to: size }, wantedBy(this.#curves, this.#header));
    if (end > this.#end) [this.#end, this.#mark] = [end, await markAt(file, end)];
  }

  #begin(file: string): void {
    [this.#file, this.#header, this.#start, this.#end, this.#mark] = [file, [], 0, 0, ""];
    [this.#curves, this.#sampled] = [[], []];
  }

  async #readHeader(file: Deno.FsFile): Promise<void> {
    const header = await readHeader(file);
    if (!header) return;
    this.#header = header.names;
    this.#start = this.#end = header.bytes;
    this.#mark = await markAt(file, this.#end);
  }

  #find(columns: Columns): Curve | undefined {
    return find(this.#curves, columns);
  }
}

function find(curves: readonly ReadCurve[], { x, y }: Columns): Curve | undefined {
  return curves.find((known) => known.x === x && known.y === y)?.curve;
}

/** The bytes before a place in a file. */
async function markAt(file: Deno.FsFile, end: number): Promise<string> {
  const bytes = new Uint8Array(Math.min(markBytes, end));
  await file.seek(end - bytes.length, Deno.SeekMode.Start);
  const read = await file.read(bytes) ?? 0;
  return bytes.subarray(0, read).toHex();
}
