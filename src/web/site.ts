/** A server of files that it holds in memory. @module */
import { compressed, encodings, lastingName, type SiteFiles } from "./files.ts";
import { contentType, securityHeaders } from "./headers.ts";

/** A file as it is sent. */
interface Sent {
  readonly plain: Uint8Array<ArrayBuffer>;
  /** By how it is compressed, as far as somebody has asked for it. */
  readonly packed: Map<typeof encodings[number], Uint8Array<ArrayBuffer>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers requests. */
export type SiteHandler = (request: Request) => Response;

/**
 * Answers requests for files, which are compressed when they are first asked for. Every other path is not found.
 *
 * @param root Where the files lie, with a slash at its end. An `index.html` answers for its folder.
 */
export function siteHandler(files: SiteFiles, root = "/"): SiteHandler {
  const sent = new Map<string, Sent>();
  for (const [name, plain] of files) {
    const headers = {
      ...securityHeaders,
      "content-type": contentType(name),
      "cache-control": lastingName.test(name) ? "public, max-age=31536000, immutable" : "no-cache",
      vary: "accept-encoding",
    };
    sent.set(`${root}${name}`, { plain, packed: new Map(), headers });
  }
  for (const [path, file] of [...sent]) {
    if (path.endsWith("/index.html")) sent.set(path.slice(0, -"index.html".length), file);
  }

  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers: { ...securityHeaders, allow: "GET, HEAD" } });
    }
    const file = sent.get(new URL(request.url).pathname);
    if (!file) return new Response("Not found", { status: 404, headers: securityHeaders });
    const accepted: readonly string[] = request.headers.get("accept-encoding")?.match(/\b\w+\b/g) ?? [];
    const encoding = encodings.find((name) => accepted.includes(name));
    return new Response(request.method === "HEAD" ? null : encoding ? packedAs(encoding, file) : file.plain, {
      headers: encoding ? { ...file.headers, "content-encoding": encoding } : file.headers,
    });
  };
}

function packedAs(encoding: typeof encodings[number], { plain, packed }: Sent): Uint8Array<ArrayBuffer> {
  const known = packed.get(encoding) ?? compressed(plain, encoding);
  packed.set(encoding, known);
  return known;
}
