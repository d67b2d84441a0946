import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { UsageError, WriteError } from "../../src/core/errors.ts";
import { GrowingFile } from "../../src/train/callbacks/growing_file.ts";
import { disk, folderOf, replaceDisk } from "../../src/train/disk.ts";
import { makeFolder, removeTemporaries, writeAtomically } from "../../src/train/atomic_write.ts";
import { listingDisk, withFolder } from "./fakes.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (path: string) => Deno.readTextFileSync(path);

Deno.test("writeAtomically() syncs the file before its name, and the folder after", async () => {
  await withFolder(async (folder) => {
    const done: string[] = [];
    using _ = replaceDisk(listingDisk(done));
    await writeAtomically(`${folder}/a`, [bytes("one "), bytes("two")]);
    assertEquals(textOf(`${folder}/a`), "one two");
    const parent = folder.split("/").at(-1)!;
    assertEquals(done, [
      "create a.tmp",
      "write a.tmp",
      "write a.tmp",
      "sync a.tmp",
      "rename a.tmp a",
      `syncFolder ${parent}`,
    ]);
  });
});

Deno.test("writeAtomically() removes its temporary file wherever it fails", async () => {
  await withFolder(async (folder) => {
    for (const step of ["create", "write", "sync ", "rename", "syncFolder"]) {
      const fail = (operation: string) => {
        if (operation.startsWith(step)) throw new Error("No space left on device (os error 28)");
      };
      using _ = replaceDisk(listingDisk([], { fail }));
      const path = `${folder}/a`;
      await assertRejects(
        () => writeAtomically(path, "x"),
        WriteError,
        `Cannot write ${path}: No space left on device (os error 28)`,
      );
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
      assertEquals(names, step === "syncFolder" ? ["a"] : []);
    }
  });
});

Deno.test("makeFolder() syncs the folder of each one that it makes, and none of those that were there", async () => {
  await withFolder(async (folder) => {
    const done: string[] = [];
    using _ = replaceDisk(listingDisk(done));
    await makeFolder(`${folder}/a/b/c`);
    assertStrictEquals(Deno.statSync(`${folder}/a/b/c`).isDirectory, true);
    assertEquals(done, [
      "makeFolder c",
      `syncFolder ${folder.split("/").at(-1)}`,
      "syncFolder a",
      "syncFolder b",
    ]);
    done.length = 0;
    await makeFolder(`${folder}/a/b/c`);
    assertEquals(done, ["makeFolder c"]);
  });
});

Deno.test("replaceDisk() is undone when it is disposed of", () => {
  const real = disk();
  const other = listingDisk([]);
  {
    using _ = replaceDisk(other);
    assertStrictEquals(disk(), other);
  }
  assertStrictEquals(disk(), real);
});

Deno.test("removeTemporaries() removes what writeAtomically() leaves in a folder and beneath, and nothing else", async () => {
  await withFolder((folder) => {
    Deno.mkdirSync(`${folder}/a/b.tmp`, { recursive: true });
    for (const path of ["x.12345678.tmp", "x", "a/y.12345678.tmp", "a/b.tmp/z.tmp", "a/b.tmp/z"]) {
      Deno.writeTextFileSync(`${folder}/${path}`, "");
    }
    removeTemporaries(folder);
    const left = (path: string): string[] =>
      [...Deno.readDirSync(path)].flatMap(({ name, isDirectory }) =>
        isDirectory ? left(`${path}/${name}`) : [`${path}/${name}`.slice(folder.length + 1)]
      );
    assertEquals(left(folder).toSorted(), ["a/b.tmp/z", "x"]);
    return Promise.resolve();
  });
});

Deno.test("folderOf() of a path", () => {
  const folders = ["a/b/c", "/a", "a", "a/", "/a/b/", "./a"].map(folderOf);
  assertEquals(folders, ["a/b", "/", ".", ".", "/a", "."]);
});

Deno.test("GrowingFile goes on behind a length, tells it when it syncs, and syncs its name once", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/log`;
    const done: string[] = [];
    using _ = replaceDisk(listingDisk(done));
    const first = new GrowingFile(path, 0);
    first.write(bytes("one\n"));
    assertStrictEquals(await first.sync(), 4);
    first.write(bytes("two\n"));
    assertStrictEquals(await first.sync(), 8);
    first.write(bytes("three\n"));
    first.close();
    const name = folder.split("/").at(-1);
    assertEquals(done.filter((each) => each.startsWith("sync")), [
      "sync log",
      `syncFolder ${name}`,
      "sync log",
    ]);
    const second = new GrowingFile(path, 8);
    second.write(bytes("3\n"));
    assertStrictEquals(await second.sync(), 10);
    second.close();
    assertStrictEquals(textOf(path), "one\ntwo\n3\n");
    const third = new GrowingFile(path); // Behind all of it.
    third.write(bytes("4\n"));
    third.close();
    assertStrictEquals(textOf(path), "one\ntwo\n3\n4\n");
  });
});

Deno.test("GrowingFile refuses a file that is missing or shorter than it is to be, and leaves it as it was", async () => {
  await withFolder((folder) => {
    const path = `${folder}/log`;
    const wanted = "wanted the 5 bytes that it held when the run was saved";
    const open = (length: number) => () => new GrowingFile(path, length);
    assertThrows(open(5), UsageError, `Cannot go on with ${path}: there is no such file, ${wanted}`);
    Deno.writeTextFileSync(path, "four");
    assertThrows(open(5), UsageError, `Cannot go on with ${path}: it holds 4 bytes, ${wanted}`);
    assertStrictEquals(textOf(path), "four");
    open(4)().close();
    return Promise.resolve();
  });
});
