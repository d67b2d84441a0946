/** Asterix: gold and enemies cross eight rows; the player takes the one and avoids the other. Sources: see `game.ts`. @module */
import { type Conditions, type Draws, type Game, last, moved, moves, type Outcome, upTo } from "./game.ts";

/** Rows that are in play, from row 1 on. In each is one thing at most. */
const rows = 8;

/** Steps between two moves of things, between two things, and until the game becomes harder, at the start. */
const slowest = { move: 5, spawn: 10, ramp: 100 } as const;

/** What is in a row. */
const [nothing, enemy, gold] = [0, 1, 2];

type Asterix = {
  playerX: number;
  playerY: number;
  /** Steps from one move of things to the next, and until the next one. */
  movePace: number;
  moveWait: number;
  /** The same of things that appear. */
  spawnPace: number;
  spawnWait: number;
  /** How often the game has become harder, and steps until it does again; -1 is when it does. */
  ramps: number;
  rampWait: number;
  /** Of each row: what is in it, in which column, and whether it moves to the right. */
  kind: Int32Array;
  x: Int32Array;
  right: Int32Array;
};

/** A reward of 1 for each gold; over when the player and an enemy meet. */
export const asterix: Game<Asterix> = {
  name: "Asterix",
  planes: [
    { name: "player", colour: "#2563a8", letter: "@" },
    { name: "enemy", colour: "#c8372d", letter: "X" },
    { name: "trail", colour: "#d5d9e0", letter: "." },
    { name: "gold", colour: "#e0a100", letter: "$" },
  ],
  minimalActions: [moves.wait, moves.left, moves.up, moves.right, moves.down],
  player: { column: "playerX", row: "playerY" },
  ranges: {
    playerX: upTo(last),
    playerY: { low: 1, high: rows },
    movePace: { low: 1, high: slowest.move },
    moveWait: upTo(slowest.move),
    spawnPace: { low: 1, high: slowest.spawn },
    spawnWait: upTo(slowest.spawn),
    ramps: upTo(slowest.spawn),
    rampWait: { low: -1, high: slowest.ramp },
    kind: upTo(gold, rows),
    x: upTo(last, rows),
    right: upTo(1, rows),
  },

  start: (): Asterix => ({
    playerX: 5,
    playerY: 5,
    movePace: slowest.move,
    moveWait: slowest.move,
    spawnPace: slowest.spawn,
    spawnWait: slowest.spawn,
    ramps: 0,
    rampWait: slowest.ramp,
    kind: new Int32Array(rows),
    x: new Int32Array(rows),
    right: new Int32Array(rows),
  }),

  step(state: Asterix, action: number, { draws, ramping }: Conditions): Outcome {
    if (state.spawnWait === 0) {
      spawn(state, draws);
      state.spawnWait = state.spawnPace;
    }
    state.playerX = moved(state.playerX, action === moves.left, action === moves.right);
    const y = moved(state.playerY, action === moves.up, action === moves.down);
    state.playerY = Math.max(1, Math.min(rows, y));
    let met = meet(state);
    let [reward, terminated] = [Number(met === gold), met === enemy];
    if (state.moveWait === 0) {
      state.moveWait = state.movePace;
      for (let row = 0; row < rows; row++) move(state, row);
      met = meet(state);
      reward += Number(met === gold);
      terminated ||= met === enemy;
    }
    state.spawnWait--;
    state.moveWait--;
    if (ramping) ramp(state);
    return { reward, terminated };
  },

  observe({ playerX, playerY, kind, x, right }, mark) {
    mark(0, playerX, playerY);
    for (let row = 0; row < rows; row++) {
      if (kind[row] === nothing) continue;
      mark(kind[row] === gold ? 3 : 1, x[row]!, row + 1);
      const behind = x[row]! + (right[row] ? -1 : 1);
      if (behind >= 0 && behind <= last) mark(2, behind, row + 1);
    }
  },
};

/** Something comes in from a side, in one of the rows that are empty. Draws: the side, what it is, and the row. */
function spawn({ kind, x, right }: Asterix, draws: Draws): void {
  const isRight = draws.uniform() < 0.5;
  const isGold = draws.uniform() < 1 / 3;
  const empty = kind.reduce((count, one) => count + Number(one === nothing), 0);
  if (empty === 0) return;
  let row = -1;
  for (let left = draws.below(empty); left >= 0; left--) row = kind.indexOf(nothing, row + 1);
  kind[row] = isGold ? gold : enemy;
  x[row] = isRight ? 0 : last;
  right[row] = Number(isRight);
}

/** What is where the player is. Gold is taken. */
function meet(state: Asterix): number {
  const row = state.playerY - 1;
  if (state.x[row] !== state.playerX) return nothing;
  const met = state.kind[row]!;
  if (met === gold) clear(state, row);
  return met;
}

/** What is in a row moves on, perhaps off the board. */
function move(state: Asterix, row: number): void {
  if (state.kind[row] === nothing) return;
  const x = state.x[row]! + (state.right[row] ? 1 : -1);
  if (x < 0 || x > last) clear(state, row);
  else state.x[row] = x;
}

function clear({ kind, x, right }: Asterix, row: number): void {
  kind[row] = x[row] = right[row] = nothing;
}

/** Things appear more often each time, and move faster every other time. */
function ramp(state: Asterix): void {
  if (state.spawnPace === 1 && state.movePace === 1) return;
  if (state.rampWait-- >= 0) return;
  if (state.movePace > 1 && state.ramps % 2 === 1) state.movePace--;
  if (state.spawnPace > 1) state.spawnPace--;
  state.ramps++;
  state.rampWait = slowest.ramp;
}
