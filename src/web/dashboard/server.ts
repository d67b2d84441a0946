/** The dashboard's server: its page, the runs of a folder, and what is new of them. @module */
import { basename } from "@std/path";
import { contentType, securityHeaders } from "../headers.ts";
import { ClosedFolder } from "./closed_folder.ts";
import { compareRuns } from "./comparison.ts";
import { eventStream } from "./event_stream.ts";
import { refusalOf } from "./guard.ts";
import { LiveView } from "./live_view.ts";
import { LogShelf } from "./log_shelf.ts";
import type { View } from "./protocol.ts";
import { placeOf } from "./run_files.ts";
import { RunList } from "./run_list.ts";
import { readKeys, readView } from "./view_text.ts";

/** Milliseconds between two looks at what somebody looks at. */
const interval = 300;

/** Pages that are told what is new at once. */
const mostListeners = 200;

/** Of files of runs: pictures may hold what runs in a page, and shall not. */
const filePolicy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

/** How a {@linkcode Dashboard} is made. */
export interface DashboardOptions {
  /** The folder of runs. */
  readonly folder: string;
  /** Answers requests for the files of the page. */
  readonly page: (request: Request) => Response | Promise<Response>;
}

/**
 * Answers what the page asks for. A request names a run by a number and a file by a name in a table: none of it becomes a
 * path.
 *
 * - `/api/live?view=...`: server-sent events `runs` and `curves`; see protocol.ts
 * - `/api/comparison?runs=1,2`: how configs differ
 * - `/api/runs/1/best.safetensors`: a file of a run; `?download` saves it
 */
export class Dashboard {
  readonly #folder: ClosedFolder;
  readonly #page: DashboardOptions["page"];
  readonly #runs: RunList;
  readonly #logs: LogShelf;
  #listeners = 0;

  /** @throws {UsageError} When there is no such folder. */
  constructor({ folder, page }: DashboardOptions) {
    this.#folder = new ClosedFolder(folder);
    this.#page = page;
    this.#runs = new RunList(this.#folder);
    this.#logs = new LogShelf(this.#folder);
  }

  /** Answers a request that came to a port of this machine. */
  async answer(request: Request, port: number): Promise<Response> {
    const status = refusalOf(request, port);
    if (status !== undefined) return refuse(status);
    const { pathname, searchParams } = new URL(request.url);
    if (!pathname.startsWith("/api/")) return await this.#page(request);
    if (pathname === "/api/live") return this.#live(readView(searchParams.get("view") ?? ""));
    if (pathname === "/api/comparison") return await this.#compare(readKeys(searchParams.get("runs") ?? ""));
    const [, key, name] = /^\/api\/runs\/(\d{1,9})\/([a-z0-9./-]+)$/.exec(pathname) ?? [];
    if (key === undefined || name === undefined) return refuse(404);
    return await this.#file(request, { key: Number(key), name, isDownload: searchParams.has("download") });
  }

  #live(view: View | undefined): Response {
    if (!view) return refuse(400);
    if (this.#listeners >= mostListeners) return refuse(503);
    this.#listeners++;
    const live = new LiveView(
      { name: basename(this.#folder.path), runs: this.#runs, logs: this.#logs },
      view,
    );
    const stream = eventStream((sink) =>
      live.tell({
        get isGone() {
          return sink.isGone;
        },
        runs: (event) => sink.send("runs", event),
        curves: (event) => sink.send("curves", event),
      }), { interval, onEnd: () => this.#listeners-- });
    return new Response(stream, {
      headers: { ...securityHeaders, "content-type": "text/event-stream", "cache-control": "no-store" },
    });
  }

  async #compare(keys: readonly number[] | undefined): Promise<Response> {
    if (!keys) return refuse(400);
    await this.#runs.refresh();
    const runs = keys.flatMap((key) => this.#runs.get(key) ?? []);
    return Response.json(await compareRuns(runs), {
      headers: { ...securityHeaders, "cache-control": "no-store" },
    });
  }

  async #file(
    request: Request,
    { key, name, isDownload }: { readonly key: number; readonly name: string; readonly isDownload: boolean },
  ): Promise<Response> {
    const place = placeOf(name);
    const run = this.#runs.get(key);
    const file = place && run && await this.#folder.open([...run.id.place, ...place]);
    if (!file) return refuse(404);
    const { size } = await file.stat();
    const headers = new Headers({
      ...securityHeaders,
      "content-security-policy": filePolicy,
      "content-type": contentType(name),
      "content-length": `${size}`,
      "cache-control": "no-cache",
    });
    const saved = [run.id.place.at(-1) ?? basename(this.#folder.path), basename(name)].join("-");
    if (isDownload) {
      headers.set("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(saved)}`);
    }
    if (request.method === "HEAD") {
      file.close();
      return new Response(null, { headers });
    }
    // No more than it had, as a log may grow meanwhile.
    let left = size;
    const cut = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        const part = chunk.subarray(0, left);
        left -= part.length;
        controller.enqueue(part);
        if (left === 0) controller.terminate();
      },
    });
    return new Response(file.readable.pipeThrough(cut), { headers });
  }
}

function refuse(status: number): Response {
  const headers = { ...securityHeaders, ...status === 405 ? { allow: "GET, HEAD" } : {} };
  return new Response(null, { status, headers });
}
