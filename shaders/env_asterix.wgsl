// MinAtar's Asterix: gold and enemies cross eight rows; the player takes the one and avoids the other. Observation [4, 10, 10]:
// player, enemies, trails, gold. See minatar.wgsl. The host twin is src/envs/minatar/asterix.ts.

override MOVES: u32 = 0x43210; // the game's number of each action, in 4 bits each, action 0 lowest

const PLANES = 4u;

const ROWS = 8u; // that are in play, from row 1 on. In each is one thing at most.

// Steps between two moves of things, between two things, and until the game becomes harder, at the start.
const SLOWEST_MOVE = 5u;
const SLOWEST_SPAWN = 10u;
const RAMP_STEPS = 100;

// What is in a row.
const NOTHING = 0u;
const ENEMY = 1u;
const GOLD = 2u;

struct State {
  player_x: u32,
  player_y: u32,
  move_pace: u32, // steps from one move of things to the next, and until the next one
  move_wait: u32,
  spawn_pace: u32, // the same of things that appear
  spawn_wait: u32,
  ramps: u32, //     how often the game has become harder
  ramp_wait: i32, // steps until it does again; -1 is when it does
  things: array<Thing, ROWS>,
  last_move: u32,
  draws: Draws,
}

struct Thing {
  kind: u32,
  x: u32,
  right: u32, // whether it moves to the right
}

fn env_reset(stream: Stream) -> State {
  var state: State;
  state.player_x = 5u;
  state.player_y = 5u;
  state.move_pace = SLOWEST_MOVE;
  state.move_wait = SLOWEST_MOVE;
  state.spawn_pace = SLOWEST_SPAWN;
  state.spawn_wait = SLOWEST_SPAWN;
  state.ramp_wait = RAMP_STEPS;
  state.draws = Draws(stream, 0u);
  return state;
}

// A reward of 1 for each gold; over when the player and an enemy meet.
fn env_step(state: State, action: u32) -> Step {
  var next = state;
  var draws = state.draws;
  next.last_move = chosen_move(&draws, state.last_move, action);
  next.draws = draws;
  if (next.spawn_wait == 0u) {
    spawn(&next);
    next.spawn_wait = next.spawn_pace;
  }
  next.player_x = moved(state.player_x, next.last_move == LEFT, next.last_move == RIGHT);
  next.player_y = clamp(moved(state.player_y, next.last_move == UP, next.last_move == DOWN), 1u, ROWS);
  var met = meet(&next);
  var golds = u32(met == GOLD);
  var terminated = met == ENEMY;
  if (next.move_wait == 0u) {
    next.move_wait = next.move_pace;
    for (var row = 0u; row < ROWS; row++) { next.things[row] = moved_on(next.things[row]); }
    met = meet(&next);
    golds += u32(met == GOLD);
    terminated = terminated || met == ENEMY;
  }
  next.spawn_wait -= 1u;
  next.move_wait -= 1u;
  if (RAMPING) { ramp(&next); }
  return Step(next, f32(golds), terminated);
}

// Something comes in from a side, in one of the rows that are empty. Draws: the side, what it is, and the row.
fn spawn(state: ptr<function, State>) {
  var draws = (*state).draws;
  let is_right = draw_uniform(&draws) < 0.5;
  let is_gold = draw_uniform(&draws) < 1.0 / 3.0;
  var empty = 0u;
  for (var row = 0u; row < ROWS; row++) { empty += u32((*state).things[row].kind == NOTHING); }
  if (empty > 0u) {
    var before = draw_below(&draws, empty); // Empty rows before the one.
    for (var row = 0u; row < ROWS; row++) {
      if ((*state).things[row].kind != NOTHING) { continue; }
      if (before == 0u) {
        (*state).things[row] = Thing(select(ENEMY, GOLD, is_gold), select(LAST, 0u, is_right), u32(is_right));
        break;
      }
      before -= 1u;
    }
  }
  (*state).draws = draws;
}

// What is where the player is. Gold is taken.
fn meet(state: ptr<function, State>) -> u32 {
  let row = (*state).player_y - 1u;
  let thing = (*state).things[row];
  if (thing.x != (*state).player_x) { return NOTHING; }
  if (thing.kind == GOLD) { (*state).things[row] = Thing(); }
  return thing.kind;
}

// A thing a cell on; nothing past the edge of the board.
fn moved_on(thing: Thing) -> Thing {
  if (thing.kind == NOTHING) { return thing; }
  let x = thing.x + select(BACK, 1u, thing.right == 1u);
  if (x > LAST) { return Thing(); }
  return Thing(thing.kind, x, thing.right);
}

// Things appear more often each time, and move faster every other time.
fn ramp(state: ptr<function, State>) {
  if ((*state).spawn_pace == 1u && (*state).move_pace == 1u) { return; }
  (*state).ramp_wait -= 1;
  if ((*state).ramp_wait >= -1) { return; }
  if ((*state).move_pace > 1u && (*state).ramps % 2u == 1u) { (*state).move_pace -= 1u; }
  if ((*state).spawn_pace > 1u) { (*state).spawn_pace -= 1u; }
  (*state).ramps += 1u;
  (*state).ramp_wait = RAMP_STEPS;
}

fn row_of(state: State, plane: u32, y: u32) -> u32 {
  if (plane == 0u) { return select(0u, 1u << state.player_x, y == state.player_y); }
  if (y - 1u >= ROWS) { return 0u; } // A large number in the row before.
  let thing = state.things[y - 1u];
  let here = select(0u, 1u << thing.x, thing.kind != NOTHING);
  if (plane == 2u) { return select(here << 1u, here >> 1u, thing.right == 1u) & 0x3ffu; }
  return select(0u, here, (thing.kind == GOLD) == (plane == 3u));
}
