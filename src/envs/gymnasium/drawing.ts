/** Drawing pictures of pixels on a surface, which knows lines and areas alone. @module */
import { byteOf, type Extents } from "../picture.ts";
import { shrinker } from "../resize.ts";
import type { Surface } from "../surface.ts";

/** Runs of pixels of one colour: of more, a photograph's say, the picture is drawn coarser, as each is an area of its own. */
const mostRuns = 10_000;

/** A picture: [channels, rows, columns] of 0 to 1. Three channels are red, green and blue; of others the first is grey. */
export interface Picture {
  /** Its extents. */
  readonly shape: readonly [channels: number, rows: number, columns: number];
  /** Its numbers. */
  readonly numbers: Float32Array;
}

/** Draws a picture as large as the surface allows, in its middle. */
export function drawPicture(surface: Surface, { shape, numbers }: Picture): void {
  const { width, height } = surface.canvas;
  const [, rows, columns] = shape;
  const scale = Math.min(width / columns, height / rows);
  const [across, down] = [columns, rows].map((extent) => Math.max(1, Math.round(extent * scale))) as [
    number,
    number,
  ];
  const [left, top] = [Math.floor((width - across) / 2), Math.floor((height - down) / 2)];
  surface.save();
  surface.fillStyle = "#000000";
  surface.fillRect(0, 0, width, height);
  surface.translate(left, top);
  let extents: Extents = [Math.min(rows, down), Math.min(columns, across)];
  let areas = areasOf(colours({ shape, numbers }, extents), extents);
  while (runsIn(areas) > mostRuns) {
    extents = [Math.ceil(extents[0] / 2), Math.ceil(extents[1] / 2)];
    areas = areasOf(colours({ shape, numbers }, extents), extents);
  }
  // Edges of whole pixels, so that none shines through between two.
  const x = (column: number) => Math.round(column * across / extents[1]);
  const y = (row: number) => Math.round(row * down / extents[0]);
  const [[ground], ...others] = [...areas].sort(([, a], [, b]) => b.pixels - a.pixels) as [
    [number, Area],
    ...[number, Area][],
  ];
  surface.fillStyle = styleOf(ground);
  surface.fillRect(0, 0, across, down);
  for (const [colour, { runs }] of others) {
    surface.fillStyle = styleOf(colour);
    surface.beginPath();
    for (const [row, from, to] of runs) {
      surface.moveTo(x(from), y(row));
      surface.lineTo(x(to), y(row));
      surface.lineTo(x(to), y(row + 1));
      surface.lineTo(x(from), y(row + 1));
      surface.closePath();
    }
    surface.fill();
  }
  surface.restore();
}

/** Where a colour stands. */
interface Area {
  pixels: number;
  /** Of each a row, the first column and the one behind the last. */
  readonly runs: [row: number, from: number, to: number][];
}

/** 0xrrggbb of each pixel of a picture with these extents. */
function colours({ shape: [channels, rows, columns], numbers }: Picture, extents: Extents): Uint32Array {
  const shrink = shrinker([rows, columns], extents);
  const plane = new Float32Array(extents[0] * extents[1]);
  const result = new Uint32Array(plane.length);
  for (let c = 0; c < 3; c++) {
    const from = (channels === 3 ? c : 0) * rows * columns;
    shrink(numbers.subarray(from, from + rows * columns), plane);
    for (let i = 0; i < plane.length; i++) result[i] = result[i]! << 8 | byteOf(plane[i]!);
  }
  return result;
}

function areasOf(pixels: Uint32Array, [rows, columns]: Extents): Map<number, Area> {
  const areas = new Map<number, Area>();
  for (let row = 0; row < rows; row++) {
    for (let from = 0, to; from < columns; from = to) {
      const colour = pixels[row * columns + from]!;
      for (to = from + 1; to < columns && pixels[row * columns + to] === colour;) to++;
      let area = areas.get(colour);
      if (area === undefined) areas.set(colour, area = { pixels: 0, runs: [] });
      area.pixels += to - from;
      area.runs.push([row, from, to]);
    }
  }
  return areas;
}

function runsIn(areas: ReadonlyMap<number, Area>): number {
  return [...areas.values()].reduce((sum, { runs }) => sum + runs.length, 0);
}

function styleOf(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}
