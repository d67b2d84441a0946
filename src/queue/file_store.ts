/** Where files of runs lie that are not to lie in the database: what is common to all such stores. @module */
import { excerpt, TrainingError, UsageError } from "../core/errors.ts";

/** Whose files they are: a run, and the hand-out of its job. */
export interface FileOwner {
  /** The sweep's id. */
  readonly sweep: string;
  readonly run: string;
  /** No two that hold the job write to the same place, as each has a number of its own. */
  readonly token: number;
}

/** A store of files that all who use a queue reach. */
export interface FileStore {
  /** Makes sure that files can be written, read and removed. @throws {UsageError | TrainingError} In a sentence, when they cannot. */
  assertWritable(): Promise<void>;
  /** Makes sure that the store can be read from. @throws {UsageError} In a sentence, when it cannot. */
  assertReadable(): Promise<void>;
  /** Writes a file. @returns Its place in the store, for whoever reads it. @throws {TrainingError} When it cannot be written. */
  write(owner: FileOwner, path: string, bytes: Uint8Array): Promise<string>;
  /** Reads a file. @throws {UsageError} When it is not there. */
  read(place: string): Promise<Uint8Array>;
  /** Removes what a run has there of this hand-out and of former ones, but for some places. */
  prune(owner: FileOwner, kept: ReadonlySet<string>): Promise<void>;
}

/** A store takes nothing from this worker, or gives it nothing, which says nothing of the job at hand. */
export class StoreRefused extends TrainingError {}

/** The place of a file in every store. */
export function placeOf({ sweep, run, token }: FileOwner, path: string): string {
  return `${sweep}/${run}/${token}/${path}`;
}

/** Whether a place is a path of plain names, which leads nowhere else. */
export function isPlain(place: string): boolean {
  return place.split("/").every((part) => /^[\w%-][\w.%-]*$/.test(part));
}

/** A place as it is. @throws {UsageError} When it leads out of the store. */
export function plain(place: string): string {
  if (isPlain(place)) return place;
  throw new UsageError(
    `Cannot use the file "${excerpt(place)}": its path leads elsewhere, wanted one in its folder`,
  );
}
