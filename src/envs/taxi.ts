/**
 * Taxi: fetch a passenger at one stop and bring him to another. Source: T. Dietterich, "Hierarchical
 * Reinforcement Learning with the MAXQ Value Function Decomposition", 2000, in the form of Gymnasium 1.4
 * (`Taxi-v4`).
 *
 * @module
 */
import { drawBoard, drawFlag, drawPerson, drawTile, type Pen, type Point } from "./board.ts";
import type { StateGrid } from "./environment.ts";
import type { Surface } from "./surface.ts";
import { type Outcome, TabularEnvironment, type TabularTask } from "./tabular.ts";

const size = 5;
const states = 500;

/** The passenger's place when aboard; 0 to 3 are the stops. */
const aboard = 4;
const stops = [
  { letter: "R", row: 0, column: 0, colour: "#f0948c" },
  { letter: "G", row: 0, column: 4, colour: "#8fd09c" },
  { letter: "Y", row: 4, column: 0, colour: "#f3d976" },
  { letter: "B", row: 4, column: 3, colour: "#94b4ea" },
] as const;

/** The town. Cells stand at odd columns of the text; between them `|` is a wall and `:` is none. */
const town = [
  "+---------+",
  "|R: | : :G|",
  "| : | : : |",
  "| : : : : |",
  "| | : | : |",
  "|Y| : |B: |",
  "+---------+",
];

const actionNames = ["south", "north", "east", "west", "pick up", "drop"];

/** What a number of a state stands for. */
interface Situation {
  readonly row: number;
  readonly column: number;
  /** A stop, or `aboard`. */
  readonly passenger: number;
  /** A stop. */
  readonly destination: number;
}

/**
 * The town of 5 by 5 cells; no time limit. Actions: 0 south, 1 north, 2 east, 3 west, 4 pick up, 5 drop.
 * Observation: ((row 5 + column) 5 + passenger) 4 + destination; the stops are 0 R, 1 G, 2 Y, 3 B, and the
 * passenger is 4 when aboard. Reward -1 a step, but +20 for the delivery and -10 for picking up or dropping where
 * that cannot be done; a passenger may be dropped at a wrong stop. Terminates with the delivery, where
 * `info.success` is true. `info.actionMask` allows the actions that change the state; the others may be taken, too.
 */
export class Taxi extends TabularEnvironment {
  /** Takes no options. */
  constructor() {
    super(task);
  }

  /**
   * Draws town, stops, walls, passenger and taxi; a flag marks the destination. Throws Error before a reset.
   */
  render(surface: Surface): void {
    const { row, column, passenger, destination } = decode(this.shown());
    drawBoard(surface, { rows: size + 0.2, columns: size + 0.2, ground: "#f4f4f1" }, (pen) => {
      const at = (x: number, y: number): Point => [x + 0.1, y + 0.1];
      for (let cell = 0; cell < size * size; cell++) {
        drawTile(pen, "#e3e5e6", at(cell % size, Math.floor(cell / size)));
      }
      stops.forEach((stop, i) => {
        drawTile(pen, stop.colour, at(stop.column, stop.row));
        if (i === destination) drawFlag(pen, "#26282b", at(stop.column, stop.row));
      });
      drawWalls(pen, at);
      drawTaxi(pen, at(column, row), passenger === aboard);
      const stop = stops[passenger];
      if (stop !== undefined) drawPerson(pen, "#6a3d9a", at(stop.column + 0.2, stop.row));
    });
  }

  /**
   * The town with the taxi as `t`, `T` when the passenger is aboard, and a line that says from where to where.
   * Throws Error before a reset.
   */
  renderText(): string {
    const { row, column, passenger, destination } = decode(this.shown());
    const taxi = passenger === aboard ? "T" : "t";
    const place = passenger === aboard ? "aboard" : `at ${stops[passenger]!.letter}`;
    const lines = town.map((line, y) =>
      y === row + 1 ? line.slice(0, 2 * column + 1) + taxi + line.slice(2 * column + 2) : line
    );
    return [...lines, `taxi ${taxi}, passenger ${place}, to ${stops[destination]!.letter}`].join("\n");
  }

