/** Drawings as data: what an environment draws in the trainer, drawn again on a canvas of the page. @module */
import type { Surface } from "../../envs/surface.ts";

/** Width and height of what is drawn, in units of its own; a canvas scales it. */
export const drawingSize = { width: 600, height: 400 } as const;

/** Names of calls and of styles, each followed by its arguments. */
export type Drawing = readonly (string | number)[];

/** How many arguments follow a name. */
const calls = {
  fillStyle: 1,
  strokeStyle: 1,
  lineWidth: 1,
  fillRect: 4,
  beginPath: 0,
  moveTo: 2,
  lineTo: 2,
  arc: 5,
  closePath: 0,
  fill: 0,
  stroke: 0,
  save: 0,
  restore: 0,
  translate: 2,
  rotate: 1,
  scale: 2,
} as const;

type Call = keyof typeof calls;

const styles: ReadonlySet<string> = new Set<Call>(["fillStyle", "strokeStyle", "lineWidth"]);

/** What `draw` draws on a surface of {@linkcode drawingSize}. */
export function recordDrawing(draw: (surface: Surface) => void): Drawing {
  const list: (string | number)[] = [];
  const surface: Record<string, unknown> = { canvas: drawingSize };
  for (const name of Object.keys(calls)) {
    if (!styles.has(name)) {
      surface[name] = (...args: number[]) => void list.push(name, ...args);
      continue;
    }
    let value: string | number = name === "lineWidth" ? 1 : "#000000";
    Object.defineProperty(surface, name, {
      get: () => value,
      set: (next: string | number) => void list.push(name, value = next),
    });
  }
  draw(surface as unknown as Surface);
  return list;
}

/** Draws again what was recorded. @throws {RangeError} When it is no drawing. */
export function replayDrawing(drawing: Drawing, surface: Surface): void {
  const target = surface as unknown as Record<string, unknown>;
  for (let i = 0; i < drawing.length;) {
    const name = drawing[i] as Call;
    const count = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (count === undefined) throw new RangeError(`Cannot draw "${name}", wanted a call of a surface`);
    const args = drawing.slice(i + 1, i + 1 + count);
    if (styles.has(name)) target[name] = args[0];
    else (target[name] as (...args: unknown[]) => void)(...args);
    i += 1 + count;
  }
}
