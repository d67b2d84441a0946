/** What the files of a page weigh. @module */
import { compressed, type SiteFiles } from "./files.ts";

/** Names of what the browser loads before anybody does anything: the page and what its text names. */
export function firstView(files: SiteFiles): readonly string[] {
  const page = new TextDecoder().decode(files.get("index.html"));
  const named = [...page.matchAll(/ (?:href|src)="([^":]+)"/g)].map(([, name]) => name!);
  return ["index.html", ...named];
}

/** A table of files with their sizes, as they are and compressed, the largest first; and what the first view takes. */
export function describeSizes(files: SiteFiles): string {
  const rows = [...files].map(([name, bytes]) => {
    return { name, size: bytes.length, packed: compressed(bytes, "br").length };
  });
  rows.sort((a, b) => b.packed - a.packed);
  const first = firstView(files);
  const sum = (some: typeof rows) => some.reduce((total, { packed }) => total + packed, 0);
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const width = Math.max(26, ...rows.map(({ name }) => name.length));
  const line = (name: string, size: string, packed: string) =>
    `${name.padEnd(width)}  ${size.padStart(9)}  ${packed.padStart(10)}`;
  return [
    line("file", "size", "compressed"),
    ...rows.map(({ name, size, packed }) => line(name, kilobytes(size), kilobytes(packed))),
    line("first view", "", kilobytes(sum(rows.filter(({ name }) => first.includes(name))))),
    line("all", "", kilobytes(sum(rows))),
    line(
      "all but editor and lessons",
      "",
      kilobytes(sum(rows.filter(({ name }) => !/editor|lesson/.test(name)))),
    ),
  ].join("\n");
}
