/** Choices that the browser remembers, where it remembers anything. @module */
import "./dom.ts";

/** What was kept under a name. */
export function readStored(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text under a name; for this visit alone where the browser keeps nothing. */
export function store(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
  } catch {
    // It stays as it is until the page is left.
  }
}
