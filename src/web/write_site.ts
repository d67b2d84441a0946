/** A site on the disk, for any host. @module */
import { dirname, join } from "@std/path";
import { makeFolder, removeDurably, writeAtomically } from "../train/atomic_write.ts";
import { lastingName, type SiteFiles } from "./files.ts";

/** Writes a site into a folder, in which files of an earlier one of the same names but for that part are removed. */
export async function writeSite(folder: string, files: SiteFiles): Promise<void> {
  const stems = new Set([...files.keys()].map(stemOf));
  for (const [name, bytes] of files) {
    await makeFolder(dirname(join(folder, name)));
    await writeAtomically(join(folder, name), bytes);
  }
  for (const inner of new Set([...files.keys()].map(dirname))) {
    for await (const { name, isFile } of Deno.readDir(join(folder, inner))) {
      const path = inner === "." ? name : `${inner}/${name}`;
      const stem = stemOf(path);
      if (isFile && stem !== undefined && stems.has(stem) && !files.has(path)) {
        await removeDurably(join(folder, path));
      }
    }
  }
}

function stemOf(name: string): string | undefined {
  return lastingName.exec(name)?.[1];
}
