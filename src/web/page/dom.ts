/** Elements in a line. @module */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** What an element is made with: its properties, and listeners by `on` and the event's name. */
export type Properties = Readonly<Record<string, unknown>>;

/**
 * A new element. Properties are set as such; those with a dash, and `for`, `role` and the like that have none, as attributes;
 * functions whose name begins with `on` listen.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value as EventListener);
    else if (name in element && name !== "role") {
      (element as unknown as Record<string, unknown>)[name] = value;
    } else element.setAttribute(name, `${value}`);
  }
  element.append(...children);
  return element;
}

/** The element of an id. @throws {Error} When the page has none. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`Cannot find #${id} in the page`);
  return found;
}

/** Calls `draw` once before the next frame, however often it was asked for. */
export function onNextFrame(draw: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}
