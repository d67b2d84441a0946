/**
 * The part of `@std/path` used here, over `node:path`: same names, same behaviour.
 *
 * @module
 */
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The character between the folders of a path: `/`, or `\` on Windows. */
export const SEPARATOR: "/" | "\\" = path.sep;

/** The last part of `name`, without `suffix` where it ends with it. */
export function basename(name: string, suffix = ""): string {
  return path.basename(name, suffix);
}

/** The folder part of `name`; `.` where it has none. */
export function dirname(name: string): string {
  return path.dirname(name);
}

/** The extension of `name` with its dot; the empty string where it has none. */
export function extname(name: string): string {
  return path.extname(name);
}

/** The path of a `file:` URL. Throws a TypeError for any other URL. */
export function fromFileUrl(url: string | URL): string {
  const parsed = url instanceof URL ? url : new URL(url);
  if (parsed.protocol !== "file:") {
    throw new TypeError(`URL must be a file URL: received "${parsed.protocol}"`);
  }
  return fileURLToPath(parsed);
}

/** Whether `name` starts at a root. */
export function isAbsolute(name: string): boolean {
  return path.isAbsolute(name);
}

/** The parts joined by the separator and normalised; `file:` URLs are taken as their paths. */
export function join(first?: string | URL, ...rest: string[]): string {
  if (first === undefined) return ".";
  return path.join(first instanceof URL ? fromFileUrl(first) : first, ...rest);
}

/** The way from `from` to `to`, both resolved first; the empty string where they are the same. */
export function relative(from: string, to: string): string {
  return path.relative(from, to);
}

/** An absolute path: the parts from right to left until one is absolute, then the working folder. */
export function resolve(...parts: string[]): string {
  return path.resolve(...parts);
}

/** The `file:` URL of an absolute path. Throws a TypeError for a relative one. */
export function toFileUrl(name: string): URL {
  if (!path.isAbsolute(name)) throw new TypeError(`Path must be absolute: received "${name}"`);
  return pathToFileURL(name);
}
