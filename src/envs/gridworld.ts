/**
 * Gridworld: reach the goal of a small board, not the pit. Source: A. Zai and B. Brown, "Deep Reinforcement
 * Learning in Action", chapter 3.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { type Box, box, type Discrete, discrete } from "../core/spaces.ts";
import { type State, StateReader } from "../core/state.ts";
import { drawBoard, drawFlag, drawHole, drawPerson, drawTile, type Pen, type Point } from "./board.ts";
import {
  checkAction,
  type Environment,
  type Info,
  type ResetOptions,
  type ResetResult,
  type StateGrid,
  type StepResult,
} from "./environment.ts";
import { EpisodePhase } from "./episode_phase.ts";
import { listValue } from "./rows.ts";
import type { Surface } from "./surface.ts";

const size = 4;
const cells = size * size;
const actionNames = ["up", "down", "left", "right"];

/** [cells, actions]: the cell that a move leads to, the same one at the edge of the board. */
const neighbours = Uint8Array.from({ length: cells * 4 }, (_, i) => {
  const cell = i >> 2, row = cell >> 2, column = cell & 3;
  const open = [row > 0, row < size - 1, column > 0, column < size - 1][i & 3]!;
  return open ? cell + [-size, size, -1, 1][i & 3]! : cell;
});

/** Where things are, each a cell: row times 4 plus column. */
interface Board {
  readonly player: number;
  readonly goal: number;
  readonly pit: number;
  readonly wall: number;
}

const staticBoard: Board = { player: 3, goal: 0, pit: 1, wall: 5 };

const lost: Info = Object.freeze({ success: false });
const won: Info = Object.freeze({ success: true });

/** How boards are set up; see {@linkcode GridworldOptions}. */
export type GridworldMode = "static" | "player" | "random";

/** Options of {@linkcode Gridworld}. */
export interface GridworldOptions {
  /**
   * "static" (the default): player at row 0, column 3, goal at (0, 0), pit at (0, 1), wall at (1, 1). "player":
   * the player anywhere free. "random": all four anywhere. Each board from which the goal can be reached without
   * the pit is as likely as the others.
   */
  readonly mode?: GridworldMode;
  /** Uniform numbers in [0, noise) are added to each of an observation's. Default: 0. */
  readonly noise?: number;
}

/**
 * A board of 4 by 4 cells with player, goal, pit and wall; no time limit. Actions: 0 up, 1 down, 2 left, 3 right.
 * Observation, float32 [4, 4, 4]: a plane each for player, goal, pit and wall, 1 where it is and else 0, plus noise.
 * Reward -1 a move, but +10 into the goal and -10 into the pit, which both terminate; `info.success` is true at the
 * goal alone. Moves off the board or into the wall leave the player where it is. `reset({ state })` takes the cells of
 * player, goal, pit and wall, row times 4 plus column each, with no look at whether the goal can be reached.
 */
export class Gridworld implements Environment {
  readonly observationSpace: Box;
  readonly actionSpace: Discrete = discrete(4);
  readonly #mode: GridworldMode;
  readonly #noise: number;
  readonly #phase = new EpisodePhase("Gridworld");
  #board: Board = staticBoard;
  #player = staticBoard.player;

  /** Throws UsageError for options that are none of those described. */
  constructor(options: GridworldOptions = {}) {
    const { mode = "static", noise = 0 } = options;
    if (!["static", "player", "random"].includes(mode)) {
      const wanted = 'wanted "static", "player" or "random"';
      throw new UsageError(`Cannot make Gridworld: mode is ${listValue(mode)}, ${wanted}`);
    }
    if (!(Number.isFinite(noise) && noise >= 0)) {
      throw new UsageError(
        `Cannot make Gridworld: noise is ${listValue(noise)}, wanted a number of 0 or more`,
      );
    }
    this.#mode = mode;
    this.#noise = noise;
    this.observationSpace = box([4, size, size], 0, 1 + noise);
  }

