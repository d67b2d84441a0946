/** A file of rows that grows. @module */
import { type CsvValue, encodeCsvRow } from "../../format/csv.ts";
import { cannotWrite } from "../write_whole.ts";

/** Fields by the names of their columns; absent ones are left empty, others are ignored. */
export type Row = Readonly<Record<string, CsvValue>>;

/** A CSV file that grows by whole lines. */
export class CsvFile {
  readonly #path: string;
  readonly #columns: readonly string[];
  readonly #file: Deno.FsFile;
  #lines = "";

  /**
   * Replaces the file by one with the names of its columns.
   *
   * @throws {TrainingError} When it cannot be written, with the path and the reason; `flush` too.
   */
  constructor(path: string, columns: readonly string[]) {
    this.#path = path;
    this.#columns = columns;
    try {
      this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
    } catch (error) {
      throw cannotWrite(path, error);
    }
    this.#lines = encodeCsvRow(columns) + "\n";
    this.flush();
  }

  /** Keeps a row for the next flush. */
  add(row: Row): void {
    this.#lines += encodeCsvRow(this.#columns.map((column) => row[column])) + "\n";
  }

  /** Writes the lines added since the last call, in one call where the system takes them so. */
  flush(): void {
    const bytes = new TextEncoder().encode(this.#lines);
    this.#lines = "";
    try {
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }

  /** Ends it; what was not flushed is lost. */
  close(): void {
    this.#file.close();
  }
}
