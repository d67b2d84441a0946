/** Files that have names of their own in every build. @module */
import "./dom.ts";

/** Where a file of the page lies, by the name that `bundle.ts` has for it. @throws {Error} When the page has no such file. */
export function assetUrl(name: string): URL {
  const file = document.querySelector<HTMLMetaElement>(`meta[name="asset-${name}"]`)?.content;
  if (!file) throw new Error(`Cannot find the asset "${name}" in the page`);
  return new URL(file, document.baseURI);
}
