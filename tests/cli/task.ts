/** The commands as processes of their own. @module */
import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";

/** How a process ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A config of a run that takes a moment. */
export const tiny = fromFileUrl(new URL("../config/tiny.json", import.meta.url));

type Name = "train" | "eval" | "play" | "plot" | "sweep" | "worker" | "schema";

/** What Deno is given to run a command. */
export function commandLine(name: Name, args: readonly string[], permissions = ["-A"]): string[] {
  const [script, config] = [`../../src/cli/${name}.ts`, "../../deno.json"]
    .map((path) => fromFileUrl(new URL(path, import.meta.url)));
  return ["run", ...permissions, "--no-check", "--config", config!, script!, ...args];
}

/** A command that is ready to start. */
export function command(
  name: Name,
  args: readonly string[],
  options: {
    env?: Record<string, string>;
    cwd?: string;
    permissions?: string[];
    /** A program with arguments that starts it, none by default. */
    through?: readonly string[];
  } = {},
): Deno.Command {
  const line = [...options.through ?? [], Deno.execPath(), ...commandLine(name, args, options.permissions)];
  return new Deno.Command(line[0]!, {
    args: line.slice(1),
    env: { NO_COLOR: "1", ...options.env },
    ...options.cwd === undefined ? {} : { cwd: options.cwd },
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a command to its end. */
export async function task(...given: Parameters<typeof command>): Promise<Outcome> {
  return decode(await command(...given).output());
}

/** What a process left, as text. */
export function decode({ code, stdout, stderr }: Deno.CommandOutput): Outcome {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A folder that is gone when the test is over. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "qernel-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Paths of all files under a folder, in order. */
export function filesUnder(folder: string, prefix = ""): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesUnder(`${folder}/${name}`, `${prefix}${name}/`) : [`${prefix}${name}`]
  ).sort();
}

/** Waits until `test` holds, two minutes at most. */
export async function until(test: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; !await test(); i++) {
    assert(i < 12_000, "it did not happen in two minutes");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
