/** What a disk may hold after a crash. @module */
import { Random } from "../../src/core/random.ts";
import type { Operation, Recording } from "./recording_disk.ts";

/**
 * What becomes of what was not synced when the machine crashes: all is kept, as when the process alone is killed; none; or each
 * operation by itself is kept, lost or, a write, torn in the middle, as the seed has it.
 */
export type Fate = "all" | "none" | number;

/** A file's bytes, or what is in a folder. */
type Held = { bytes: Uint8Array } | { entries: Map<string, number> };

/**
 * Builds in `folder`, which is there and empty, what a crash may leave after the first `count` operations. What was synced
 * is kept: the bytes of a file that were there when its sync began, if that ended; the names in a folder likewise. Whatever
 * stands in a folder whose own name is lost is lost with it.
 */
export function crash({ nodes, operations }: Recording, count: number, { fate, folder }: {
  readonly fate: Fate;
  readonly folder: string;
}): void {
  const held = new Map<number, Held>();
  for (const [i, node] of nodes.entries()) {
    held.set(i, "bytes" in node ? { bytes: node.bytes } : { entries: new Map(node.entries) });
  }
  const done = operations.slice(0, count);
  const synced = new Map<number, number>();
  for (const operation of done) {
    if (operation.kind === "sync") {
      synced.set(operation.node, Math.max(operation.covers, synced.get(operation.node) ?? 0));
    }
  }
  const random = new Random(typeof fate === "number" ? fate : 0);
  for (const [i, operation] of done.entries()) {
    if (operation.kind === "link" && operation.isFolder) held.set(operation.node, { entries: new Map() });
    const isDurable = i < (synced.get("folder" in operation ? operation.folder : operation.node) ?? 0);
    const share = isDurable || fate === "all" ? 1 : fate === "none" ? 0 : random.below(3) / 2;
    apply(operation, share, held);
  }
  write(0, folder, held);
}

/** Does an operation anew; of a write only its first `share`, of anything else all unless that is 0. */
function apply(operation: Operation, share: number, held: Map<number, Held>): void {
  if (share === 0) return;
  switch (operation.kind) {
    case "write": {
      const { node, at, bytes } = operation;
      const end = at + Math.ceil(bytes.length * share);
      const file = bytesOf(node, held);
      const grown = new Uint8Array(Math.max(file.length, end)); // What was lost before it reads as zeros.
      grown.set(file);
      grown.set(bytes.subarray(0, end - at), at);
      held.set(node, { bytes: grown });
      return;
    }
    case "truncate": {
      const { node, length } = operation;
      const file = bytesOf(node, held);
      const cut = new Uint8Array(length);
      cut.set(file.subarray(0, length));
      held.set(node, { bytes: cut });
      return;
    }
    case "link":
      entriesOf(operation.folder, held).set(operation.name, operation.node);
      return;
    case "unlink":
      entriesOf(operation.folder, held).delete(operation.name);
      return;
    case "rename":
      entriesOf(operation.folder, held).delete(operation.from);
      entriesOf(operation.folder, held).set(operation.to, operation.node);
  }
}

/** A file of which nothing is known is an empty one. */
function bytesOf(node: number, held: Map<number, Held>): Uint8Array {
  const found = held.get(node);
  return found && "bytes" in found ? found.bytes : new Uint8Array();
}

function entriesOf(node: number, held: Map<number, Held>): Map<string, number> {
  return (held.get(node) as { entries: Map<string, number> }).entries;
}

function write(node: number, path: string, held: Map<number, Held>): void {
  for (const [name, inner] of entriesOf(node, held)) {
    const found = held.get(inner);
    if (found && "entries" in found) {
      Deno.mkdirSync(`${path}/${name}`);
      write(inner, `${path}/${name}`, held);
    } else {
      Deno.writeFileSync(`${path}/${name}`, found?.bytes ?? new Uint8Array());
    }
  }
}