  /**
   * The cells of the town for the passenger and the destination of the present state. Labels: a stop's letter,
   * then P where the passenger waits, D at the destination. Throws Error before a reset.
   */
  stateGrid(): StateGrid<number> {
    const { passenger, destination } = decode(this.shown());
    const situations = Array.from({ length: size * size }, (_, cell) => (
      { row: Math.floor(cell / size), column: cell % size, passenger, destination }
    ));
    const observations = situations.map((there) => isDelivered(there) ? undefined : encode(there));
    return {
      columns: { name: "column", count: size },
      rows: { name: "row", count: size },
      observations,
      actionMasks: observations.map((state) => state === undefined ? undefined : maskOf(state)),
      labels: situations.map((there) => {
        const stop = stopAt(there);
        if (stop < 0) return "";
        return stops[stop]!.letter + (stop === passenger ? "P" : stop === destination ? "D" : "");
      }),
      meanings: {
        ...Object.fromEntries(stops.map(({ letter }) => [letter, "stop"])),
        P: "the passenger waits here",
        D: "destination",
      },
      note: `passenger ${passenger === aboard ? "aboard" : `at ${stops[passenger]!.letter}`}, destination ${
        stops[destination]!.letter
      }`,
      actions: actionNames,
    };
  }
}

function encode({ row, column, passenger, destination }: Situation): number {
  return ((row * size + column) * (aboard + 1) + passenger) * stops.length + destination;
}

function decode(state: number): Situation {
  const destination = state % stops.length;
  const rest = Math.floor(state / stops.length);
  const passenger = rest % (aboard + 1);
  const cell = Math.floor(rest / (aboard + 1));
  return { row: Math.floor(cell / size), column: cell % size, passenger, destination };
}

/** The stop where the taxi is, -1 if at none. */
function stopAt({ row, column }: Situation): number {
  return stops.findIndex((stop) => stop.row === row && stop.column === column);
}

function isDelivered(there: Situation): boolean {
  return there.passenger === there.destination && stopAt(there) === there.destination;
}

/** Whether the way from a cell to the east is open. */
function isOpen(row: number, column: number): boolean {
  return town[row + 1]![2 * column + 2] === ":";
}

function outcome(state: number, action: number): Outcome {
  const from = decode(state);
  const { row, column, passenger, destination } = from;
  const stop = stopAt(from);
  const go = (change: Partial<Situation>, reward = -1, terminated = false): Outcome => (
    { probability: 1, next: encode({ ...from, ...change }), reward, terminated }
  );
  switch (action) {
    case 0:
      return go({ row: Math.min(row + 1, size - 1) });
    case 1:
      return go({ row: Math.max(row - 1, 0) });
    case 2:
      return go(isOpen(row, column) ? { column: column + 1 } : {});
    case 3:
      return go(isOpen(row, column - 1) ? { column: column - 1 } : {});
    case 4:
      return stop >= 0 && stop === passenger ? go({ passenger: aboard }) : go({}, -10);
    default:
      if (stop < 0 || passenger !== aboard) return go({}, -10);
      return stop === destination ? go({ passenger: stop }, 20, true) : go({ passenger: stop });
  }
}

/** [actions], 1 where the action changes `state`. */
function maskOf(state: number): Uint8Array {
  return Uint8Array.from(actionNames, (_, action) => outcome(state, action).next === state ? 0 : 1);
}

function drawWalls(pen: Pen, at: (x: number, y: number) => Point): void {
  const frame = [at(0, 0), at(size, 0), at(size, size), at(0, size)];
  const sides = frame.map((corner, i) => [corner, frame[(i + 1) % frame.length]!]);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size - 1; column++) {
      if (!isOpen(row, column)) sides.push([at(column + 1, row), at(column + 1, row + 1)]);
    }
  }
  for (const side of sides) pen.line("#3c4043", side, 0.1);
}

function drawTaxi(pen: Pen, [x, y]: Point, full: boolean): void {
  pen.rectangle("#f6c61c", [x + 0.12, y + 0.5], [0.76, 0.24]);
  pen.polygon("#f6c61c", [[x + 0.25, y + 0.5], [x + 0.34, y + 0.3], [x + 0.66, y + 0.3], [
    x + 0.75,
    y + 0.5,
  ]]);
  pen.rectangle(full ? "#6a3d9a" : "#dff1fb", [x + 0.36, y + 0.35], [0.28, 0.15]);
  for (let square = 0; square < 6; square++) {
    pen.rectangle(square % 2 === 0 ? "#26282b" : "#ffffff", [x + 0.26 + square * 0.08, y + 0.56], [
      0.08,
      0.08,
    ]);
  }
  for (const wheel of [0.3, 0.7]) pen.disc("#26282b", [x + wheel, y + 0.75], 0.1);
}

const task: TabularTask = {
  name: "Taxi",
  states,
  actions: actionNames.length,
  starts: Array.from({ length: states }, (_, state) => state).filter((state) => {
    const { passenger, destination } = decode(state);
    return passenger !== aboard && passenger !== destination;
  }),
  info: (state) => ({ actionMask: maskOf(state), success: isDelivered(decode(state)) }),
  outcomes: (state, action) => [outcome(state, action)],
};
