import { assertEquals, assertGreater } from "@std/assert";
import { disk } from "../../src/train/disk.ts";
import { makeFolder, removeTemporaries, writeAtomically } from "../../src/train/atomic_write.ts";
import { crashDevices, crashWork } from "./crash_faults.ts";
import { tryCrashes, type Work } from "./crashes.ts";

/** Those of `deno task test:faults` that take the least time. */
const sample = ["table", "learner on the device", "table that is trained further", "sweep of tables"];

for (const name of sample) {
  Deno.test(`a ${name} goes on after a crash as if nothing had been, wherever that comes`, async () => {
    using devices = crashDevices();
    const { crashes, failures } = await tryCrashes(await crashWork(name, devices), {
      most: 2,
      seed: 5,
      twice: true,
    });
    assertEquals(failures, []);
    assertEquals(crashes, 2);
  });
}

/** Writes a file, whole or with what is told. */
const writing = (write: (path: string) => void | Promise<void>): Work => ({
  folder: "run",
  perform: async (parent) => {
    await makeFolder(`${parent}/run`);
    removeTemporaries(parent);
    const path = `${parent}/run/a.json`;
    const found = await Deno.readTextFile(path).catch(() => "{}");
    JSON.parse(found);
    if (found === "{}") await write(path);
  },
});

Deno.test("tryCrashes() finds what is wrong with a file that is not written whole, and nothing where it is", async () => {
  const text = '{ "a": 1 }';
  const whole = await tryCrashes(writing((path) => writeAtomically(path, text)));
  assertEquals(whole.failures, []);
  const plain = await tryCrashes(writing((path) => {
    const file = disk().create(path);
    file.write(new TextEncoder().encode(text));
    file.close();
  }));
  assertGreater(plain.failures.length, 0);
});
