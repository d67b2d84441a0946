import { assert, assertEquals, assertGreater } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readOptions } from "../src/bench/options.ts";
import { withFolder } from "./cli/task.ts";
import { type Block, pages, root } from "./pages.ts";

/** The block as lines for a shell: a command as it is, a file as a command that writes it. */
function pasted({ language, code, before }: Block): string {
  if (language === "sh") return code;
  const text = before.replace(/\s+/g, " "); // However its lines are broken.
  const [, file] = text.match(/, (?:at the top of the repository )?as `([\w.-]+)`: $/) ?? [];
  return file === undefined ? "" : `cat > ${file} <<'END'\n${code}END\n`;
}

/**
 * Deno, but for what would take too long: training is short, and benchmarks and the tests themselves are left out.
 */
const shim = `#!/bin/sh
brief="--set budget.steps=1100 --set budget.seconds=10 --set evaluation.final.episodes=2"
case "$1 $2" in
  "task train") exec "$DENO" "$@" $brief ;;
  "task sweep") exec "$DENO" "$@" $brief --seeds 1 ;;
  "task test"* | "task ok" | "task bench") ;;
  *) exec "$DENO" "$@" ;;
esac
`;

const copied = ["deno.json", "deno.lock", "mod.ts", "setup.sh", "src", "shaders", "configs"];

for (const { path, blocks } of pages) {
  const script = blocks.map(pasted).join("");
  if (!/^(?:sh|deno) /m.test(script)) continue;
  Deno.test(`the commands of ${path} run when they are pasted in their order in a fresh clone`, () =>
    withFolder(async (folder) => {
      const [clone, bin] = [join(folder, "clone"), join(folder, "bin")];
      for (const made of [clone, bin]) await Deno.mkdir(made);
      const cwd = fromFileUrl(root);
      const copy = await new Deno.Command("cp", { args: ["-R", ...copied, clone], cwd }).output();
      assert(copy.success, new TextDecoder().decode(copy.stderr));
      await Deno.writeTextFile(join(bin, "deno"), shim, { mode: 0o755 });
      const { code, stdout, stderr } = await new Deno.Command("bash", {
        args: ["-e", "-c", script],
        cwd: clone,
        env: { NO_COLOR: "1", DENO: Deno.execPath(), PATH: `${bin}:${Deno.env.get("PATH")}` },
      }).output();
      const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).slice(-2000));
      assertEquals(code, 0, said.join("\n"));
    }));
}

Deno.test("the pages' benchmarks are command lines that deno task bench takes", () => {
  const lines = pages.flatMap((page) => page.code("sh")).flatMap((code) => code.split("\n"));
  const benches = lines.filter((line) => line.startsWith("deno task bench")).map((line) =>
    line.replace(/\s+#.*$/, "")
  );
  assertGreater(benches.length, 4);
  for (const line of benches) {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
    assert(readOptions(words.slice(3)), line);
  }
});
