import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import {
  assertPlainPaths,
  mostTextBytes,
  readUntrustedText,
  readUntrustedTextIfThere,
} from "../../src/format/untrusted_file.ts";
import { makePipe, withFolder } from "../train/fakes.ts";

Deno.test("readUntrustedText() reads UTF-8 without its byte order mark, also through a symbolic link", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "\ufeffgröße");
    await Deno.symlink(`${folder}/a`, `${folder}/b`);
    assertEquals(await readUntrustedText(`${folder}/b`), "größe");
    assertEquals(await readUntrustedTextIfThere(`${folder}/c`), undefined);
  });
});

Deno.test("readUntrustedText() refuses a file over its bound before it reads it", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a`;
    await Deno.writeTextFile(path, "a");
    await Deno.truncate(path, 2 ** 40); // Of one block on the disk.
    const wanted = `Cannot read ${path}: it has 1,099,511,627,776 bytes, wanted at most 4,194,304`;
    await assertRejects(() => readUntrustedText(path), UsageError, wanted);
    await Deno.truncate(path, mostTextBytes);
    assertEquals((await readUntrustedText(path)).length, mostTextBytes);
  });
});

Deno.test("readUntrustedText() refuses what is there and no text: a folder, a loop of links, bytes that are not UTF-8", async () => {
  await withFolder(async (folder) => {
    await Deno.symlink(`${folder}/loop`, `${folder}/loop`);
    await Deno.symlink(`${folder}/none`, `${folder}/dangling`);
    await Deno.writeFile(`${folder}/bytes`, Uint8Array.of(0xc3, 0x28));
    const cases = [
      [folder, "it is a folder, wanted a file"],
      [`${folder}/loop`, "Too many levels of symbolic links"],
      [`${folder}/dangling`, "there is no such file"],
      [`${folder}/bytes`, "it is no text in UTF-8"],
      [`${folder}/bytes/a`, "Not a directory"],
      ["a\0b", "NUL byte"],
    ] as const;
    for (const [path, problem] of cases) {
      const { message } = await assertRejects(() => readUntrustedText(path), UsageError);
      assert(message.includes(problem), message);
    }
  });
});

Deno.test({
  name: "readUntrustedText() refuses a pipe and a device without waiting for their bytes",
  ignore: Deno.build.os === "windows",
  async fn() {
    await withFolder(async (folder) => {
      await makePipe(`${folder}/pipe`);
      for (const path of [`${folder}/pipe`, "/dev/zero"]) {
        const message = `Cannot read ${path}: it is a pipe, a socket or a device, wanted a file`;
        await assertRejects(() => readUntrustedText(path), UsageError, message);
      }
    });
  },
});

Deno.test("assertPlainPaths() refuses links and devices, and lets files, folders and free paths be", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "");
    assertPlainPaths([`${folder}/a`, folder, `${folder}/none`, `${folder}/a/none`]);
    await Deno.symlink(`${folder}/none`, `${folder}/link`);
    for (const path of [`${folder}/link`, "/dev/null"]) {
      const message =
        `Cannot write to ${path}: it is a symbolic link, a pipe, a socket or a device, wanted a file`;
      assertThrows(() => assertPlainPaths([folder, path]), UsageError, message);
    }
  });
});
