/** A run's folder until the run has started. @module */
import { join } from "@std/path";
import type { RunConfig } from "../config/run_config.ts";
import { UsageError } from "../core/errors.ts";
import type { TrainEvent } from "../core/events.ts";
import type { State } from "../core/state.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import { disk, folderOf } from "../train/disk.ts";
import { cannotWrite, makeFolder } from "../train/write_whole.ts";
import { exists, formatVersion, type RunPaths } from "./run_folder.ts";

/**
 * Takes a folder for a run: a new or empty one, or what a run left that was killed before its start was finished, which is
 * when its first checkpoint is there. `config.json` is locked until then, so that of runs that start at once one gets the
 * folder; as the last of the run's callbacks the claim is told of the start.
 */
export class FolderClaim implements Callback {
  readonly #paths: RunPaths;
  readonly #isNew: boolean;
  /** Folders that were made for it. */
  #made: readonly string[] = [];
  #config: Deno.FsFile | undefined;

  /** @throws {UsageError} When the folder holds anything else, another run starts there, or it cannot be written. */
  constructor(paths: RunPaths) {
    this.#paths = paths;
    this.#isNew = !exists(paths.folder);
    try {
      this.#made = disk().makeFolder(paths.folder);
      this.#assertFree();
      this.#config = Deno.openSync(paths.config, { write: true, create: true });
      if (!this.#config.tryLockSync(true)) throw this.#refusal("another run starts there");
      this.#assertFree(); // That other run may have started meanwhile.
      this.#config.truncateSync();
      for (const { name } of Deno.readDirSync(paths.folder)) {
        const path = join(paths.folder, name);
        if (path !== paths.config) disk().remove(path, { recursive: true });
      }
    } catch (error) {
      this.close();
      if (error instanceof UsageError) throw error;
      throw this.#refusal(
        (error as Error).message.replace(/: \w+ '.*$/s, ""),
        "a new or empty folder that can be written",
      );
    }
  }

  /** Writes `config.json`. @throws {WriteError} When it cannot be written, with the path and the reason. */
  async writeConfig(config: RunConfig): Promise<void> {
    await makeFolder(this.#paths.checkpoints); // Without a checkpoint in it, it tells of a start that was not finished.
    const { config: path } = this.#paths;
    try {
      const file = disk().append(path, 0); // Not another file of this name: that would not be locked.
      try {
        file.write(new TextEncoder().encode(`${JSON.stringify({ formatVersion, ...config }, null, 2)}\n`));
        await file.sync();
      } finally {
        file.close();
      }
      for (const named of [path, ...this.#made]) await disk().syncFolder(folderOf(named));
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /** Takes the claim back before anything was written, and the folder if it was made for it. */
  takeBack(): void {
    try {
      disk().remove(this.#paths.config); // Locked as yet.
      if (this.#isNew) disk().remove(this.#paths.folder);
    } catch {
      // It is not empty.
    } finally {
      this.close();
    }
  }

  notify({ kind }: TrainEvent): void {
    if (kind === "start") this.close();
  }

  save(): State {
    return null;
  }

  /** Gives the lock free, as does the end of the process. */
  close(): void {
    this.#config?.close();
    this.#config = undefined;
  }

  #assertFree(): void {
    if (!isUnstarted(this.#paths)) throw this.#refusal("it is not empty");
  }

  #refusal(found: string, wanted = "a new or empty folder"): UsageError {
    return new UsageError(`Cannot write the run to ${this.#paths.folder}: ${found}, wanted ${wanted}`);
  }
}

/** Whether a folder holds nothing but what a run leaves that is killed in its start. */
function isUnstarted({ folder, config, checkpoints }: RunPaths): boolean {
  const paths = Array.from(Deno.readDirSync(folder), ({ name }) => join(folder, name));
  if (paths.some((path) => path !== config && path !== checkpoints)) return false;
  if (!paths.includes(checkpoints)) return !paths.includes(config) || Deno.statSync(config).size === 0;
  return Array.from(Deno.readDirSync(checkpoints)).every(({ name }) => name.endsWith(".tmp"));
}
