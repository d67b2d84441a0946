/** Files of a site, in memory. @module */

/** Files by their names: paths from the root of the site. */
export type SiteFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Bytes of a file as it is sent, compressed. */
export async function compressed(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Names with a part that changes with what is in them; the first group is the rest of the name. */
export const lastingName = /^(.*)-[0-9A-Za-z]{8}\.(?:js|css)$/;