  /** Starts an episode. Throws RangeError unless `state`, if given, is four different cells. */
  reset(options: ResetOptions = {}): ResetResult {
    const { seed, state } = options;
    if (state !== undefined && !isPlacing(state)) {
      const wanted = `wanted 4 different integers in [0, ${cells - 1}]`;
      throw new RangeError(`Cannot reset Gridworld: state is [${state.join(", ")}], ${wanted}`);
    }
    const random = this.#phase.begin(seed);
    this.#board = state === undefined ? drawnBoard(this.#mode, random) : boardOf(state);
    this.#player = this.#board.player;
    return { observation: this.#observe(random), info: lost };
  }

  /** Moves the player. */
  step(action: number): StepResult {
    checkAction(this.actionSpace, action);
    const random = this.#phase.checkStep();
    const { goal, pit, wall } = this.#board;
    const next = neighbours[this.#player * 4 + action]!;
    if (next !== wall) this.#player = next;
    const success = next === goal;
    const terminated = success || next === pit;
    if (terminated) this.#phase.end();
    const reward = success ? 10 : terminated ? -10 : -1;
    const observation = this.#observe(random);
    return { observation, reward, terminated, truncated: false, info: success ? won : lost };
  }

  save(): State {
    return { progress: this.#phase.save(), ...this.#board, player: this.#player };
  }

  load(state: State): void {
    const saved = new StateReader(state, "Gridworld");
    const cell = (key: keyof Board) => saved.count(key, cells - 1);
    const board = { player: cell("player"), goal: cell("goal"), pit: cell("pit"), wall: cell("wall") };
    this.#phase.load(saved.child("progress"));
    this.#board = board;
    this.#player = board.player;
  }

  /** Draws board, goal, pit, wall and player. Throws Error before a reset. */
  render(surface: Surface): void {
    const { goal, pit, wall } = this.#shown();
    drawBoard(surface, { rows: size, columns: size, ground: "#f7f7f9" }, (pen) => {
      for (let cell = 0; cell < cells; cell++) drawTile(pen, "#e6eaf0", place(cell));
      drawFlag(pen, "#2f9e55", place(goal));
      drawHole(pen, "#c65b4e", place(pit));
      drawBricks(pen, place(wall));
      drawPerson(pen, "#2563a8", place(this.#player));
    });
  }

  /** Rows such as `[ ][P][ ][+]`: P player, + goal, - pit, W wall. Throws Error before a reset. */
  renderText(): string {
    const { goal, pit, wall } = this.#shown();
    const letter = (cell: number) =>
      cell === this.#player ? "P" : cell === goal ? "+" : cell === pit ? "-" : cell === wall ? "W" : " ";
    const row = (y: number) => Array.from({ length: size }, (_, x) => `[${letter(y * size + x)}]`).join("");
    return Array.from({ length: size }, (_, y) => row(y)).join("\n");
  }

  /**
   * The player in each cell of the present board, without noise; goal, pit and wall are labelled +, - and W.
   * Throws Error before a reset.
   */
  stateGrid(): StateGrid {
    const { goal, pit, wall } = this.#shown();
    const labels = Array.from(
      { length: cells },
      (_, cell) => cell === goal ? "+" : cell === pit ? "-" : cell === wall ? "W" : "",
    );
    return {
      columns: { name: "column", count: size },
      rows: { name: "row", count: size },
      observations: labels.map((label, cell) => label === "" ? planes(this.#board, cell) : undefined),
      labels,
      meanings: { "+": "goal", "-": "pit", W: "wall" },
      actions: actionNames,
    };
  }

  #observe(random: Random): Float32Array {
    const observation = planes(this.#board, this.#player);
    if (this.#noise > 0) {
      for (let i = 0; i < observation.length; i++) observation[i]! += random.uniform(0, this.#noise);
    }
    return observation;
  }

  /** The board. Throws Error before a reset. */
  #shown(): Board {
    this.#phase.checkRender();
    return this.#board;
  }
}

/** [4, 4, 4]: a plane each for player, goal, pit and wall. */
function planes({ goal, pit, wall }: Board, player: number): Float32Array<ArrayBuffer> {
  const observation = new Float32Array(4 * cells);
  observation[player] = 1;
  observation[cells + goal] = 1;
  observation[2 * cells + pit] = 1;
  observation[3 * cells + wall] = 1;
  return observation;
}

function isPlacing(state: readonly number[]): boolean {
  const sound = state.every((cell) => Number.isInteger(cell) && cell >= 0 && cell < cells);
  return sound && state.length === 4 && new Set(state).size === 4;
}

function boardOf(state: readonly number[]): Board {
  const [player, goal, pit, wall] = state as [number, number, number, number];
  return { player, goal, pit, wall };
}

/** A board of this mode: drawn again until it can be won, so that all that can be are equally likely. */
function drawnBoard(mode: GridworldMode, random: Random): Board {
  if (mode === "static") return staticBoard;
  for (;;) {
    const placing = Array.from({ length: mode === "player" ? 1 : 4 }, () => random.below(cells));
    const board = mode === "player" ? { ...staticBoard, player: placing[0]! } : boardOf(placing);
    if (isPlacing([board.player, board.goal, board.pit, board.wall]) && isSolvable(board)) return board;
  }
}

/** Whether the player can walk to the goal past pit and wall: a flood over the cells. */
function isSolvable({ player, goal, pit, wall }: Board): boolean {
  const reached = new Set([player]);
  for (const cell of reached) {
    if (cell === goal) return true;
    for (let action = 0; action < 4; action++) {
      const next = neighbours[cell * 4 + action]!;
      if (next !== pit && next !== wall) reached.add(next);
    }
  }
  return false;
}

function place(cell: number): Point {
  return [cell % size, Math.floor(cell / size)];
}

function drawBricks(pen: Pen, [x, y]: Point): void {
  drawTile(pen, "#d9d4cf", [x, y]);
  for (let course = 0; course < 4; course++) {
    const top = y + 0.06 + course * 0.225;
    const joints = course % 2 === 0 ? [0.06, 0.5, 0.94] : [0.06, 0.28, 0.72, 0.94];
    for (let brick = 0; brick < joints.length - 1; brick++) {
      const left = joints[brick]! + 0.01;
      pen.rectangle("#8b5e4b", [x + left, top], [joints[brick + 1]! - left - 0.01, 0.2]);
    }
  }
}
