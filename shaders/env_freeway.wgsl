// MinAtar's Freeway: a chicken crosses eight lanes. Observation [7, 10, 10]: chicken, cars, and a plane for each pace of a car,
// marked behind it. See minatar.wgsl. The host twin is src/envs/minatar/freeway.ts.

override MOVES: u32 = 0x420; // the game's number of each action, in 4 bits each, action 0 lowest

const PLANES = 7u;

const LANES = 8u;
const COLUMN = 4u; // of the chicken, whose row is LAST at first
const REST = 3u; //   steps after a move in which the chicken cannot move again
const STEPS = 2500; // of an episode, but for one
const SLOWEST = 5u; // cars move every so many steps at least, but for one

struct State {
  row: u32, //  of the chicken
  wait: u32, // steps until it can move
  left: i32, // steps; -1 is the end
  cars: array<Car, LANES>, // from the top
  last_move: u32,
  draws: Draws,
}

struct Car {
  x: u32,
  wait: u32, // steps until it moves
  pace: u32, // how many those are
  right: u32, // whether it drives to the right
}

fn env_reset(stream: Stream) -> State {
  var state: State;
  state.row = LAST;
  state.wait = REST;
  state.left = STEPS;
  state.draws = Draws(stream, 0u);
  draw_cars(&state);
  return state;
}

// Draws a pace for each car, then a direction for each; they stay where they are.
fn draw_cars(state: ptr<function, State>) {
  var draws = (*state).draws;
  for (var lane = 0u; lane < LANES; lane++) {
    let pace = 1u + draw_below(&draws, SLOWEST);
    (*state).cars[lane].pace = pace;
    (*state).cars[lane].wait = pace;
  }
  for (var lane = 0u; lane < LANES; lane++) { (*state).cars[lane].right = u32(draw_uniform(&draws) >= 0.5); }
  (*state).draws = draws;
}

// A reward of 1 each time that the chicken gets to the top, which gives each car another pace and direction.
fn env_step(state: State, action: u32) -> Step {
  var next = state;
  var draws = state.draws;
  next.last_move = chosen_move(&draws, state.last_move, action);
  next.draws = draws;
  let up = next.last_move == UP;
  let down = next.last_move == DOWN;
  if ((up || down) && state.wait == 0u) {
    next.wait = REST;
    next.row = moved(state.row, up, down);
  }
  var reward = 0.0;
  if (next.row == 0u) {
    reward = 1.0;
    draw_cars(&next);
    next.row = LAST;
  }
  // The chicken that a car hits, be it before or after it moves, is back at the bottom.
  for (var lane = 0u; lane < LANES; lane++) {
    var car = next.cars[lane];
    let is_hit = car.x == COLUMN;
    if (car.wait > 0u) {
      car.wait -= 1u;
    } else {
      car.wait = car.pace;
      car.x = (car.x + select(LAST, 1u, car.right == 1u)) % SIZE;
    }
    if (next.row == lane + 1u && (is_hit || car.x == COLUMN)) { next.row = LAST; }
    next.cars[lane] = car;
  }
  next.wait = max(next.wait, 1u) - 1u;
  next.left -= 1;
  return Step(next, reward, next.left < 0);
}

fn row_of(state: State, plane: u32, y: u32) -> u32 {
  if (plane == 0u) { return select(0u, 1u << COLUMN, y == state.row); }
  if (y - 1u >= LANES) { return 0u; } // A large number in the row before.
  let car = state.cars[y - 1u];
  if (plane == 1u) { return 1u << car.x; }
  return select(0u, 1u << ((car.x + select(1u, LAST, car.right == 1u)) % SIZE), plane == 1u + car.pace);
}
