/** A temporary copy of the tree, in which mutants live and tests run. @module */
import { dirname, join } from "@std/path";
import type { Sources } from "../architecture.ts";
import { type Mutant, mutated } from "./mutate.ts";

/** How a process ended; undefined when it was ended for the time it took. */
type Ended = { readonly success: boolean; readonly output: string } | undefined;

/** Thrown into whatever is under way when a workshop is closed. */
export class WorkshopClosed extends Error {}

/** A copy of the files that git tracks, or would on the next add. */
export class Workshop {
  /** The texts of the copy by their path. */
  readonly sources: Sources;
  readonly #folder: string;
  #running: Deno.ChildProcess | undefined;
  #closing: Promise<void> | undefined;

  private constructor(folder: string, sources: Sources) {
    this.#folder = folder;
    this.sources = sources;
  }

  /** Copies the tree at `root`. */
  static async open(root: string): Promise<Workshop> {
    const args = ["-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const { success, stdout } = await new Deno.Command("git", { args }).output();
    if (!success) throw new Error(`Cannot copy the tree: git does not list its files, wanted a checkout`);
    const folder = await Deno.makeTempDir({ prefix: "qernel-mutants-" });
    const sources: Sources = {};
    for (const path of new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "")) {
      const copied = await Deno.readFile(join(root, path)).catch(() => undefined);
      if (!copied) continue;
      await Deno.mkdir(join(folder, dirname(path)), { recursive: true });
      await Deno.writeFile(join(folder, path), copied);
      if (/\.(?:ts|wgsl)$/.test(path)) sources[path] = new TextDecoder().decode(copied);
    }
    return new Workshop(folder, sources);
  }

  /** Runs `body` while the copy holds `mutant`. */
  async with<T>(mutant: Mutant, body: () => Promise<T>): Promise<T> {
    const [path, text] = [join(this.#folder, mutant.file), this.sources[mutant.file]!];
    await Deno.writeTextFile(path, mutated(text, mutant));
    try {
      return await body();
    } finally {
      if (!this.#closing) await Deno.writeTextFile(path, text);
    }
  }

  /** Whether the types of `files` fit. */
  async checks(files: readonly string[]): Promise<boolean> {
    return (await this.#deno(["check", "--quiet", ...files], 600))?.success ?? false;
  }

  /** Runs test files to the first failure. */
  async test(files: readonly string[], seconds: number): Promise<Ended> {
    return await this.#deno(["test", "-A", "--no-check", "--fail-fast", ...files], seconds);
  }

  /** Ends what runs and deletes the copy. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#kill();
    await this.#running?.status;
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #deno(args: readonly string[], seconds: number): Promise<Ended> {
    if (this.#closing) throw new WorkshopClosed();
    // A group of its own, which ends with the processes that the tests started.
    this.#running = new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: this.#folder,
      env: { NO_COLOR: "1" },
      detached: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#kill();
    }, 1000 * seconds);
    const { success, stdout, stderr } = await this.#running.output();
    clearTimeout(timer);
    this.#running = undefined;
    if (this.#closing) throw new WorkshopClosed();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return late ? undefined : { success, output: text(stdout) + text(stderr) };
  }

  #kill(): void {
    try {
      if (this.#running) Deno.kill(-this.#running.pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
