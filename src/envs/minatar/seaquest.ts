/** Seaquest: a submarine fetches divers from among fish and other submarines. Sources: see `game.ts`. @module */
import { type Conditions, type Game, last, moved, moves, type Outcome, size, upTo } from "./game.ts";
import { spawn, swim, type Swimmer, swimmersOf, swimmerWords, takeAt } from "./swimmers.ts";

/** Rows from the surface to the ground: swimmers are between both, gauges below. */
const ground = 8;

/** Most divers aboard. */
const crew = 6;

/** Oxygen of a full tank, and the steps that a tenth of it lasts. */
const tank = 200;
const tenth = tank / size;

/** Steps from one shot to the next. */
const pause = { own: 5, enemy: 10 } as const;

/** Steps between two moves and between two arrivals, and the least that ramping makes of them. */
const diverPace = { move: 5, spawn: 30 } as const;
const slowest = { move: 5, spawn: 20 } as const;
const fastest = { move: 2, spawn: 1 } as const;

/**
 * Swimmers that a list can hold. Enemies are most, 30, where one arrives in each step and stays for 10 moves of 3 steps; of
 * such 30 submarines a third at most have a shot on the board, as each shoots every 11 steps and shots are three times as
 * fast. Divers stay for 60 steps, and shots of one's own for 10.
 */
const most = { enemies: 32, bombs: 16, shots: 4, divers: 4 } as const;

type Seaquest = {
  /** The front of the submarine, and whether it looks to the right. */
  subX: number;
  subY: number;
  right: number;
  /** Steps until it can shoot. */
  shotWait: number;
  /** Whether it has been at the surface since it came up. */
  surfaced: number;
  /** -1 is the end. */
  oxygen: number;
  /**
   * Divers aboard. As in the package, -1 after six have left: until the next has come aboard, coming up without any is not
   * the end, and takes one more each time.
   */
  aboard: number;
  /** Steps between two moves of enemies, and between two of their arrivals. */
  movePace: number;
  spawnPace: number;
  /** How often the game has become harder. */
  ramps: number;
  /** Steps until an enemy arrives, and a diver. */
  spawnWait: number;
  diverWait: number;
  /** Swimmers, see `swimmers.ts`. */
  shots: Int32Array;
  bombs: Int32Array;
  fish: Int32Array;
  subs: Int32Array;
  divers: Int32Array;
};

/** A reward of 1 for each enemy that is shot, and up to 10 for coming up with six divers, by the oxygen that is left. */
export const seaquest: Game<Seaquest> = {
  name: "Seaquest",
  planes: [
    { name: "sub front", colour: "#2563a8", letter: "@" },
    { name: "sub back", colour: "#7aa7d9", letter: "=" },
    { name: "friendly bullet", colour: "#e0a100", letter: "-" },
    { name: "trail", colour: "#d5d9e0", letter: "." },
    { name: "enemy bullet", colour: "#c8372d", letter: "*" },
    { name: "enemy fish", colour: "#2f9e55", letter: "F" },
    { name: "enemy sub", colour: "#8b5e4b", letter: "S" },
    { name: "oxygen gauge", colour: "#5fc3d6", letter: "o" },
    { name: "diver gauge", colour: "#6a3d9a", letter: "d" },
    { name: "diver", colour: "#6a3d9a", letter: "D" },
  ],
  minimalActions: Object.values(moves),
  player: { column: "subX", row: "subY" },
  ranges: {
    subX: upTo(last),
    subY: upTo(ground),
    right: upTo(1),
    shotWait: upTo(pause.own),
    surfaced: upTo(1),
    oxygen: { low: -1, high: tank },
    aboard: { low: -1e6, high: crew },
    movePace: { low: fastest.move, high: slowest.move },
    spawnPace: { low: fastest.spawn, high: slowest.spawn },
    ramps: upTo(slowest.spawn),
    spawnWait: upTo(slowest.spawn),
    diverWait: upTo(diverPace.spawn),
    shots: upTo(swimmerWords, most.shots),
    bombs: upTo(swimmerWords, most.bombs),
    fish: upTo(swimmerWords, most.enemies),
    subs: upTo(swimmerWords, most.enemies),
    divers: upTo(swimmerWords, most.divers),
  },

  start: (): Seaquest => ({
    subX: 5,
    subY: 0,
    right: 0,
    shotWait: 0,
    surfaced: 1,
    oxygen: tank,
    aboard: 0,
    movePace: slowest.move,
    spawnPace: slowest.spawn,
    ramps: 0,
    spawnWait: slowest.spawn,
    diverWait: diverPace.spawn,
    shots: new Int32Array(most.shots),
    bombs: new Int32Array(most.bombs),
    fish: new Int32Array(most.enemies),
    subs: new Int32Array(most.enemies),
    divers: new Int32Array(most.divers),
  }),

  step(state: Seaquest, action: number, conditions: Conditions): Outcome {
    arrive(state, conditions);
    steer(state, action);
    let reward = flyShots(state);
    moveDivers(state);
    const came = moveEnemies(state);
    reward += came.reward;
    let { terminated } = came;
    if (state.shotWait > 0) state.shotWait--;
    state.spawnWait--;
    state.diverWait--;
    terminated ||= state.oxygen <= 0; // Even where the submarine comes up in this step.
    if (state.subY > 0) {
      state.surfaced = 0;
      state.oxygen--;
    } else if (!state.surfaced) {
      if (state.aboard === 0) terminated = true;
      else reward += comeUp(state, conditions.ramping);
    }
    return { reward, terminated };
  },

  observe(state: Seaquest, mark) {
    const { subX, subY, right, oxygen, aboard } = state;
    mark(0, subX, subY);
    const back = subX + (right ? -1 : 1);
    if (back >= 0 && back <= last) mark(1, back, subY);
    for (let x = 0; x < Math.floor(Math.max(0, oxygen) / tenth); x++) mark(7, x, last);
    for (let x = last - aboard; x < last; x++) mark(8, x, last);
    const lists = [[2, state.shots], [4, state.bombs], [5, state.fish], [6, state.subs], [
      9,
      state.divers,
    ]] as const;
    for (const [plane, list] of lists) {
      for (const { x, y, right } of swimmersOf(list)) {
        mark(plane, x, y);
        const behind = x + (right ? -1 : 1);
        if (plane > 4 && behind >= 0 && behind <= last) mark(3, behind, y);
      }
    }
  },
};

