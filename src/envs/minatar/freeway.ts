/** Freeway: a chicken crosses eight lanes. Sources: see `game.ts`. @module */
import {
  type Conditions,
  type Draws,
  type Game,
  last,
  moved,
  moves,
  type Outcome,
  size,
  upTo,
} from "./game.ts";

const lanes = 8;

/** The chicken's column, and the row it starts from. */
const column = 4;
const bottom = last;

/** Steps after a move in which the chicken cannot move again. */
const rest = 3;

/** Steps of an episode but for one. */
const steps = 2500;

/** Cars move every so many steps at least, but for one. */
const slowest = 5;

type Freeway = {
  /** The chicken's row. */
  row: number;
  /** Steps until it can move. */
  wait: number;
  /** Steps left; -1 is the end. */
  left: number;
  /** Of the car of each lane, from the top: its column, steps until it moves, how many those are, and whether to the right. */
  carX: Int32Array;
  carWait: Int32Array;
  carPace: Int32Array;
  carRight: Int32Array;
};

const speeds = ["#e0a100", "#e6b84d", "#ecce8a", "#f0dcae", "#f5ead0"];

/** A reward of 1 each time that the chicken gets to the top, which gives each car another speed and direction. */
export const freeway: Game<Freeway> = {
  name: "Freeway",
  planes: [
    { name: "chicken", colour: "#c8372d", letter: "@" },
    { name: "car", colour: "#2563a8", letter: "#" },
    ...speeds.map((colour, i) => ({ name: `speed${i + 1}`, colour, letter: `${i + 1}` })),
  ],
  minimalActions: [moves.wait, moves.up, moves.down],
  player: { row: "row" },
  ranges: {
    row: upTo(last),
    wait: upTo(rest),
    left: { low: -1, high: steps },
    carX: upTo(last, lanes),
    carWait: upTo(slowest, lanes),
    carPace: { low: 1, high: slowest, count: lanes },
    carRight: upTo(1, lanes),
  },

  start(draws: Draws): Freeway {
    const state = {
      row: bottom,
      wait: rest,
      left: steps,
      carX: new Int32Array(lanes),
      carWait: new Int32Array(lanes),
      carPace: new Int32Array(lanes),
      carRight: new Int32Array(lanes),
    };
    drawCars(state, draws);
    return state;
  },

  step(state: Freeway, action: number, { draws }: Conditions): Outcome {
    let reward = 0;
    const [up, down] = [action === moves.up, action === moves.down];
    if ((up || down) && state.wait === 0) {
      state.wait = rest;
      state.row = moved(state.row, up, down);
    }
    if (state.row === 0) {
      reward = 1;
      drawCars(state, draws);
      state.row = bottom;
    }
    for (let lane = 0; lane < lanes; lane++) driveCar(state, lane);
    if (state.wait > 0) state.wait--;
    state.left--;
    return { reward, terminated: state.left < 0 };
  },

  observe({ row, carX, carPace, carRight }, mark) {
    mark(0, column, row);
    for (let lane = 0; lane < lanes; lane++) {
      const x = carX[lane]!;
      mark(1, x, lane + 1);
      mark(1 + carPace[lane]!, (x + (carRight[lane] ? last : 1)) % size, lane + 1);
    }
  },
};

/** Draws a pace for each car, then a direction for each; they stay where they are. */
function drawCars({ carWait, carPace, carRight }: Freeway, draws: Draws): void {
  for (let lane = 0; lane < lanes; lane++) carPace[lane] = carWait[lane] = 1 + draws.below(slowest);
  for (let lane = 0; lane < lanes; lane++) carRight[lane] = draws.uniform() < 0.5 ? 0 : 1;
}

/** A car drives on, or waits; the chicken that it hits, be it before or after, is back at the bottom. */
function driveCar(state: Freeway, lane: number): void {
  const { carX, carWait, carPace, carRight } = state;
  hit(state, lane);
  if (carWait[lane]! > 0) {
    carWait[lane]!--;
    return;
  }
  carWait[lane] = carPace[lane]!;
  carX[lane] = (carX[lane]! + (carRight[lane] ? 1 : last)) % size;
  hit(state, lane);
}

function hit(state: Freeway, lane: number): void {
  if (state.carX[lane] === column && state.row === lane + 1) state.row = bottom;
}
