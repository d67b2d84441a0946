import { assert, assertEquals, assertThrows } from "@std/assert";
import { disk, replaceDisk } from "../../src/train/disk.ts";
import { makeFolder, writeAtomically } from "../../src/train/atomic_write.ts";
import { withFolder } from "../train/fakes.ts";
import { crash, type Fate } from "./crash.ts";
import { type Recording, RecordingDisk } from "./recording_disk.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** The files of a folder with what they hold, folders with a slash. */
function contents(folder: string, prefix = ""): Record<string, string> {
  return Object.fromEntries(
    [...Deno.readDirSync(folder)].toSorted((a, b) => a.name < b.name ? -1 : 1).flatMap((
      { name, isDirectory },
    ) =>
      isDirectory
        ? [[`${prefix}${name}/`, ""], ...Object.entries(contents(`${folder}/${name}`, `${prefix}${name}/`))]
        : [[`${prefix}${name.replace(/\.\w{8}\.tmp$/, ".tmp")}`, Deno.readTextFileSync(`${folder}/${name}`)]]
    ),
  );
}

/** Records what is done to a folder that holds `before`. */
async function record(
  work: (folder: string) => Promise<void>,
  before: Record<string, string> = {},
): Promise<Recording> {
  let recording!: RecordingDisk;
  await withFolder(async (folder) => {
    for (const [name, text] of Object.entries(before)) Deno.writeTextFileSync(`${folder}/${name}`, text);
    recording = new RecordingDisk(disk(), folder);
    using _ = replaceDisk(recording);
    await work(folder);
  });
  return recording;
}

/** What is left after a crash, after all operations by default. */
async function after(recording: Recording, fate: Fate, count = recording.operations.length) {
  let left = {};
  await withFolder((folder) => {
    crash(recording, count, { fate, folder });
    left = contents(folder);
    return Promise.resolve();
  });
  return left;
}

const kinds = ({ operations }: Recording) => operations.map(({ kind }) => kind);

Deno.test("crash() leaves what is there when nothing is lost, after every operation", async () => {
  const stages: Record<string, string>[] = [];
  const recording = await record(async (folder) => {
    const stage = () => stages.push(contents(folder));
    disk().makeFolder(`${folder}/a/b`);
    const file = disk().create(`${folder}/a/b/x`);
    for (const text of ["one", "two"]) {
      file.write(bytes(text));
      stage();
    }
    file.close();
    disk().rename(`${folder}/a/b/x`, `${folder}/a/b/y`);
    stage();
    disk().append(`${folder}/a/b/y`, 4).close();
    stage();
    disk().remove(`${folder}/old`);
    stage();
    disk().remove(`${folder}/a`, { recursive: true });
    stage();
    await Promise.resolve();
  }, { old: "former" });
  assertEquals(kinds(recording), [
    ...["link", "link", "link", "write", "write", "rename", "truncate", "unlink"],
    ...["unlink", "unlink", "unlink"],
  ]);
  const left = await Promise.all([4, 5, 6, 7, 8, 11].map((count) => after(recording, "all", count)));
  assertEquals(left, stages);
  assertEquals(left[3], { "a/": "", "a/b/": "", "a/b/y": "onet", old: "former" });
  assertEquals(left[5], {});
});

Deno.test("crash() leaves the former file or the new one of writeAtomically(), whatever is lost, and the new one at last", async () => {
  const recording = await record((folder) => writeAtomically(`${folder}/a`, "new"), { a: "former" });
  assertEquals(kinds(recording), ["link", "write", "sync", "rename", "sync"]);
  const left = new Set<string>();
  for (let count = 0; count <= 5; count++) {
    for (const fate of ["all", "none", ...Array(40).keys()] as const) {
      const files: Record<string, string> = await after(recording, fate, count);
      left.add(`${count} ${files["a"]}`);
      assert(["", "n", "ne", "new", undefined].includes(files["a.tmp"]));
    }
  }
  assertEquals([...left].toSorted(), [
    "0 former",
    "1 former",
    "2 former",
    "3 former",
    "4 former",
    "4 new",
    "5 new",
  ]);
});

Deno.test("crash() shows what is wrong with renaming a file that is not synced", async () => {
  const recording = await record(async (folder) => {
    const file = disk().create(`${folder}/a.tmp`);
    file.write(bytes("newer"));
    file.close();
    disk().rename(`${folder}/a.tmp`, `${folder}/a`);
    await disk().syncFolder(folder);
  }, { a: "former" });
  assertEquals(await after(recording, "all"), { a: "newer" });
  assertEquals(await after(recording, "none"), { a: "" });
  const left = new Set<string>();
  for (let seed = 0; seed < 20; seed++) left.add(JSON.stringify(await after(recording, seed)));
  assertEquals([...left].toSorted(), ['{"a":""}', '{"a":"new"}', '{"a":"newer"}']);
});

Deno.test("crash() loses a synced file whose name or whose folder's name is not", async () => {
  const write = async (path: string) => {
    const file = disk().create(path);
    file.write(bytes("x"));
    await file.sync();
    file.close();
  };
  const recording = await record(async (folder) => {
    await write(`${folder}/nameless`);
    disk().makeFolder(`${folder}/lost`);
    await write(`${folder}/lost/a`);
    await disk().syncFolder(`${folder}/lost`);
  });
  assertEquals(await after(recording, "none"), {});
  const safe = await record(async (folder) => {
    await makeFolder(`${folder}/a/b`);
    await writeAtomically(`${folder}/a/b/c`, "x");
  });
  assertEquals(await after(safe, "none"), { "a/": "", "a/b/": "", "a/b/c": "x" });
});

Deno.test("crash() keeps of a log what was synced; of the rest anything, torn and out of order", async () => {
  const recording = await record(async (folder) => {
    const log = disk().append(`${folder}/log`, 4);
    await disk().syncFolder(folder);
    log.write(bytes("ab"));
    await log.sync();
    log.write(bytes("cd"));
    log.write(bytes("ef"));
    log.close();
  }, { log: "0123former" });
  assertEquals(await after(recording, "all"), { log: "0123abcdef" });
  assertEquals(await after(recording, "none"), { log: "0123ab" });
  const left = new Set<string>();
  for (let seed = 0; seed < 100; seed++) {
    const { log }: Record<string, string> = await after(recording, seed);
    left.add(log!.slice(6).replaceAll("\0", "-"));
    assertEquals(log!.slice(0, 6), "0123ab");
  }
  assertEquals([...left].toSorted(), ["", "--e", "--ef", "c", "c-e", "c-ef", "cd", "cde", "cdef"]);
});

Deno.test("crash() takes a sync for what was done before it began", async () => {
  const recording = await record(async (folder) => {
    const file = disk().append(`${folder}/log`);
    file.write(bytes("a"));
    const syncing = file.sync();
    file.write(bytes("b"));
    await syncing;
    file.close();
  }, { log: "" });
  assertEquals(kinds(recording), ["write", "write", "sync"]);
  assertEquals(await after(recording, "none"), { log: "a" });
  assertEquals(await after(recording, "none", 2), { log: "" });
});

Deno.test("RecordingDisk refuses to record a renaming into another folder", async () => {
  await withFolder((folder) => {
    Deno.mkdirSync(`${folder}/a`);
    const recording = new RecordingDisk(disk(), folder);
    assertThrows(() => recording.rename(`${folder}/b`, `${folder}/a/b`), Error, "Cannot record a renaming");
    return Promise.resolve();
  });
});
