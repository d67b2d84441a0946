/**
 * Rooms: find the way out through the doors of a house. The six rooms are those of the well-known introduction to
 * tabular Q-learning: J. McCullock, "Q-Learning: Step-By-Step Tutorial".
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import { drawBoard, type Pen, type Point } from "./board.ts";
import { listValue } from "./rows.ts";
import type { StateGrid } from "./environment.ts";
import type { Surface } from "./surface.ts";
import { memoized, TabularEnvironment, type TabularTask } from "./tabular.ts";

/** In the matrix: there is no door. */
const wall = -1;

/** Rooms of a house: its tables grow with their square. */
const mostRooms = 100;

/** From room (row) to room (column). */
const sixRooms = [
  [-1, -1, -1, -1, 0, -1],
  [-1, -1, -1, 0, -1, 100],
  [-1, -1, -1, 0, -1, -1],
  [-1, 0, 0, -1, 0, -1],
  [0, -1, -1, 0, -1, 100],
  [-1, 0, -1, -1, 0, 100],
];

/** Options of {@linkcode Rooms}. */
export interface RoomsOptions {
  /**
   * [rooms, rooms], 2 to 100 of them: the reward of going from one room (row) to another (column), -1 where
   * there is no door. The last room is the way out and can be reached from every other. Default: the six rooms.
   */
  readonly reward?: readonly (readonly number[])[];
}

/**
 * A house whose last room, 5 of the six, is the way out; no time limit. An action is the room to enter. Observation:
 * the room. The reward is the matrix's. Only doors are legal: `info.actionMask` shows them, and `step` throws
 * RangeError, naming them, for another room. Terminates in the last room, where `info.success` is true; a further
 * step there, in `transitions`, stays and earns nothing. Starts in any other room: a start in the last would be an
 * empty episode.
 */
export class Rooms extends TabularEnvironment {
  /** [rooms, rooms]: the matrix, -1 where there is no door. */
  readonly reward: readonly (readonly number[])[];

  /** Throws UsageError for a matrix that is none of those described. */
  constructor(options: RoomsOptions = {}) {
    const reward = checkedReward(options.reward ?? sixRooms);
    super(taskOf(reward));
    this.reward = reward;
  }

  /**
   * Draws rooms as circles, clockwise from room 0 at the top, each with as many dots as its number (up to 12
   * rooms), doors as lines, the present room filled and the last one ringed. Throws Error before a reset.
   */
  render(surface: Surface): void {
    const present = this.shown();
    const rooms = this.reward.length;
    const radius = Math.min(0.55, 4.2 / rooms);
    drawBoard(surface, { rows: 5, columns: 5, ground: "#fbfaf7" }, (pen) => {
      const at = (room: number): Point => onCircle([2.5, 2.5], 1.8, room / rooms);
      this.reward.forEach((row, from) =>
        row.forEach((value, to) => {
          if (value !== wall && from !== to) pen.line("#8a8f98", [at(from), at(to)], 0.05);
        })
      );
      for (let room = 0; room < rooms; room++) {
        const centre = at(room);
        if (room === rooms - 1) pen.disc("#e0a100", centre, radius * 1.18);
        pen.disc("#4a5568", centre, radius);
        pen.disc(room === present ? "#2563a8" : "#ffffff", centre, radius * 0.92);
        if (rooms <= 12) {
          drawDots(pen, room === present ? "#ffffff" : "#4a5568", { centre, radius, dots: room });
        }
      }
    });
  }

  /** A line a room with its doors; `>` marks the present one and `*` the last. Throws Error before a reset. */
  renderText(): string {
    const present = this.shown();
    return this.reward.map((row, room) => {
      const doors = [...row.keys()].filter((door) => row[door] !== wall);
      const marks = (room === present ? ">" : " ") + (room === this.reward.length - 1 ? "*" : " ");
      return `${marks} room ${room}: doors to ${doors.join(", ") || "none"}`;
    }).join("\n");
  }

  /** The rooms in a row, X at the way out. */
  stateGrid(): StateGrid<number> {
    const rooms = [...this.reward.keys()];
    const exit = rooms.length - 1;
    return {
      columns: { name: "room", count: rooms.length },
      rows: { name: "", count: 1 },
      observations: rooms.map((room) => room === exit ? undefined : room),
      actionMasks: this.reward.map((row) => Uint8Array.from(row, (value) => value === wall ? 0 : 1)),
      labels: rooms.map((room) => room === exit ? "X" : ""),
      meanings: { X: "the way out" },
      actions: rooms.map((room) => `to ${room}`),
    };
  }
}

/** A copy of `reward`; UsageError if it is no matrix with a way out. */
function checkedReward(reward: unknown): number[][] {
  const fail = (fault: string) => new UsageError(`Cannot make Rooms: ${fault}`);
  if (!Array.isArray(reward) || reward.length < 2 || reward.length > mostRooms) {
    const found = Array.isArray(reward) && reward.length > 2
      ? `of ${reward.length} rooms`
      : listValue(reward);
    throw fail(`reward is ${found}, wanted a matrix of 2 to ${mostRooms} rooms`);
  }
  const rooms = reward.length;
  reward.forEach((row: unknown, room) => {
    if (Array.isArray(row) && row.length === rooms && row.every(Number.isFinite)) return;
    throw fail(`row ${room} of reward is ${listValue(row)}, wanted ${rooms} finite numbers`);
  });
  const matrix = reward.map((row: number[]) => [...row]);
  const reaching = new Set([rooms - 1]);
  for (const to of reaching) {
    matrix.forEach((row, from) => {
      if (row[to] !== wall) reaching.add(from);
    });
  }
  const lost = matrix.findIndex((_, room) => !reaching.has(room));
  if (lost < 0) return matrix;
  throw fail(`no doors lead from room ${lost} to room ${rooms - 1}, wanted a way out of every room`);
}

/** A point on a circle, `turn` of it clockwise from the top. */
function onCircle([x, y]: Point, radius: number, turn: number): Point {
  return [x + radius * Math.sin(2 * Math.PI * turn), y - radius * Math.cos(2 * Math.PI * turn)];
}

function drawDots(pen: Pen, colour: string, room: { centre: Point; radius: number; dots: number }): void {
  const { centre, radius, dots } = room;
  for (let dot = 0; dot < dots; dot++) {
    pen.disc(colour, dots === 1 ? centre : onCircle(centre, radius * 0.5, dot / dots), radius * 0.12);
  }
}

const taskOf = memoized((reward: readonly (readonly number[])[]): TabularTask => {
  const rooms = reward.length;
  const exit = rooms - 1;
  return {
    name: "Rooms",
    states: rooms,
    actions: rooms,
    starts: reward.keys().filter((room) => room !== exit).toArray(),
    info: (room) => ({
      actionMask: Uint8Array.from(reward[room]!, (value) => value === wall ? 0 : 1),
      success: room === exit,
    }),
    outcomes(room, door) {
      const value = reward[room]![door]!;
      if (value === wall) return [];
      if (room === exit) return [{ probability: 1, next: exit, reward: 0, terminated: true }];
      return [{ probability: 1, next: door, reward: value, terminated: door === exit }];
    },
  };
});
