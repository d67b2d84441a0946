import { assertEquals, assertThrows } from "@std/assert";
import { FolderLock } from "../../src/runs/folder_lock.ts";
import { exists } from "../../src/runs/run_folder.ts";
import { replaceDisk } from "../../src/train/disk.ts";
import { UsageError, WriteError } from "../../src/core/errors.ts";
import { command, task, tiny, until, withFolder } from "../cli/task.ts";
import { listingDisk } from "../train/fakes.ts";

Deno.test("FolderLock keeps others out until it is closed, and leaves nothing", async () => {
  await withFolder((folder) => {
    const lock = new FolderLock(folder);
    assertEquals(Deno.readTextFileSync(`${folder}/.lock`), `${Deno.pid}\n`);
    const message = `Cannot work in ${folder}: this process works there, wanted a folder of its own`;
    assertThrows(() => new FolderLock(folder), UsageError, message);
    lock.close();
    lock.close(); // As whoever holds it and whoever took it do.
    assertEquals([...Deno.readDirSync(folder)], []);
    new FolderLock(folder).close();
    return Promise.resolve();
  });
});

Deno.test("FolderLock that is closed leaves the lock of another who has the folder by now", async () => {
  await withFolder((folder) => {
    const lock = new FolderLock(folder);
    Deno.removeSync(`${folder}/.lock`); // With the folder, which was then made anew, say.
    using _other = new FolderLock(folder);
    lock.close();
    assertThrows(() => new FolderLock(folder), UsageError, "this process works there");
    return Promise.resolve();
  });
});

Deno.test("FolderLock writes to no link that a folder came with", async () => {
  await withFolder((folder) => {
    Deno.mkdirSync(`${folder}/run`);
    Deno.writeTextFileSync(`${folder}/mine`, "precious");
    for (const target of ["../mine", "../new"]) {
      Deno.symlinkSync(target, `${folder}/run/.lock`);
      assertThrows(
        () => new FolderLock(`${folder}/run`),
        UsageError,
        "its .lock is no file, wanted one or none",
      );
      Deno.removeSync(`${folder}/run/.lock`);
    }
    assertEquals(Deno.readTextFileSync(`${folder}/mine`), "precious");
    assertEquals(exists(`${folder}/new`), false);
    return Promise.resolve();
  });
});

Deno.test("FolderLock.ofKilled() takes away what a killed process left, and nothing of anybody else", async () => {
  await withFolder((folder) => {
    for (const name of ["killed", "linked"]) {
      Deno.mkdirSync(`${folder}/${name}`);
      Deno.writeTextFileSync(`${folder}/${name}/.lock`, "1\n");
    }
    Deno.symlinkSync("linked", `${folder}/link`);
    for (const name of ["killed", "link", "none"]) FolderLock.ofKilled(`${folder}/${name}`)?.close();
    assertEquals(["killed", "linked"].map((name) => exists(`${folder}/${name}/.lock`)), [false, true]);
    using _held = new FolderLock(`${folder}/killed`);
    assertEquals(FolderLock.ofKilled(`${folder}/killed`), undefined);
    assertThrows(() => new FolderLock(`${folder}/killed`), UsageError, "this process works there");
    return Promise.resolve();
  });
});

Deno.test("FolderLock.ofKilled() puts no lock into a folder that somebody else removes meanwhile", async () => {
  await withFolder((folder) => {
    assertEquals(FolderLock.ofKilled(folder), undefined);
    assertEquals([...Deno.readDirSync(folder)], []);
    Deno.writeTextFileSync(`${folder}/.lock`, "1\n");
    const { openSync } = Deno;
    try {
      Deno.openSync = (...args) => {
        Deno.removeSync(`${folder}/.lock`);
        return openSync(...args);
      };
      assertEquals(FolderLock.ofKilled(folder), undefined);
    } finally {
      Deno.openSync = openSync;
    }
    assertEquals([...Deno.readDirSync(folder)], []);
    return Promise.resolve();
  });
});

Deno.test("FolderLock removes its folder, the lock last, and what somebody else removes meanwhile is no fault", async () => {
  await withFolder((folder) => {
    const held = `${folder}/held`;
    Deno.mkdirSync(`${held}/run/checkpoints`, { recursive: true });
    Deno.writeTextFileSync(`${held}/run/config.json`, "{}");
    const done: string[] = [];
    using _ = replaceDisk(listingDisk(done));
    new FolderLock(held).removeFolder();
    assertEquals(done, ["remove run", "remove .lock", "remove held"]);
    assertEquals(exists(held), false);

    for (const name of ["a", "b", "c"]) Deno.mkdirSync(`${held}/${name}`, { recursive: true });
    const sweep = (operation: string) => {
      if (operation === "remove b") Deno.removeSync(`${held}/b`);
    };
    const lock = new FolderLock(held);
    using _swept = replaceDisk(listingDisk([], { fail: sweep }));
    lock.removeFolder();
    assertEquals(exists(held), false);

    Deno.mkdirSync(held);
    const other = new FolderLock(held);
    Deno.removeSync(held, { recursive: true });
    other.removeFolder();
    assertEquals(exists(held), false);
    return Promise.resolve();
  });
});

Deno.test("FolderLock that cannot remove its folder leaves it as that of a killed process, whom others clean up after", async () => {
  await withFolder((folder) => {
    const held = `${folder}/held`;
    Deno.mkdirSync(`${held}/run`, { recursive: true });
    const lock = new FolderLock(held);
    const fail = () => {
      throw new Error("Permission denied (os error 13)");
    };
    {
      using _ = replaceDisk(listingDisk([], { fail }));
      assertThrows(() => lock.removeFolder(), Error, "Permission denied");
    }
    FolderLock.ofKilled(held)!.removeFolder();
    assertEquals(exists(held), false);
    return Promise.resolve();
  });
});

Deno.test("FolderLock in a folder that is gone is a mistake, and on a full disk a failure", async () => {
  await withFolder((folder) => {
    const message = `Cannot write to ${folder}/none: No such file or directory (os error 2), wanted a folder`;
    assertThrows(() => new FolderLock(`${folder}/none`), UsageError, message);
    const { openSync } = Deno;
    try {
      Deno.openSync = () => {
        throw Object.assign(new Error("No space left on device (os error 28): open 'x'"), { code: "ENOSPC" });
      };
      const full = `Cannot write to ${folder}: No space left on device (os error 28)`;
      assertEquals(assertThrows(() => new FolderLock(folder), WriteError).message, full);
    } finally {
      Deno.openSync = openSync;
    }
    return Promise.resolve();
  });
});

Deno.test("train refuses the folder of a run that goes on with the id of its process, and one of a killed one for what it holds", async () => {
  await withFolder(async (folder) => {
    const out = `${folder}/run`;
    const child = command("train", [tiny, "--set", "budget.steps=100000000", "--out", out, "--quiet"])
      .spawn();
    const output = child.output();
    await until(() => exists(`${out}/checkpoints/last.safetensors`));
    const again = () => task("train", [tiny, "--out", out, "--quiet"]);
    assertEquals(await again(), {
      code: 2,
      stdout: "",
      stderr: `error: Cannot work in ${out}: process ${child.pid} works there, wanted a folder of its own\n`,
    });
    child.kill("SIGKILL");
    await output;
    assertEquals(Deno.readTextFileSync(`${out}/.lock`), `${child.pid}\n`);
    const stderr = `error: Cannot write the run to ${out}: it is not empty, wanted a new or empty folder. ` +
      `There is a run in it: deno task train --resume ${out} goes on\n`;
    assertEquals(await again(), { code: 2, stdout: "", stderr });
  });
});
