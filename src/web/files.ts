/** Files of a site, in memory. @module */
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Files by their names: paths from the root of the site. */
export type SiteFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** How files are compressed, by the names of HTTP, the smallest first. Browsers take `br` from this machine and by HTTPS. */
export const encodings = ["br", "gzip"] as const;

/** Of 11, at which Brotli takes less than gzip and a fifth of a second for the largest script. */
const brotliQuality = 6;

/** Bytes of a file as it is sent, compressed. */
export function compressed(
  bytes: Uint8Array<ArrayBuffer>,
  encoding: typeof encodings[number],
): Uint8Array<ArrayBuffer> {
  if (encoding === "gzip") return new Uint8Array(gzipSync(bytes));
  const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality };
  return new Uint8Array(brotliCompressSync(bytes, { params }));
}

/** Names with a part that changes with what is in them; the first group is the rest of the name. */
export const lastingName = /^(.*)-[0-9A-Za-z]{8}\.(?:js|css)$/;
