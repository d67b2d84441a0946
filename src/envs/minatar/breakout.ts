/** Breakout: a ball, a paddle, and three rows of bricks. Sources: see `game.ts`. @module */
import { type Draws, type Game, last, moved, moves, type Outcome, upTo } from "./game.ts";

/** The rows of bricks, from the first on. */
const firstRow = 1;
const rows = 3;

/** A row of bricks that is whole: a bit a cell, column 0 lowest. */
const wholeRow = 0x3ff;

/** The ball starts in this row, at either side. */
const startRow = 3;

type Breakout = {
  paddle: number;
  ballX: number;
  ballY: number;
  /** Where the ball was before: its trail. */
  lastX: number;
  lastY: number;
  /** Whether the ball flies to the right, and down. */
  right: number;
  down: number;
  /** Whether the ball has just broken a brick: it breaks no other before it has been in a cell without one. */
  struck: number;
  /** A row each, a bit a cell. */
  bricks: Int32Array;
};

/** A reward of 1 for each brick; over when the ball leaves the board below the paddle. */
export const breakout: Game<Breakout> = {
  name: "Breakout",
  planes: [
    { name: "paddle", colour: "#2563a8", letter: "=" },
    { name: "ball", colour: "#c8372d", letter: "o" },
    { name: "trail", colour: "#f0b7a4", letter: "." },
    { name: "brick", colour: "#8b5e4b", letter: "#" },
  ],
  minimalActions: [moves.wait, moves.left, moves.right],
  player: { column: "paddle" },
  ranges: {
    paddle: upTo(last),
    ballX: upTo(last),
    ballY: upTo(last),
    lastX: upTo(last),
    lastY: upTo(last),
    right: upTo(1),
    down: upTo(1),
    struck: upTo(1),
    bricks: upTo(wholeRow, rows),
  },

  start(draws: Draws): Breakout {
    const right = 1 - draws.below(2);
    const ballX = right ? 0 : last;
    return {
      paddle: 4,
      ballX,
      ballY: startRow,
      lastX: ballX,
      lastY: startRow,
      right,
      down: 1,
      struck: 0,
      bricks: new Int32Array(rows).fill(wholeRow),
    };
  },

  step(state: Breakout, action: number): Outcome {
    state.paddle = moved(state.paddle, action === moves.left, action === moves.right);
    const { ballX, ballY, bricks } = state;
    let x = ballX + (state.right ? 1 : -1);
    let y = ballY + (state.down ? 1 : -1);
    let [reward, terminated, struck] = [0, false, 0];
    if (x < 0 || x > last) {
      x = ballX;
      state.right ^= 1;
    }
    if (y < 0) {
      y = 0;
      state.down = 1;
    } else if (hasBrick(bricks, x, y)) {
      struck = 1;
      if (!state.struck) {
        reward = 1;
        bricks[y - firstRow]! ^= 1 << x;
        y = ballY;
        state.down ^= 1;
      }
    } else if (y === last) {
      if (bricks.every((row) => row === 0)) bricks.fill(wholeRow);
      // It bounces off the paddle where it comes down on it, and back where the paddle meets it from the side.
      const above = ballX === state.paddle;
      if (above || x === state.paddle) {
        y = ballY;
        state.down = 0;
        if (!above) state.right ^= 1;
      } else {
        terminated = true;
      }
    }
    state.struck = struck;
    state.lastX = ballX;
    state.lastY = ballY;
    state.ballX = x;
    state.ballY = y;
    return { reward, terminated };
  },

  observe({ paddle, ballX, ballY, lastX, lastY, bricks }, mark) {
    mark(0, paddle, last);
    mark(1, ballX, ballY);
    mark(2, lastX, lastY);
    for (let row = 0; row < rows; row++) {
      for (let x = 0; x <= last; x++) {
        if (bricks[row]! >> x & 1) mark(3, x, row + firstRow);
      }
    }
  },
};

function hasBrick(bricks: Int32Array, x: number, y: number): boolean {
  return y >= firstRow && y < firstRow + rows && (bricks[y - firstRow]! >> x & 1) === 1;
}
