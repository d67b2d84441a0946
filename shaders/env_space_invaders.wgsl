// MinAtar's Space Invaders: aliens come down and shoot; a cannon shoots back. Observation [6, 10, 10]: cannon, aliens, aliens that
// move to the left, to the right, shots of the cannon, and of aliens. See minatar.wgsl. The host twin is
// src/envs/minatar/space_invaders.ts.

override MOVES: u32 = 0x5310; // the game's number of each action, in 4 bits each, action 0 lowest

const PLANES = 6u;

const CANNON_PAUSE = 5u; // steps from one shot of the cannon to the next
const ALIEN_PAUSE = 10u; // steps from one shot of the aliens to the next
const SLOWEST = 12u; // steps between two moves of many aliens: of the first wave
const FASTEST = 6u; //  and of the fastest

// A wave when it appears: so many rows of aliens in columns 2 to 7.
const WAVE_ROWS = 4u;
const WAVE_ROW = 0xfcu;

// Rows from the top, a bit a cell, column 0 lowest.
alias Rows = array<u32, SIZE>;

struct State {
  cannon: u32, // its column; it is in the last row
  cannon_wait: u32, // steps until it can shoot
  right: u32, // whether the aliens move to the right
  move_pace: u32, // steps between two moves of the aliens while they are many, and until the next one
  move_wait: u32,
  alien_wait: u32, // steps until an alien shoots
  ramps: u32, // waves that were faster than the one before
  aliens: Rows,
  shots: Rows, // of the cannon
  bombs: Rows, // what aliens have shot
  last_move: u32,
  draws: Draws,
}

fn env_reset(stream: Stream) -> State {
  var state: State;
  state.cannon = 5u;
  state.move_pace = SLOWEST;
  state.move_wait = SLOWEST;
  state.alien_wait = ALIEN_PAUSE;
  state.draws = Draws(stream, 0u);
  come_in(&state);
  return state;
}

// A reward of 1 for each alien that is shot; over when an alien or a shot of one is where the cannon is.
fn env_step(state: State, action: u32) -> Step {
  var next = state;
  var draws = state.draws;
  next.last_move = chosen_move(&draws, state.last_move, action);
  next.draws = draws;
  if (next.last_move == FIRE && state.cannon_wait == 0u) {
    next.shots[LAST] |= 1u << state.cannon;
    next.cannon_wait = CANNON_PAUSE;
  }
  next.cannon = moved(state.cannon, next.last_move == LEFT, next.last_move == RIGHT);
  let cannon = 1u << next.cannon;
  for (var y = 0u; y < LAST; y++) {
    next.shots[y] = next.shots[y + 1u];
    next.bombs[LAST - y] = next.bombs[LAST - y - 1u];
  }
  next.shots[LAST] = 0u;
  next.bombs[0] = 0u;
  var terminated = ((next.bombs[LAST] | next.aliens[LAST]) & cannon) != 0u;
  if (next.move_wait == 0u) {
    next.move_wait = min(next.move_pace, count_aliens(next));
    let landed = march(&next);
    terminated = terminated || landed || (next.aliens[LAST] & cannon) != 0u;
  }
  if (next.alien_wait == 0u) {
    next.alien_wait = ALIEN_PAUSE;
    shoot(&next);
  }
  var hits = 0u;
  for (var y = 0u; y < SIZE; y++) {
    let hit = next.aliens[y] & next.shots[y];
    hits += countOneBits(hit);
    next.aliens[y] ^= hit;
    next.shots[y] ^= hit;
  }
  next.cannon_wait = max(next.cannon_wait, 1u) - 1u;
  next.move_wait -= 1u;
  next.alien_wait -= 1u;
  if (count_aliens(next) == 0u) {
    if (RAMPING && next.move_pace > FASTEST) {
      next.move_pace -= 1u;
      next.ramps += 1u;
    }
    come_in(&next);
  }
  return Step(next, f32(hits), terminated);
}

// A wave comes in.
fn come_in(state: ptr<function, State>) {
  for (var y = 0u; y < WAVE_ROWS; y++) { (*state).aliens[y] = WAVE_ROW; }
}

fn count_aliens(state: State) -> u32 {
  var count = 0u;
  for (var y = 0u; y < SIZE; y++) { count += countOneBits(state.aliens[y]); }
  return count;
}

// The columns that aliens are in.
fn columns_of_aliens(state: State) -> u32 {
  var columns = 0u;
  for (var y = 0u; y < SIZE; y++) { columns |= state.aliens[y]; }
  return columns;
}

// The aliens move a cell; those that are at an edge turn all of them, and all move down. Returns whether they had come all the way.
fn march(state: ptr<function, State>) -> bool {
  let goes_right = (*state).right == 1u;
  if ((columns_of_aliens(*state) & select(1u, 1u << LAST, goes_right)) != 0u) {
    (*state).right ^= 1u;
    let lowest = (*state).aliens[LAST];
    for (var y = LAST; y > 0u; y--) { (*state).aliens[y] = (*state).aliens[y - 1u]; }
    (*state).aliens[0] = lowest;
    return lowest != 0u;
  }
  for (var y = 0u; y < SIZE; y++) {
    let row = (*state).aliens[y];
    (*state).aliens[y] = select(row >> 1u, row << 1u, goes_right);
  }
  return false;
}

// An alien shoots: the lowest one in the column that is nearest to the cannon, of two the left one.
fn shoot(state: ptr<function, State>) {
  let columns = columns_of_aliens(*state);
  let cannon = (*state).cannon;
  for (var away = 0u; away < SIZE; away++) {
    for (var side = 0u; side < 2u; side++) {
      let x = select(cannon - away, cannon + away, side == 1u); // A large number before column 0.
      if (x > LAST || ((columns >> (x & 31u)) & 1u) == 0u) { continue; }
      for (var y = LAST + 1u; y > 0u; y--) {
        if ((((*state).aliens[y - 1u] >> x) & 1u) == 0u) { continue; }
        (*state).bombs[y - 1u] |= 1u << x;
        return;
      }
    }
  }
}

fn row_of(state: State, plane: u32, y: u32) -> u32 {
  var row = state.aliens[y];
  if (plane == 3u - state.right) { row = 0u; } // That of aliens that move to the other side.
  if (plane == 4u) { row = state.shots[y]; }
  if (plane == 5u) { row = state.bombs[y]; }
  return select(row, select(0u, 1u << state.cannon, y == LAST), plane == 0u);
}
