/** The files of a run's folder, as they travel. @module */
import { join } from "@std/path";
import { assertPlainPaths } from "../format/untrusted_file.ts";
import { plain } from "../queue/file_store.ts";
import { endFiles, type FolderChange, type RunFile } from "../queue/results.ts";
import { lockFile } from "../runs/folder_lock.ts";
import { makeFolder, temporaryEnd, writeAtomically } from "../train/atomic_write.ts";
import { folderOf } from "../train/disk.ts";

/** Bytes of a file that travels, 128 MiB; what is larger stays behind. */
const mostBytes = 128 * 2 ** 20;

/** Files under a run's folder, by their paths in it with `/`, in order; without what processes leave of themselves. */
export function filesOf(folder: string, prefix = ""): string[] {
  const entries = [...Deno.readDirSync(join(folder, prefix))].filter(({ name }) =>
    name !== lockFile && !name.endsWith(temporaryEnd)
  );
  return entries.flatMap(({ name, isDirectory, isFile }) =>
    isDirectory ? filesOf(folder, `${prefix}${name}/`) : isFile ? [`${prefix}${name}`] : []
  ).sort();
}

/** A file of a run; undefined where it is too large, or gone. */
export function readRunFile(folder: string, path: string): RunFile | undefined {
  try {
    const file = join(folder, path);
    return Deno.statSync(file).size > mostBytes ? undefined : { path, bytes: Deno.readFileSync(file) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Writes files of a run into its folder, what says that it is done last: a folder that says so is whole.
 *
 * @throws {UsageError} For a path that leads out of the folder.
 */
export async function writeRunFiles(
  folder: string,
  files: AsyncIterable<RunFile> | Iterable<RunFile>,
): Promise<void> {
  assertPlainPaths([folder]);
  const last: RunFile[] = [];
  for await (const file of files) {
    if (endFiles.includes(file.path)) last.push(file);
    else await write(folder, file);
  }
  for (const file of last) await write(folder, file);
}

async function write(folder: string, { path, bytes }: RunFile): Promise<void> {
  const target = join(folder, plain(path));
  await makeFolder(folderOf(target));
  await writeAtomically(target, bytes);
}

/** What of a run's folder has not been sent yet. */
export class FolderMirror {
  readonly #folder: string;
  readonly #id: string;
  /** Size and time of each file that was sent. */
  readonly #sent = new Map<string, string>();

  /** @param id The run's, as in `HeldRun`. */
  constructor(folder: string, id: string) {
    this.#folder = folder;
    this.#id = id;
  }

  /** Whether the folder holds a state that was not sent. */
  get hasNewState(): boolean {
    return this.#paths().some((path) => /^state\/\d+\.json$/.test(path) && !this.#sent.has(path));
  }

  /** What has changed since `confirm` of an earlier change was called; to be sent, all of it. */
  change(): FolderChange & { readonly confirm: () => void } {
    const marks = new Map<string, string>();
    const changed: RunFile[] = [];
    for (const path of this.#paths()) {
      const mark = markOf(join(this.#folder, path));
      if (mark === undefined) continue;
      if (mark !== this.#sent.get(path)) {
        const file = readRunFile(this.#folder, path);
        if (!file) continue;
        changed.push(file);
      }
      marks.set(path, mark);
    }
    const gone = [...this.#sent.keys()].filter((path) => !marks.has(path));
    const confirm = () => {
      this.#sent.clear();
      for (const [path, mark] of marks) this.#sent.set(path, mark);
    };
    return { id: this.#id, changed, gone, confirm };
  }

  #paths(): string[] {
    try {
      return filesOf(this.#folder);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }
}

function markOf(path: string): string | undefined {
  try {
    const { size, mtime } = Deno.statSync(path);
    return `${size} ${mtime?.getTime()}`;
  } catch {
    return undefined;
  }
}
