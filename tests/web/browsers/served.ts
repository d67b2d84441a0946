/** The servers of pages, as their tasks start them. @module */
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { contentType } from "../../../src/web/headers.ts";

const root = fromFileUrl(new URL("../../..", import.meta.url));

/** A task that serves on a port that is free. */
export class ServedTask {
  readonly #process: Deno.ChildProcess;
  /** Where: `http://localhost:N/`. */
  readonly url: string;

  private constructor(process: Deno.ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** Starts a task, and waits until it says where it serves. @throws {Error} When it ends without. */
  static async start(task: "web" | "dashboard", args: readonly string[] = []): Promise<ServedTask> {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", task, "--port", "0", ...args],
      cwd: root,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let said = "";
    const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value = "" } = await lines.read();
      said += value;
      const [url] = /http:\/\/localhost:\d+\//.exec(said) ?? [];
      if (url) {
        await lines.cancel();
        return new ServedTask(process, url);
      }
      if (done) throw new Error(`Cannot open pages: the task ${task} ended, wanted its address\n${said}`);
    }
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#process.kill();
    await this.#process.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** The page as `deno task web --build` writes it, on a host that sends no headers but the types of files. */
export class StaticHost {
  readonly #folder: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(new URL(request.url).pathname),
    );
  }

  /** Builds the page and serves it. */
  static async start(): Promise<StaticHost> {
    const folder = await Deno.makeTempDir();
    const args = ["task", "--quiet", "web", "--build", folder];
    const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: root, stdout: "null" }).output();
    assertEquals(code, 0);
    return new StaticHost(folder);
  }

  /** Where: `http://localhost:N/`. */
  get url(): string {
    return `http://localhost:${this.#server.addr.port}/`;
  }

  /** Ends it, and removes what was built. */
  async close(): Promise<void> {
    await this.#server.shutdown();
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #answer(path: string): Promise<Response> {
    const name = path === "/" ? "/index.html" : path;
    try {
      const file = await Deno.readFile(this.#folder + name);
      return new Response(file, { headers: { "content-type": contentType(name) } });
    } catch {
      return new Response(null, { status: 404 });
    }
  }
}
