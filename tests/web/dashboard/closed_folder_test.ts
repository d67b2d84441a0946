import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/core/errors.ts";
import { ClosedFolder, isSafeName, type Place } from "../../../src/web/dashboard/closed_folder.ts";
import { withFolder } from "../../cli/task.ts";

/** A folder `runs` with a file in a folder, beside a file `secret`, and links out of it. */
async function withLinks(use: (folder: ClosedFolder, path: string) => Promise<void>): Promise<void> {
  await withFolder(async (path) => {
    Deno.mkdirSync(`${path}/runs/a/b`, { recursive: true });
    Deno.writeTextFileSync(`${path}/runs/a/own.txt`, "own");
    Deno.writeTextFileSync(`${path}/secret`, "secret");
    Deno.symlinkSync("../../secret", `${path}/runs/a/link.txt`);
    Deno.symlinkSync("own.txt", `${path}/runs/a/near.txt`);
    Deno.symlinkSync("..", `${path}/runs/up`);
    Deno.symlinkSync("a", `${path}/runs/beside`);
    await use(new ClosedFolder(`${path}/runs`), path);
  });
}

Deno.test("ClosedFolder gives what lies in it, and neither lists nor opens a link", async () => {
  await withLinks(async (folder) => {
    assertEquals(await folder.list([]), [{ name: "a", isFolder: true }]);
    assertEquals(await folder.list(["a"]), [
      { name: "b", isFolder: true },
      { name: "own.txt", isFolder: false },
    ]);
    assertEquals(await folder.readText(["a", "own.txt"]), "own");
    assertEquals((await folder.look(["a", "own.txt"]))!.size, 3);
    const refused: Place[] = [
      ["a", "link.txt"],
      ["a", "near.txt"],
      ["up", "secret"],
      ["beside", "own.txt"],
      ["a", "none"],
      ["a", "b"],
    ];
    for (const place of refused) assertEquals(await folder.open(place), undefined, place.join("/"));
    for (const place of [["up"], ["beside"], ["up", "runs"], ["a", "own.txt"], ["none"]]) {
      assertEquals(await folder.list(place), [], place.join("/"));
    }
  });
});

Deno.test("ClosedFolder takes no name that is more than a name", async () => {
  await withLinks(async (folder, path) => {
    const names = [
      "..",
      ".",
      "",
      "../secret",
      "..\\secret",
      `${path}/secret`,
      "C:x",
      "own.txt\0",
      "a/own.txt",
      "\n",
    ];
    for (const name of names) {
      assertEquals(isSafeName(name), false, name);
      assertEquals(await folder.open([name]), undefined, name);
      assertEquals(await folder.open(["a", name]), undefined, name);
      assertEquals(await folder.open([name, "secret"]), undefined, name);
      assertEquals(await folder.look(["a", "..", name]), undefined, name);
    }
    assertEquals(["..x", ".lock", "über <b>", "%2e%2e"].map(isSafeName), [true, true, true, true]);
  });
});

Deno.test("ClosedFolder opens nothing that would keep it waiting, and no file that a link takes the place of", async () => {
  await withLinks(async (folder, path) => {
    await new Deno.Command("mkfifo", { args: [`${path}/runs/a/pipe`] }).output();
    assertEquals(await folder.open(["a", "pipe"]), undefined);
    assertEquals(await folder.look(["a", "pipe"]), undefined);
    // In the moment between the look and the opening.
    const { lstat } = Deno;
    let looks = 0;
    Deno.lstat = async (...given) => {
      const found = await lstat(...given);
      if (looks++ === 0) {
        Deno.renameSync(`${path}/runs/a`, `${path}/runs/old`);
        Deno.mkdirSync(`${path}/elsewhere`);
        Deno.writeTextFileSync(`${path}/elsewhere/own.txt`, "secret");
        Deno.symlinkSync("../elsewhere", `${path}/runs/a`);
      }
      return found;
    };
    try {
      assertEquals(await folder.open(["a", "own.txt"]), undefined);
    } finally {
      Deno.lstat = lstat;
    }
    assertEquals(looks, 2);
  });
});

Deno.test("ClosedFolder takes no file that was another's for the moment in which it was opened", async () => {
  await withLinks(async (folder, path) => {
    const { open } = Deno;
    Deno.open = async (...given) => {
      Deno.renameSync(`${path}/runs/a/own.txt`, `${path}/own.txt`);
      Deno.renameSync(`${path}/secret`, `${path}/runs/a/own.txt`);
      const file = await open(...given);
      Deno.renameSync(`${path}/runs/a/own.txt`, `${path}/secret`);
      Deno.renameSync(`${path}/own.txt`, `${path}/runs/a/own.txt`);
      return file;
    };
    try {
      assertEquals(await folder.open(["a", "own.txt"]), undefined);
    } finally {
      Deno.open = open;
    }
    assertEquals(await folder.readText(["a", "own.txt"]), "own");
  });
});

Deno.test("ClosedFolder may itself be given by a link, and has to be there", async () => {
  await withFolder(async (path) => {
    Deno.mkdirSync(`${path}/runs`);
    Deno.writeTextFileSync(`${path}/runs/a`, "own");
    Deno.symlinkSync("runs", `${path}/link`);
    assertEquals(await new ClosedFolder(`${path}/link`).readText(["a"]), "own");
    for (const wrong of [`${path}/none`, `${path}/runs/a`]) {
      assertThrows(() => new ClosedFolder(wrong), UsageError, `Cannot read the folder ${wrong}`);
    }
  });
});
