/** Space Invaders: aliens come down and shoot; a cannon shoots back. Sources: see `game.ts`. @module */
import { type Conditions, type Game, last, moved, moves, type Outcome, size, upTo } from "./game.ts";

/** Steps from one shot of the cannon to the next, and from one of the aliens to the next. */
const cannonPause = 5;
const alienPause = 10;

/** Steps between two moves of many aliens: of the first wave, and of the fastest. */
const slowest = 12;
const fastest = 6;

/** A wave when it appears: so many rows of aliens in columns 2 to 7. A bit a cell, column 0 lowest. */
const waveRows = 4;
const waveRow = 0b0011111100;

type SpaceInvaders = {
  /** The column of the cannon, which is in the last row. */
  cannon: number;
  /** Steps until it can shoot. */
  cannonWait: number;
  /** Whether the aliens move to the right. */
  right: number;
  /** Steps between two moves of the aliens while they are many, and until the next one. */
  movePace: number;
  moveWait: number;
  /** Steps until an alien shoots. */
  alienWait: number;
  /** Waves that were faster than the one before. */
  ramps: number;
  /** Rows from the top, a bit a cell: aliens, shots of the cannon, and shots of aliens. */
  aliens: Int32Array;
  shots: Int32Array;
  bombs: Int32Array;
};

/** A reward of 1 for each alien that is shot; over when an alien or a shot of one is where the cannon is. */
export const spaceInvaders: Game<SpaceInvaders> = {
  name: "SpaceInvaders",
  planes: [
    { name: "cannon", colour: "#2563a8", letter: "A" },
    { name: "alien", colour: "#2f9e55", letter: "W" },
    { name: "alien left", colour: "#2f9e55", letter: "W" },
    { name: "alien right", colour: "#2f9e55", letter: "W" },
    { name: "friendly bullet", colour: "#e0a100", letter: "|" },
    { name: "enemy bullet", colour: "#c8372d", letter: "*" },
  ],
  minimalActions: [moves.wait, moves.left, moves.right, moves.fire],
  player: { column: "cannon" },
  ranges: {
    cannon: upTo(last),
    cannonWait: upTo(cannonPause),
    right: upTo(1),
    movePace: { low: fastest, high: slowest },
    moveWait: upTo(slowest),
    alienWait: upTo(alienPause),
    ramps: upTo(slowest - fastest),
    aliens: upTo(2 ** size - 1, size),
    shots: upTo(2 ** size - 1, size),
    bombs: upTo(2 ** size - 1, size),
  },

  start(): SpaceInvaders {
    const aliens = new Int32Array(size);
    comeIn(aliens);
    return {
      cannon: 5,
      cannonWait: 0,
      right: 0,
      movePace: slowest,
      moveWait: slowest,
      alienWait: alienPause,
      ramps: 0,
      aliens,
      shots: new Int32Array(size),
      bombs: new Int32Array(size),
    };
  },

  step(state: SpaceInvaders, action: number, { ramping }: Conditions): Outcome {
    const { aliens, shots, bombs } = state;
    if (action === moves.fire && state.cannonWait === 0) {
      shots[last]! |= 1 << state.cannon;
      state.cannonWait = cannonPause;
    }
    state.cannon = moved(state.cannon, action === moves.left, action === moves.right);
    shots.copyWithin(0, 1)[last] = 0;
    bombs.copyWithin(1, 0)[0] = 0;
    const isHitBy = (rows: Int32Array) => (rows[last]! >> state.cannon & 1) === 1;
    let terminated = isHitBy(bombs) || isHitBy(aliens);
    if (state.moveWait === 0) {
      state.moveWait = Math.min(state.movePace, countOf(aliens));
      terminated = march(state) || terminated || isHitBy(aliens);
    }
    if (state.alienWait === 0) {
      state.alienWait = alienPause;
      shoot(state);
    }
    let reward = 0;
    for (let row = 0; row < size; row++) {
      const hit = aliens[row]! & shots[row]!;
      reward += bitsOf(hit);
      aliens[row]! ^= hit;
      shots[row]! ^= hit;
    }
    if (state.cannonWait > 0) state.cannonWait--;
    state.moveWait--;
    state.alienWait--;
    if (aliens.every((row) => row === 0)) {
      if (ramping && state.movePace > fastest) {
        state.movePace--;
        state.ramps++;
      }
      comeIn(aliens);
    }
    return { reward, terminated };
  },

  observe({ cannon, right, aliens, shots, bombs }, mark) {
    mark(0, cannon, last);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        if (aliens[y]! >> x & 1) {
          mark(1, x, y);
          mark(right ? 3 : 2, x, y);
        }
        if (shots[y]! >> x & 1) mark(4, x, y);
        if (bombs[y]! >> x & 1) mark(5, x, y);
      }
    }
  },
};

/** A wave comes in. */
function comeIn(aliens: Int32Array): void {
  aliens.fill(waveRow, 0, waveRows);
}

/** The aliens move a cell; those that are at an edge turn all of them, and all move down. Returns whether they had come all the way. */
function march(state: SpaceInvaders): boolean {
  const { aliens, right } = state;
  const edge = right ? 1 << last : 1;
  if (aliens.some((row) => (row & edge) !== 0)) {
    state.right ^= 1;
    const landed = aliens[last] !== 0;
    const [lowest] = aliens.slice(last);
    aliens.copyWithin(1, 0)[0] = lowest!;
    return landed;
  }
  for (let row = 0; row < size; row++) {
    aliens[row] = right ? aliens[row]! << 1 : aliens[row]! >> 1;
  }
  return false;
}

/** An alien shoots: the lowest one in the column that is nearest to the cannon. */
function shoot({ aliens, bombs, cannon }: SpaceInvaders): void {
  const columns = aliens.reduce((all, row) => all | row, 0);
  for (let away = 0; away < size; away++) {
    for (const x of [cannon - away, cannon + away]) {
      if (x < 0 || x > last || !(columns >> x & 1)) continue;
      const row = aliens.findLastIndex((aliensOf) => aliensOf >> x & 1);
      bombs[row]! |= 1 << x;
      return;
    }
  }
}

function countOf(rows: Int32Array): number {
  return rows.reduce((count, row) => count + bitsOf(row), 0);
}

function bitsOf(row: number): number {
  let count = 0;
  for (let left = row; left !== 0; left &= left - 1) count++;
  return count;
}
