/** Pictures of cells on a canvas. @module */
import { h } from "../dom.ts";
import type { Rgb } from "./colors.ts";

/** Cells in rows and columns, each of a colour; undefined shows the ground. */
export interface CellColors {
  /** From left to right. */
  readonly columns: number;
  /** From top to bottom. */
  readonly rows: number;
  /** Of the cell of this number, row-major. */
  color(cell: number): Rgb | undefined;
}

/** Draws cells over the whole of a canvas, with sharp edges. */
export function drawCells(canvas: HTMLCanvasElement, { columns, rows, color }: CellColors): void {
  const small = new OffscreenCanvas(columns, rows);
  const pixels = new ImageData(columns, rows);
  for (let cell = 0; cell < columns * rows; cell++) {
    const rgb = color(cell);
    if (!rgb) continue;
    for (let i = 0; i < 3; i++) pixels.data[4 * cell + i] = rgb[i]!;
    pixels.data[4 * cell + 3] = 255;
  }
  small.getContext("2d")!.putImageData(pixels, 0, 0);
  const context = canvas.getContext("2d")!;
  context.resetTransform();
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = columns > canvas.width || rows > canvas.height;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** A context in units of the page's pixels, after the canvas has taken the size that it is given there. */
export function fitted(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((size) =>
    Math.max(1, Math.round(size * devicePixelRatio))
  ) as [number, number];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d")!;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return context;
}

/** The value of a property of the page's styles: `--line`, say. */
export function styleOf(property: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim();
}

/** A panel that can be closed, under its title; `extra` stands beside that. */
export function panel(title: string, ...extra: readonly HTMLElement[]): HTMLDetailsElement {
  return h(
    "details",
    { open: true, className: "panel" },
    h("summary", {}, h("h2", {}, title)),
    ...extra,
  );
}

/** Keeps an element as high as it is while there is nothing in it, or lets it go: what is below stays where it is. */
export function keepHeight(element: HTMLElement, keep: boolean): void {
  element.style.minHeight = keep ? `${element.offsetHeight}px` : "";
}

/** Tells whether a panel is open and in sight, now and whenever that changes. */
export function watchPanel(panel: HTMLDetailsElement, tell: (shown: boolean) => void): void {
  let inSight = false;
  const update = () => tell(inSight && panel.open);
  new IntersectionObserver((entries) => {
    inSight = entries.at(-1)!.isIntersecting;
    update();
  }).observe(panel);
  panel.addEventListener("toggle", update);
}
