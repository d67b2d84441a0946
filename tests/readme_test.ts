import { assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { fromFileUrl } from "@std/path";

const root = new URL("..", import.meta.url);

/** The TypeScript examples of README, as programs that stand anywhere. */
function examples(): string[] {
  const text = Deno.readTextFileSync(new URL("README.md", root));
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  return blocks.map((code) => code.replaceAll('"./mod.ts"', `"${new URL("mod.ts", root).href}"`));
}

async function deno(args: string[], code: string): Promise<{ stdout: string; stderr: string; code: number }> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, code);
    const output = await new Deno.Command(Deno.execPath(), { args: [...args, file], cwd: fromFileUrl(root) })
      .output();
    const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { stdout: stdout!, stderr: stderr!, code: output.code };
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("every TypeScript example of README type-checks", async () => {
  const codes = examples();
  assertGreater(codes.length, 1);
  for (const code of codes) {
    const { code: status, stderr } = await deno(["check"], code);
    assertEquals(status, 0, stderr);
  }
});

Deno.test("README's own environment is learned to its optimum", async () => {
  const code = examples().find((example) => example.includes("registerEnvironment"))!;
  const { stdout, stderr, code: status } = await deno(["run", "-A"], code);
  assertEquals(status, 0, stderr);
  assertAlmostEquals(Number(stdout), 1 - 6 * 0.01, 1e-6);
});
