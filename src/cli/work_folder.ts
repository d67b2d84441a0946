/** Where a worker keeps the runs that it trains. @module */
import { join } from "@std/path";
import { FolderLock } from "../runs/folder_lock.ts";
import { makeFolder } from "../train/atomic_write.ts";

/** How the names of such folders begin: of a machine, as many may share a disk. */
function prefix(): string {
  return `qernel-worker-${Deno.hostname()}-`;
}

/** A folder that a worker has for itself while it goes on. */
export class WorkFolder implements Disposable {
  readonly path: string;
  readonly #lock: FolderLock;

  private constructor(path: string, lock: FolderLock) {
    this.path = path;
    this.#lock = lock;
  }

  /** Makes one in a place where others may be, and removes what killed workers of this machine left there. */
  static async make(place: string): Promise<WorkFolder> {
    const path = join(place, `${prefix()}${Deno.pid}`);
    const lock = await take(path);
    for (const { name } of [...Deno.readDirSync(place)]) {
      if (name.startsWith(prefix()) && join(place, name) !== path) removeIfLeft(join(place, name));
    }
    return new WorkFolder(path, lock);
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    this.#lock.removeFolder();
  }
}

/** Times that a folder is made: one that starts at the same moment may take it for left while nobody has locked it. */
const tries = 20;

/** Makes a folder and locks it. */
async function take(path: string): Promise<FolderLock> {
  for (let left = tries;; left--) {
    await makeFolder(path);
    try {
      return new FolderLock(path);
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** Removes the folder of a worker that is no more. */
function removeIfLeft(path: string): void {
  using lock = FolderLock.ofKilled(path);
  try {
    lock?.removeFolder();
  } catch {
    // It is not ours to remove, or somebody who has its name takes it.
  }
}

/** Where this system keeps what is soon removed. */
export function temporaryFolder(): string {
  if (Deno.build.os === "windows") return Deno.env.get("TEMP") ?? ".";
  return Deno.env.get("TMPDIR") ?? "/tmp";
}
