/** Programs that stand in pages and docstrings, run as files of their own. @module */
import { fromFileUrl, join } from "@std/path";
import { root } from "./pages.ts";

/** A program that imports public modules as its place beside mod.ts has them, as one that stands anywhere. */
export function anywhere(program: string): string {
  return program.replaceAll(/"\.\/((?:src\/\w+\/)?mod\.ts)"/g, (_, path) => `"${new URL(path, root).href}"`);
}

/**
 * What a command of Deno's gives: for programs, each in a file, in their folder, which nothing else is in and which is gone
 * afterwards; without, at the top of the repository.
 */
export async function deno(
  args: readonly string[],
  programs: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string; stderr: string; code: number }> {
  const folder = await Deno.makeTempDir();
  try {
    const files = programs.map((_, i) => join(folder, `${i}.ts`));
    for (const [i, program] of programs.entries()) await Deno.writeTextFile(files[i]!, program);
    const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
      args: [...args, ...files],
      cwd: programs.length > 0 ? folder : fromFileUrl(root),
      env: { NO_COLOR: "1", ...env },
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { stdout: decode(stdout), stderr: decode(stderr), code };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
