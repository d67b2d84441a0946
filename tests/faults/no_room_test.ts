import { assertEquals, assertStringIncludes } from "@std/assert";
import { disk } from "../../src/train/disk.ts";
import { makeFolder, writeAtomically } from "../../src/train/atomic_write.ts";
import { crashDevices, crashWork } from "./crash_faults.ts";
import type { Work } from "./crashes.ts";
import { tryNoRoom } from "./no_room.ts";

for (const name of ["table", "sweep of tables"]) {
  Deno.test(`a ${name} ends with one clear error where the disk is full, and goes on once there is room`, async () => {
    using devices = crashDevices();
    const { tried, failures } = await tryNoRoom(await crashWork(name, devices), { most: 3, seed: 3 });
    assertEquals(failures, []);
    assertEquals(tried, 3);
  });
}

/** Writes a file in a folder. */
const writing = (write: (path: string) => void | Promise<void>): Work => ({
  folder: "run",
  perform: async (parent) => {
    await makeFolder(`${parent}/run`);
    await write(`${parent}/run/a.txt`);
  },
});

Deno.test("tryNoRoom() finds an error that does not say what could not be written, and one that is not told", async () => {
  const { tried, survived } = await tryNoRoom(writing((path) => writeAtomically(path, "text")));
  assertEquals([tried, survived], [8, 8]); // A folder, a file, its bytes, its sync; each for good and for once.
  const plain = (path: string) => {
    const file = disk().append(path, 0);
    file.write(new TextEncoder().encode("text"));
    file.close();
  };
  const bare = await tryNoRoom(writing(plain));
  assertEquals(bare.failures.length, 4);
  assertStringIncludes(bare.failures[0]!, "wanted an error of the disk in a line");
  const silent = await tryNoRoom(writing((path) => {
    try {
      plain(path);
    } catch {
      // As if nothing were.
    }
  }));
  assertEquals(silent.failures.length, 4);
});
