/** The folder of a run while it goes on: new, or gone on with. Nobody else works there. @module */
import { join } from "@std/path";
import type { LoadedConfig } from "../config/load.ts";
import { UsageError } from "../core/errors.ts";
import { disk, folderOf } from "../train/disk.ts";
import type { LatestState } from "../train/latest_state.ts";
import {
  cannotWrite,
  makeFolder,
  removeDurably,
  temporaryEnd,
  tryToRemove,
  writeAtomically,
} from "../train/atomic_write.ts";
import { folderError, FolderLock, lockFile, namesIn } from "../runs/folder_lock.ts";
import { resumeAdvice } from "./resume_advice.ts";
import { encodeConfig, exists, type RunPaths } from "../runs/run_folder.ts";
import { failurePath } from "../runs/summary.ts";

/** The folder of a run, which nobody else works in until it is closed. */
export interface HeldFolder {
  /** What the run goes on from; undefined where it begins. */
  readonly latest: LatestState | undefined;
  /** Writes `config.json`. @throws {WriteError} When it cannot be written, with the path and the reason. */
  writeConfig(loaded: LoadedConfig): Promise<void>;
  /** Gives the folder back as it was found, where nothing has been written to it yet. */
  takeBack(): void;
  /** Gives it free. */
  close(): void;
}

/**
 * Takes a folder for a run: a new or empty one, or what a run left that was killed before its start was finished, which is
 * when its first checkpoint is there. Nobody else works there until it is closed.
 */
export class NewFolder implements HeldFolder {
  readonly latest = undefined;
  readonly #paths: RunPaths;
  /** Folders that were made for it. */
  readonly #made: readonly string[];
  readonly #lock: FolderLock;

  /**
   * @throws {UsageError} When the folder holds anything else, another process works there, or it cannot be written.
   * @throws {WriteError} When the disk is full or fails.
   */
  constructor(paths: RunPaths) {
    this.#paths = paths;
    const { folder } = paths;
    let lock: FolderLock | undefined;
    try {
      this.#made = disk().makeFolder(folder);
      if (!exists(join(folder, lockFile))) assertUnstarted(paths); // Then it is left as it is.
      lock = new FolderLock(folder);
      assertUnstarted(paths);
      for (const name of namesIn(folder)) {
        if (name !== lockFile) disk().remove(join(folder, name), { recursive: true });
      }
    } catch (error) {
      lock?.close();
      throw folderError(folder, error);
    }
    this.#lock = lock;
  }

  /** Writes `config.json`. @throws {WriteError} When it cannot be written, with the path and the reason. */
  async writeConfig(loaded: LoadedConfig): Promise<void> {
    const { folder, checkpoints, config: path } = this.#paths;
    try {
      for (const made of this.#made) await disk().syncFolder(folderOf(made));
    } catch (error) {
      throw cannotWrite(folder, error);
    }
    await makeFolder(checkpoints); // Without a checkpoint in it, it tells of a start that was not finished.
    await writeAtomically(path, encodeConfig(loaded));
  }

  /** Gives it back before anything was written, and removes it if it was made for the run. */
  takeBack(): void {
    this.close();
    if (this.#made.length > 0) tryToRemove(this.#paths.folder); // Where it is empty.
  }

  /** Gives the folder free, as does the end of the process. */
  close(): void {
    this.#lock.close();
  }
}

/** @throws {UsageError} When a folder holds anything but what a run leaves that is killed in its start. */
function assertUnstarted({ folder, config, checkpoints }: RunPaths): void {
  const isTemporary = (path: string) => path.endsWith(temporaryEnd);
  const isConfig = (path: string) => path === config || path.startsWith(`${config}.`) && isTemporary(path);
  const paths = namesIn(folder).filter((name) => name !== lockFile).map((name) => join(folder, name));
  const written = paths.includes(checkpoints) ? namesIn(checkpoints) : paths;
  const isOwn = paths.every((path) => path === checkpoints || path === failurePath(folder) || isConfig(path));
  if (isOwn && written.every(isTemporary)) return;
  const isRun = paths.includes(config) && paths.includes(checkpoints) && !written.every(isTemporary);
  const advice = isRun ? `. There is a run in it: ${resumeAdvice(folder)}` : "";
  throw new UsageError(
    `Cannot write the run to ${folder}: it is not empty, wanted a new or empty folder${advice}`,
  );
}

/** The folder of a run that goes on. */
export class ResumedFolder implements HeldFolder {
  readonly latest: LatestState;
  readonly #paths: RunPaths;
  readonly #lock: Pick<FolderLock, "close">;

  /** Takes over the lock. */
  constructor(paths: RunPaths, lock: Pick<FolderLock, "close">, latest: LatestState) {
    this.latest = latest;
    this.#paths = paths;
    this.#lock = lock;
  }

  async writeConfig(loaded: LoadedConfig): Promise<void> {
    const { folder, summary, config } = this.#paths;
    // It is that of a smaller budget: with the new config the run would be taken for one that is done.
    await removeDurably(summary);
    await removeDurably(failurePath(folder));
    await writeAtomically(config, encodeConfig(loaded));
  }

  takeBack(): void {
    this.close();
  }

  close(): void {
    this.#lock.close();
  }
}
