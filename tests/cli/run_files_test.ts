import { assertEquals, assertRejects } from "@std/assert";
import { filesOf, FolderMirror, writeRunFiles } from "../../src/cli/run_files.ts";
import { UsageError } from "../../src/core/errors.ts";
import { type Disk, disk, replaceDisk } from "../../src/train/disk.ts";
import { filesUnder, withFolder } from "./task.ts";

const bytes = new Uint8Array([1, 2]);

Deno.test("writeRunFiles() writes last what says that a run is done", async () => {
  await withFolder(async (folder) => {
    const named: string[] = [];
    const watching: Disk = Object.assign(Object.create(disk()), {
      rename: (from: string, to: string) => {
        named.push(to.slice(folder.length + 5));
        Deno.renameSync(from, to);
      },
    });
    using _ = replaceDisk(watching);
    const paths = ["summary.json", "checkpoints/best.safetensors", "metrics.csv"];
    await writeRunFiles(`${folder}/run`, paths.map((path) => ({ path, bytes })));
    assertEquals(named, ["checkpoints/best.safetensors", "metrics.csv", "summary.json"]);
  });
});

Deno.test("writeRunFiles() refuses paths that lead out of the folder, or hide", async () => {
  await withFolder(async (folder) => {
    for (const path of ["../a", "a/../../b", "/etc/a", "", "a//b", ".lock", "a/.b", "a\\b", "a\0b", "."]) {
      await assertRejects(
        () => writeRunFiles(`${folder}/run`, [{ path, bytes }]),
        UsageError,
        "leads elsewhere",
        path,
      );
    }
    assertEquals(filesUnder(folder), []);
    const states = ["state/1-loop.agent.replay-0.safetensors", "state/1.json", "state/2-a%2Fb-0.safetensors"];
    await writeRunFiles(`${folder}/run`, states.map((path) => ({ path, bytes })));
    assertEquals(filesOf(`${folder}/run`), states);
  });
});

Deno.test("FolderMirror.change() tells what changed and what is gone since it was confirmed, and no locks", async () => {
  await withFolder(async (folder) => {
    const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
    const mirror = new FolderMirror(folder, "7");
    const told = () => {
      const { id, changed, gone, confirm } = mirror.change();
      assertEquals(id, "7");
      return { changed: changed.map(({ path, bytes }) => [path, bytes.length]), gone, confirm };
    };
    assertEquals(mirror.hasNewState, false);
    await Deno.mkdir(`${folder}/state`);
    for (const name of [".lock", "a.csv", "state/1.json", "state/2.json.12ab.tmp"]) await write(name, "x");
    assertEquals(mirror.hasNewState, true);
    const all = [["a.csv", 1], ["state/1.json", 1]];
    assertEquals(told().changed, all);
    const first = told();
    assertEquals(first.changed, all); // It was not confirmed.
    first.confirm();
    assertEquals(mirror.hasNewState, false);
    await write("a.csv", "xy");
    await write("state/2.json", "x");
    await Deno.remove(`${folder}/state/1.json`);
    const second = told();
    assertEquals([second.changed, second.gone], [[["a.csv", 2], ["state/2.json", 1]], ["state/1.json"]]);
    second.confirm();
    assertEquals([told().changed, told().gone], [[], []]);
    assertEquals(new FolderMirror(`${folder}/none`, "7").change().changed, []);
  });
});
