/** Games of MinAtar as pictures, as text, and as what is seen from every cell. @module */
import { drawBoard, drawTile } from "../board.ts";
import type { StateGrid } from "../environment.ts";
import type { Surface } from "../surface.ts";
import { cells, type Game, type GamePlane, type GameState, size } from "./game.ts";

/** [planes, 10, 10]: ones where something of a plane stands. */
export function planesOf(game: Game, state: GameState): Float32Array<ArrayBuffer> {
  const observation = new Float32Array(game.planes.length * cells);
  game.observe(state, (plane, x, y) => {
    observation[plane * cells + y * size + x] = 1;
  });
  return observation;
}

/** Of each cell, row by row, the first plane in which something stands; undefined where the cell is empty. */
function firstPlanes(game: Game, state: GameState): (GamePlane | undefined)[] {
  const seen = planesOf(game, state);
  return Array.from(
    { length: cells },
    (_, cell) => game.planes.find((_, plane) => seen[plane * cells + cell] === 1),
  );
}

/** Draws every cell in the colour of the first plane in which something stands there. */
export function drawGame(surface: Surface, game: Game, state: GameState): void {
  drawBoard(surface, { rows: size, columns: size, ground: "#f7f7f9" }, (pen) => {
    firstPlanes(game, state).forEach((plane, cell) => {
      drawTile(pen, plane?.colour ?? "#e6eaf0", [cell % size, Math.floor(cell / size)]);
    });
  });
}

/** A letter a cell, that of the first plane in which something stands there, in a frame. */
export function gameText(game: Game, state: GameState): string {
  const letters = firstPlanes(game, state).map((plane) => plane?.letter ?? " ");
  const edge = `+${"-".repeat(size)}+`;
  const lines = Array.from(
    { length: size },
    (_, y) => `|${letters.slice(y * size, (y + 1) * size).join("")}|`,
  );
  return [edge, ...lines, edge].join("\n");
}

/** What is seen with the player in each cell of the board, or of the row or column that is all it has. */
export function playerGrid(game: Game, state: GameState, actions: readonly string[]): StateGrid {
  const { column, row } = game.player;
  const [columns, rows] = [column, row].map((name) => name === undefined ? 1 : size) as [number, number];
  const places = Array.from(
    { length: columns * rows },
    (_, i): [number, number] => [i % columns, Math.floor(i / columns)],
  );
  const isOpen = (name: string | undefined, place: number) => {
    const { low, high } = game.ranges[name ?? ""] ?? { low: 0, high: 0 };
    return place >= low && place <= high;
  };
  return {
    columns: { name: column === undefined ? "" : "column", count: columns },
    rows: { name: row === undefined ? "" : "row", count: rows },
    observations: places.map(([x, y]) =>
      isOpen(column, x) && isOpen(row, y)
        ? planesOf(game, {
          ...state,
          ...column === undefined ? {} : { [column]: x },
          ...row === undefined ? {} : { [row]: y },
        })
        : undefined
    ),
    labels: places.map(() => ""),
    note: "everything else as it stands",
    actions,
  };
}
