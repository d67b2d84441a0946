/** A disk that writes down everything that is done to it. @module */
import { type Disk, type DiskFile, folderOf } from "../../src/train/disk.ts";

/** Something that was done, in terms of files and folders themselves (by number), whatever their names became since. */
export type Operation =
  | {
    readonly kind: "link";
    readonly folder: number;
    readonly name: string;
    readonly node: number;
    readonly isFolder: boolean;
  }
  | { readonly kind: "unlink"; readonly folder: number; readonly name: string }
  | {
    readonly kind: "rename";
    readonly folder: number;
    readonly from: string;
    readonly to: string;
    readonly node: number;
  }
  | { readonly kind: "write"; readonly node: number; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "truncate"; readonly node: number; readonly length: number }
  /** Ended here; `covers` is the number of operations that had been done when it began. */
  | { readonly kind: "sync"; readonly node: number; readonly covers: number };

/** A file or a folder as it was when the recording began. */
export type Node = { readonly bytes: Uint8Array } | { readonly entries: ReadonlyMap<string, number> };

/** What was done to a folder. */
export interface Recording {
  /** What there was, all of it durable, by number; 0 is the folder itself. */
  readonly nodes: readonly Node[];
  /** What was done, in order. */
  readonly operations: readonly Operation[];
}

/**
 * Does everything that another disk does, and records what lies under `root`, a folder that is there. Files that are made past
 * it, as locks are, are not recorded.
 */
export class RecordingDisk implements Disk, Recording {
  readonly nodes: Node[] = [];
  readonly operations: Operation[] = [];
  readonly #real: Disk;
  readonly #root: string;
  /** Numbers by paths, as they are now. */
  readonly #numbers = new Map<string, number>();
  #next = 0;

  constructor(real: Disk, root: string) {
    this.#real = real;
    this.#root = root;
    this.#take(root);
  }

  create(path: string): DiskFile {
    const file = this.#real.create(path);
    return this.#record(file, this.#link(path));
  }

  append(path: string, length?: number): DiskFile {
    const file = this.#real.append(path, length);
    const number = this.#numbers.get(path) ?? this.#link(path);
    if (length !== undefined) this.#push({ kind: "truncate", node: number, length });
    return this.#record(file, number);
  }

  rename(from: string, to: string): void {
    const [folder, target] = [folderOf(from), folderOf(to)];
    if (folder !== target) throw new Error(`Cannot record a renaming from ${folder} to ${target}`);
    this.#real.rename(from, to);
    const node = this.#numbers.get(from)!;
    this.#numbers.delete(from);
    this.#numbers.set(to, node);
    this.#push({
      kind: "rename",
      folder: this.#numbers.get(folder)!,
      from: nameOf(from),
      to: nameOf(to),
      node,
    });
  }

  remove(path: string, options?: { readonly recursive?: boolean }): void {
    this.#real.remove(path, options);
    const beneath = [...this.#numbers.keys()].filter((other) => other.startsWith(`${path}/`));
    for (const gone of [...beneath.toSorted().toReversed(), path]) this.#unlink(gone);
  }

  makeFolder(path: string): string[] {
    const made = this.#real.makeFolder(path);
    for (const each of made) this.#link(each, true);
    return made;
  }

  async syncFolder(path: string): Promise<void> {
    const covers = this.operations.length;
    await this.#real.syncFolder(path);
    const node = this.#numbers.get(path);
    if (node !== undefined) this.#push({ kind: "sync", node, covers });
  }

  #record(file: DiskFile, node: number): DiskFile {
    const { operations } = this;
    const push = (operation: Operation) => this.#push(operation);
    return {
      get length() {
        return file.length;
      },
      write(bytes) {
        const at = file.length;
        file.write(bytes);
        push({ kind: "write", node, at, bytes: bytes.slice() });
      },
      async sync() {
        const covers = operations.length;
        await file.sync();
        push({ kind: "sync", node, covers });
      },
      close: () => file.close(),
    };
  }

  /** What is there before anything is done. */
  #take(path: string): number {
    const number = this.#next++;
    this.#numbers.set(path, number);
    if (Deno.lstatSync(path).isFile) {
      this.nodes[number] = { bytes: Deno.readFileSync(path) };
      return number;
    }
    const entries = new Map<string, number>();
    this.nodes[number] = { entries };
    for (const { name } of Deno.readDirSync(path)) entries.set(name, this.#take(`${path}/${name}`));
    return number;
  }

  #link(path: string, isFolder = false): number {
    const node = this.#next++;
    this.#numbers.set(path, node);
    this.#push({
      kind: "link",
      folder: this.#numbers.get(folderOf(path))!,
      name: nameOf(path),
      node,
      isFolder,
    });
    return node;
  }

  #unlink(path: string): void {
    if (!this.#numbers.delete(path)) return;
    this.#push({ kind: "unlink", folder: this.#numbers.get(folderOf(path))!, name: nameOf(path) });
  }

  #push(operation: Operation): void {
    this.operations.push(operation);
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
