/** What a run has of its folder while it goes on. @module */
import type { LoadedConfig } from "../config/load.ts";
import type { LatestState } from "../train/kept_states.ts";
import { removeWhole, writeWhole } from "../train/write_whole.ts";
import type { FolderLock } from "./folder_lock.ts";
import { encodeConfig, type RunPaths } from "./run_folder.ts";

/** The folder of a run, which nobody else works in until it is closed. */
export interface FolderHold {
  /** What the run goes on from; undefined where it begins. */
  readonly latest: LatestState | undefined;
  /** Writes `config.json`. @throws {WriteError} When it cannot be written, with the path and the reason. */
  writeConfig(loaded: LoadedConfig): Promise<void>;
  /** Gives the folder back as it was found, where nothing has been written to it yet. */
  takeBack(): void;
  /** Gives it free. */
  close(): void;
}

/** The folder of a run that goes on. */
export class FolderResumption implements FolderHold {
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
    const { summary, config } = this.#paths;
    // It is that of a smaller budget: with the new config the run would be taken for one that is done.
    await removeWhole(summary);
    await writeWhole(config, encodeConfig(loaded));
  }

  takeBack(): void {
    this.close();
  }

  close(): void {
    this.#lock.close();
  }
}
