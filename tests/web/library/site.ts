/** The bundles, and a server of pages. @module */
import { fromFileUrl } from "@std/path";

const root = fromFileUrl(new URL("../../..", import.meta.url));

/** Keeps other origins apart, which shared memory takes. */
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** What a page may load: nothing of other origins, nothing inline. */
const ownScripts = "default-src 'self'; script-src 'self'";

/** That, and where workers may come from. */
function policy(workers: string): string {
  return `${ownScripts} 'wasm-unsafe-eval'; worker-src ${workers}`;
}

/** The headers of pages, by their names. */
const pages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: {},
  isolated: { ...isolation, "content-security-policy": policy("blob:") },
  guarded: { ...isolation, "content-security-policy": policy("'none'") },
  strict: { "content-security-policy": ownScripts },
};

/** A module and all that it imports as one script. */
export async function bundle(module: string, options: readonly string[] = []): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", ...options, module],
    cwd: root,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Serves scripts, and a page of each kind that runs `page.js`, at their names. */
export class Site {
  readonly #scripts: Readonly<Record<string, string>>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** Serves scripts by their names. */
  constructor(scripts: Readonly<Record<string, string>>) {
    this.#scripts = scripts;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  /** Where on this machine. */
  get port(): number {
    return this.#server.addr.port;
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#server.shutdown();
  }

  #answer(request: Request): Response {
    const name = new URL(request.url).pathname.slice(1);
    if (name === "favicon.ico") return new Response(null, { status: 204 }); // Browsers want one of every page.
    const script = this.#scripts[name];
    if (script !== undefined) return new Response(script, { headers: { "content-type": "text/javascript" } });
    const headers = pages[name];
    if (!headers) return new Response(null, { status: 404 });
    return new Response('<!doctype html><output></output><script type="module" src="page.js"></script>', {
      headers: { "content-type": "text/html", ...headers },
    });
  }
}
