/** A picture of states that a person can point at. @module */
import type { GridPlace } from "../../trainer/inside/locate.ts";
import { h } from "../dom.ts";
import { Marks } from "./marks.ts";
import type { Values } from "./values.ts";

/** What a {@linkcode StateMap} is of. */
export interface StateMapOptions {
  /** Draws it. */
  readonly paint: (canvas: HTMLCanvasElement, values: Values) => void;
  /** What it shows. */
  readonly title: string;
  /** The id of the element that tells it in words. */
  readonly about: string;
  /** Told which cell is pointed at, by pointer or by keys. */
  readonly pointed: (cell: number | undefined) => void;
}

/** Cells that a key goes by. */
const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** States in rows and columns, with marks on a layer above them. */
export class StateMap {
  /** What the page shows. */
  readonly root: HTMLElement;
  readonly #options: StateMapOptions;
  readonly #picture = h("canvas", { ariaHidden: "true" });
  readonly #layer = h("canvas", { tabIndex: 0, role: "application", "data-keys": "arrows" });
  readonly #marks = new Marks(this.#layer);
  #values: Values | undefined;
  #cursor: number | undefined;

  /** Shows nothing yet. */
  constructor(options: StateMapOptions) {
    const { title, about } = options;
    this.#options = options;
    this.#layer.setAttribute("aria-label", title);
    this.#layer.setAttribute("aria-describedby", about);
    this.root = h(
      "figure",
      { className: "map" },
      h("figcaption", {}, title),
      h("div", { className: "layers" }, this.#picture, this.#layer),
    );
    const leave = () => options.pointed(undefined);
    this.#layer.addEventListener("pointermove", (event) => this.#follow(event));
    this.#layer.addEventListener("pointerleave", leave);
    this.#layer.addEventListener("blur", leave);
    this.#layer.addEventListener("keydown", (event) => this.#step(event));
    new ResizeObserver(() => this.paint()).observe(this.#picture);
  }

  /** Shows values. */
  show(values: Values): void {
    const { columns, rows } = values.grid;
    this.#values = values;
    this.#marks.size(columns.count, rows.count);
    this.root.style.aspectRatio = `${columns.count} / ${rows.count}`;
    this.paint();
  }

  /** Draws it anew. */
  paint(): void {
    if (!this.#values || this.root.offsetParent === null) return;
    this.#options.paint(this.#picture, this.#values);
    this.#marks.draw();
  }

  /** Marks where the episode is. */
  move(place: GridPlace | undefined): void {
    if (this.root.offsetParent !== null) this.#marks.move(place);
  }

  /** Marks the cell that is pointed at. */
  point(cell: number | undefined): void {
    this.#cursor = cell;
    this.#marks.point(cell);
  }

  #follow({ offsetX, offsetY }: PointerEvent): void {
    if (!this.#values) return;
    const { columns, rows } = this.#values.grid;
    const column = Math.floor(offsetX / this.#layer.clientWidth * columns.count);
    this.#pointAt(column, Math.floor(offsetY / this.#layer.clientHeight * rows.count));
  }

  #step(event: KeyboardEvent): void {
    const step = steps[event.key];
    if (!this.#values || !step) return;
    event.preventDefault();
    const { columns: { count: columns }, rows: { count: rows } } = this.#values.grid;
    const from = this.#cursor ?? Math.floor(rows / 2) * columns + Math.floor(columns / 2);
    this.#pointAt(from % columns + step[0], Math.floor(from / columns) + step[1]);
  }

  #pointAt(column: number, row: number): void {
    const { columns, rows } = this.#values!.grid;
    const within = (at: number, count: number) => Math.max(0, Math.min(count - 1, at));
    this.#options.pointed(within(row, rows.count) * columns.count + within(column, columns.count));
  }
}
