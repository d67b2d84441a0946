import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { TrainingError } from "../../src/core/errors.ts";
import { makeFolder, writeAtomically } from "../../src/train/atomic_write.ts";
import { withFolder } from "./fakes.ts";

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("writeAtomically() writes text and bytes, replaces a former file and leaves nothing else", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.txt`;
    for (
      const data of ["one", "", "h\u00e9llo", Uint8Array.of(0, 255, 7), new Uint8Array(3_000_000).fill(5)]
    ) {
      await writeAtomically(path, data);
      const wanted = typeof data === "string" ? new TextEncoder().encode(data) : data;
      assertStrictEquals(Deno.readFileSync(path).join(), wanted.join());
      assertEquals(namesIn(folder), ["a.txt"]);
    }
  });
});

Deno.test("writeAtomically() leaves one whole file when called twice at once", async () => {
  await withFolder(async (folder) => {
    const texts = ["a".repeat(100_000), "b".repeat(100_000)];
    await Promise.all(texts.map((text) => writeAtomically(`${folder}/a`, text)));
    assertEquals(texts.includes(await Deno.readTextFile(`${folder}/a`)), true);
    assertEquals(namesIn(folder), ["a"]);
  });
});

Deno.test("writeAtomically() and makeFolder() name the path and the reason of a failure", async () => {
  await withFolder(async (folder) => {
    const missing = `${folder}/no/a.txt`;
    await assertRejects(
      () => writeAtomically(missing, "x"),
      TrainingError,
      `Cannot write ${missing}: No such file or directory (os error 2)`,
    );
    await Deno.mkdir(`${folder}/taken`);
    await assertRejects(
      () => writeAtomically(`${folder}/taken`, "x"),
      TrainingError,
      `Cannot write ${folder}/taken: Is a directory`,
    );
    assertEquals(namesIn(folder), ["taken"]);
    await Deno.writeTextFile(`${folder}/file`, "");
    await assertRejects(
      () => makeFolder(`${folder}/file/a`),
      TrainingError,
      `Cannot write ${folder}/file/a: `,
    );
  });
});

/** Runs code with few permissions or other limits; gives what it wrote to standard output. */
async function runLimited(command: string, args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args, stderr: "inherit" }).output();
  return new TextDecoder().decode(stdout);
}

const attempt = `
  import { writeAtomically } from "${new URL("../../src/train/atomic_write.ts", import.meta.url)}";
  const error = await writeAtomically(Deno.args[0], new Uint8Array(8_000_000)).catch((error) => error);
  console.log(String(error));`;

Deno.test("writeAtomically() leaves the former file whole without permission to write", async () => {
  await withFolder(async (folder) => {
    const [path, script] = [`${folder}/a`, `${folder}/attempt.ts`];
    await Deno.writeTextFile(path, "former");
    await Deno.writeTextFile(script, attempt);
    const said = await runLimited(Deno.execPath(), ["run", "--no-prompt", "--allow-read", script, path]);
    assertStrictEquals(
      said.startsWith(`WriteError: Cannot write ${path}: Requires write access`),
      true,
      said,
    );
    assertStrictEquals(await Deno.readTextFile(path), "former");
    assertEquals(namesIn(folder).toSorted(), ["a", "attempt.ts"]);
  });
});

Deno.test({
  name: "writeAtomically() leaves the former file whole when there is no more room",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await withFolder(async (folder) => {
      const [path, script] = [`${folder}/a`, `${folder}/attempt.ts`];
      await Deno.writeTextFile(path, "former");
      await Deno.writeTextFile(script, attempt);
      // A limit on the size of a file stands for a full disk: the system takes a part, then refuses.
      const shell = `trap "" XFSZ; ulimit -f 8000; exec "$0" run -A --no-lock "$1" "$2"`;
      const said = await runLimited("sh", ["-c", shell, Deno.execPath(), script, path]);
      assertStrictEquals(said.startsWith(`WriteError: Cannot write ${path}: File too large`), true, said);
      assertStrictEquals(await Deno.readTextFile(path), "former");
      assertEquals(namesIn(folder).toSorted(), ["a", "attempt.ts"]);
    });
  },
});
