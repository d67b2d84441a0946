/** The logs that somebody looks at. @module */
import type { ClosedFolder } from "./closed_folder.ts";
import type { Curve } from "./curve.ts";
import { LogReader } from "./log_reader.ts";
import type { Columns } from "./log_scan.ts";
import type { LogName } from "./protocol.ts";
import type { WatchedRun } from "./watched_run.ts";

/** Bytes of curves that are kept in memory, 512 MiB: those looked at longest ago are read again when they are wanted. */
const mostBytes = 2 ** 29;

/** Keeps what was read of logs, for all who look at them. */
export class LogShelf {
  readonly #folder: ClosedFolder;
  readonly #most: number;
  /** The one looked at last comes last. */
  readonly #logs = new Map<string, LogReader>();

  /** @param most Bytes that are kept. */
  constructor(folder: ClosedFolder, most = mostBytes) {
    [this.#folder, this.#most] = [folder, most];
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return [...this.#logs.values()].reduce((sum, log) => sum + log.bytes, 0);
  }

  /** Curves of a log of a run, as far as it goes. */
  async read(run: WatchedRun, log: LogName, columns: readonly Columns[]): Promise<Curve[]> {
    const id = `${run.id.key} ${log}`;
    const reader = this.#logs.get(id) ?? new LogReader(this.#folder, run.log(log));
    this.#logs.delete(id);
    this.#logs.set(id, reader);
    const curves = await reader.read(columns);
    for (const [other] of this.#logs) {
      if (other === id || this.bytes <= this.#most) break;
      this.#logs.delete(other);
    }
    return curves;
  }
}