/** An enemy and a diver arrive when it is time. Draws of the first: its side, its kind and its row; of the other, side and row. */
function arrive(state: Seaquest, { draws }: Conditions): void {
  if (state.spawnWait === 0) {
    const right = draws.uniform() < 0.5;
    const isSub = draws.uniform() < 1 / 3;
    const y = 1 + draws.below(ground);
    const enemies = [...swimmersOf(state.fish), ...swimmersOf(state.subs)];
    // Two that come towards each other are never in one row.
    if (!enemies.some((other) => other.y === y && other.right !== right)) {
      spawn(isSub ? state.subs : state.fish, {
        x: right ? 0 : last,
        y,
        right,
        wait: state.movePace,
        shot: isSub ? pause.enemy : 0,
      });
    }
    state.spawnWait = state.spawnPace;
  }
  if (state.diverWait === 0) {
    const right = draws.uniform() < 0.5;
    const y = 1 + draws.below(ground);
    spawn(state.divers, { x: right ? 0 : last, y, right, wait: diverPace.move, shot: 0 });
    state.diverWait = diverPace.spawn;
  }
}

/** The submarine shoots or moves. */
function steer(state: Seaquest, action: number): void {
  if (action === moves.fire && state.shotWait === 0) {
    spawn(state.shots, { x: state.subX, y: state.subY, right: state.right === 1, wait: 0, shot: 0 });
    state.shotWait = pause.own;
  }
  if (action === moves.left || action === moves.right) state.right = Number(action === moves.right);
  state.subX = moved(state.subX, action === moves.left, action === moves.right);
  state.subY = Math.min(ground, moved(state.subY, action === moves.up, action === moves.down));
}

/** Shots fly on, and each sinks the first enemy that it meets. Returns how many. */
function flyShots({ shots, fish, subs }: Seaquest): number {
  let hits = 0;
  swim(shots, (shot) => {
    if (!fly(shot)) return false;
    const hit = takeAt(fish, shot) || takeAt(subs, shot);
    hits += Number(hit);
    return !hit;
  });
  return hits;
}

/** Divers swim on; one that meets the submarine comes aboard where there is room. */
function moveDivers(state: Seaquest): void {
  const comesAboard = (diver: Swimmer) => {
    const comes = meets(state, diver) && state.aboard < crew;
    state.aboard += Number(comes);
    return comes;
  };
  swim(state.divers, (diver) => {
    if (comesAboard(diver)) return false;
    if (diver.wait-- > 0) return true;
    diver.wait = diverPace.move;
    return fly(diver) && !comesAboard(diver);
  });
}

/** Submarines, what they have shot, and fish move on. What comes to a shot is sunk; to meet the submarine is the end. */
function moveEnemies(state: Seaquest): Outcome {
  let [reward, terminated] = [0, false];
  const meet = (one: Swimmer) => {
    terminated ||= meets(state, one);
  };
  const swimOn = (enemy: Swimmer) => {
    meet(enemy);
    if (enemy.wait-- > 0) return true;
    enemy.wait = state.movePace;
    if (!fly(enemy)) return false;
    if (meets(state, enemy)) {
      terminated = true;
      return true;
    }
    const isSunk = takeAt(state.shots, enemy);
    reward += Number(isSunk);
    return !isSunk;
  };
  swim(state.subs, (sub) => {
    const stays = swimOn(sub);
    if (sub.shot-- > 0 || !isOnBoard(sub)) return stays;
    sub.shot = pause.enemy; // It shoots even as it is sunk.
    spawn(state.bombs, { ...sub, wait: 0, shot: 0 });
    return stays;
  });
  swim(state.bombs, (bomb) => {
    meet(bomb);
    if (!fly(bomb)) return false;
    meet(bomb);
    return true;
  });
  swim(state.fish, swimOn);
  return { reward, terminated };
}

/** The tank is filled, and enemies come faster. A diver leaves, after the six where it is six, who are rewarded. */
function comeUp(state: Seaquest, ramping: boolean): number {
  const isFull = state.aboard === crew;
  const reward = isFull ? Math.floor(state.oxygen / tenth) : 0;
  state.aboard = (isFull ? 0 : state.aboard) - 1;
  state.surfaced = 1;
  state.oxygen = tank;
  if (ramping && (state.spawnPace > fastest.spawn || state.movePace > fastest.move)) {
    if (state.movePace > fastest.move && state.ramps % 2 === 1) state.movePace--;
    if (state.spawnPace > fastest.spawn) state.spawnPace--;
    state.ramps++;
  }
  return reward;
}

/** A cell on; false off the board. */
function fly(one: Swimmer): boolean {
  one.x += one.right ? 1 : -1;
  return isOnBoard(one);
}

function isOnBoard({ x }: Swimmer): boolean {
  return x >= 0 && x <= last;
}

function meets({ subX, subY }: Seaquest, { x, y }: Swimmer): boolean {
  return x === subX && y === subY;
}
