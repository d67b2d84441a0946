// MinAtar's Seaquest: a submarine fetches divers from among fish and other submarines. Observation [10, 10, 10]: front and back of
// the submarine, its shots, trails, shots of enemies, fish, submarines, gauges of oxygen and of divers, divers. See minatar.wgsl
// and env_seaquest_swimmers.wgsl. The host twin is src/envs/minatar/seaquest.ts.

override MOVES: u32 = 0x543210; // the game's number of each action, in 4 bits each, action 0 lowest

const PLANES = 10u;

const GROUND = 8u; // rows from the surface to the ground: swimmers are between both, gauges below
const CREW = 6; //    most divers aboard
const TANK = 200; //  oxygen of a full tank
const TENTH = 20; //  steps that a tenth of it lasts

// Steps from one shot to the next.
const OWN_PAUSE = 5u;
const ENEMY_PAUSE = 10u;

// Steps between two moves and between two arrivals, and the least that ramping makes of them.
const DIVER_MOVE = 5u;
const DIVER_SPAWN = 30u;
const SLOWEST_MOVE = 5u;
const SLOWEST_SPAWN = 20u;
const FASTEST_MOVE = 2u;
const FASTEST_SPAWN = 1u;

const WORDS = 34u; // that have the 100 rows of an observation, three each

struct State {
  sub_x: u32, // the front of the submarine
  sub_y: u32,
  right: u32, //    whether it looks to the right
  shot_wait: u32, // steps until it can shoot
  surfaced: u32, // whether it has been at the surface since it came up
  oxygen: i32, //   -1 is the end
  aboard: i32, //   divers; as in the package, -1 after six have left
  move_pace: u32, // steps between two moves of enemies, and between two of their arrivals
  spawn_pace: u32,
  ramps: u32, //      how often the game has become harder
  spawn_wait: u32, // steps until an enemy arrives, and a diver
  diver_wait: u32,
  swimmers: array<u32, SWIMMERS / 2u>, // see env_seaquest_swimmers.wgsl
  shown: array<u32, WORDS>, // what is seen, rows of ten bits
  last_move: u32,
  draws: Draws,
}

struct Outcome {
  reward: u32,
  terminated: bool,
}

fn env_reset(stream: Stream) -> State {
  var state: State;
  state.sub_x = 5u;
  state.surfaced = 1u;
  state.oxygen = TANK;
  state.move_pace = SLOWEST_MOVE;
  state.spawn_pace = SLOWEST_SPAWN;
  state.spawn_wait = SLOWEST_SPAWN;
  state.diver_wait = DIVER_SPAWN;
  state.draws = Draws(stream, 0u);
  show(&state);
  return state;
}

// A reward of 1 for each enemy that is shot, and up to 10 for coming up with six divers, by the oxygen that is left.
fn env_step(state: State, action: u32) -> Step {
  var next = state;
  var draws = state.draws;
  next.last_move = chosen_move(&draws, state.last_move, action);
  next.draws = draws;
  arrive(&next);
  steer(&next);
  var reward = fly_shots(&next);
  move_divers(&next);
  let came = move_enemies(&next);
  reward += came.reward;
  var terminated = came.terminated || next.oxygen <= 0; // Even where the submarine comes up in this step.
  next.shot_wait = max(next.shot_wait, 1u) - 1u;
  next.spawn_wait -= 1u;
  next.diver_wait -= 1u;
  if (next.sub_y > 0u) {
    next.surfaced = 0u;
    next.oxygen -= 1;
  } else if (next.surfaced == 0u) {
    if (next.aboard == 0) { terminated = true; } else { reward += come_up(&next); }
  }
  show(&next);
  return Step(next, f32(reward), terminated);
}

// An enemy and a diver arrive when it is time. Draws of the first: its side, its kind and its row; of the other, side and row.
fn arrive(state: ptr<function, State>) {
  var draws = (*state).draws;
  if ((*state).spawn_wait == 0u) {
    let right = u32(draw_uniform(&draws) < 0.5);
    let is_sub = draw_uniform(&draws) < 1.0 / 3.0;
    let y = 1u + draw_below(&draws, GROUND);
    // Two that come towards each other are never in one row.
    if (!comes_towards(state, FISH, y, right) && !comes_towards(state, SUBS, y, right)) {
      var enemy = Swimmer(entry_of(right), y, right, (*state).move_pace, 0u);
      if (is_sub) {
        enemy.shot = ENEMY_PAUSE;
        add_swimmer(state, SUBS, enemy);
      } else {
        add_swimmer(state, FISH, enemy);
      }
    }
    (*state).spawn_wait = (*state).spawn_pace;
  }
  if ((*state).diver_wait == 0u) {
    let right = u32(draw_uniform(&draws) < 0.5);
    let y = 1u + draw_below(&draws, GROUND);
    add_swimmer(state, DIVERS, Swimmer(entry_of(right), y, right, DIVER_MOVE, 0u));
    (*state).diver_wait = DIVER_SPAWN;
  }
  (*state).draws = draws;
}

// The column where something comes in that swims to the right or not.
fn entry_of(right: u32) -> u32 {
  return select(LAST, 0u, right == 1u);
}

fn comes_towards(state: ptr<function, State>, list: List, y: u32, right: u32) -> bool {
  for (var i = count_of(state, list); i > 0u; i--) {
    let other = swimmer_at(state, list, i - 1u);
    if (other.y == y && other.right != right) { return true; }
  }
  return false;
}

// The submarine shoots or moves.
fn steer(state: ptr<function, State>) {
  let does = (*state).last_move;
  if (does == FIRE && (*state).shot_wait == 0u) {
    add_swimmer(state, SHOTS, Swimmer((*state).sub_x, (*state).sub_y, (*state).right, 0u, 0u));
    (*state).shot_wait = OWN_PAUSE;
  }
  if (does == LEFT || does == RIGHT) { (*state).right = u32(does == RIGHT); }
  (*state).sub_x = moved((*state).sub_x, does == LEFT, does == RIGHT);
  (*state).sub_y = min(GROUND, moved((*state).sub_y, does == UP, does == DOWN));
}

// Shots fly on, and each sinks the first enemy that it meets. Returns how many.
fn fly_shots(state: ptr<function, State>) -> u32 {
  var hits = 0u;
  for (var i = count_of(state, SHOTS); i > 0u; i--) {
    let shot = flown(swimmer_at(state, SHOTS, i - 1u));
    var stays = is_on_board(shot);
    if (stays && (take_at(state, FISH, shot) || take_at(state, SUBS, shot))) {
      hits += 1u;
      stays = false;
    }
    put_back(state, SHOTS, i - 1u, shot, stays);
  }
  return hits;
}

// Divers swim on; one that meets the submarine comes aboard where there is room.
fn move_divers(state: ptr<function, State>) {
  for (var i = count_of(state, DIVERS); i > 0u; i--) {
    var diver = swimmer_at(state, DIVERS, i - 1u);
    var stays = !comes_aboard(state, diver);
    if (stays && diver.wait > 0u) {
      diver.wait -= 1u;
    } else if (stays) {
      diver = flown(diver);
      diver.wait = DIVER_MOVE;
      stays = is_on_board(diver);
      if (stays) { stays = !comes_aboard(state, diver); }
    }
    put_back(state, DIVERS, i - 1u, diver, stays);
  }
}

fn comes_aboard(state: ptr<function, State>, diver: Swimmer) -> bool {
  let comes = is_at_sub(state, diver) && (*state).aboard < CREW;
  (*state).aboard += i32(comes);
  return comes;
}

// Submarines, what they have shot, and fish move on. What comes to a shot is sunk; to meet the submarine is the end.
fn move_enemies(state: ptr<function, State>) -> Outcome {
  var outcome = Outcome(0u, false);
  for (var i = count_of(state, SUBS); i > 0u; i--) {
    var sub = swimmer_at(state, SUBS, i - 1u);
    let stays = swims_on(state, &sub, &outcome);
    if (sub.shot > 0u) {
      sub.shot -= 1u;
    } else if (is_on_board(sub)) { // It shoots even as it is sunk.
      sub.shot = ENEMY_PAUSE;
      add_swimmer(state, BOMBS, Swimmer(sub.x, sub.y, sub.right, 0u, 0u));
    }
    put_back(state, SUBS, i - 1u, sub, stays);
  }
  for (var i = count_of(state, BOMBS); i > 0u; i--) {
    let bomb = swimmer_at(state, BOMBS, i - 1u);
    let after = flown(bomb);
    let stays = is_on_board(after);
    outcome.terminated = outcome.terminated || is_at_sub(state, bomb) || (stays && is_at_sub(state, after));
    put_back(state, BOMBS, i - 1u, after, stays);
  }
  for (var i = count_of(state, FISH); i > 0u; i--) {
    var one = swimmer_at(state, FISH, i - 1u);
    let stays = swims_on(state, &one, &outcome);
    put_back(state, FISH, i - 1u, one, stays);
  }
  return outcome;
}

// Moves an enemy on when it is time. Returns whether it stays on the board and afloat.
fn swims_on(
  state: ptr<function, State>,
  enemy: ptr<function, Swimmer>,
  outcome: ptr<function, Outcome>,
) -> bool {
  (*outcome).terminated = (*outcome).terminated || is_at_sub(state, *enemy);
  if ((*enemy).wait > 0u) {
    (*enemy).wait -= 1u;
    return true;
  }
  *enemy = flown(*enemy);
  (*enemy).wait = (*state).move_pace;
  if (!is_on_board(*enemy)) { return false; }
  if (is_at_sub(state, *enemy)) {
    (*outcome).terminated = true;
    return true;
  }
  let is_sunk = take_at(state, SHOTS, *enemy);
  (*outcome).reward += u32(is_sunk);
  return !is_sunk;
}

// The tank is filled, and enemies come faster. A diver leaves, after the six where it is six, who are rewarded.
fn come_up(state: ptr<function, State>) -> u32 {
  let is_full = (*state).aboard == CREW;
  let reward = select(0, (*state).oxygen / TENTH, is_full);
  (*state).aboard = select((*state).aboard, 0, is_full) - 1;
  (*state).surfaced = 1u;
  (*state).oxygen = TANK;
  if (RAMPING && ((*state).spawn_pace > FASTEST_SPAWN || (*state).move_pace > FASTEST_MOVE)) {
    if ((*state).move_pace > FASTEST_MOVE && (*state).ramps % 2u == 1u) { (*state).move_pace -= 1u; }
    if ((*state).spawn_pace > FASTEST_SPAWN) { (*state).spawn_pace -= 1u; }
    (*state).ramps += 1u;
  }
  return u32(reward);
}

fn is_at_sub(state: ptr<function, State>, one: Swimmer) -> bool {
  return one.x == (*state).sub_x && one.y == (*state).sub_y;
}

// What is seen, once a step: the numbers that are 1.
fn show(state: ptr<function, State>) {
  for (var i = 0u; i < WORDS; i++) { (*state).shown[i] = 0u; }
  let y = (*state).sub_y;
  mark(state, 0u, (*state).sub_x, y);
  mark(state, 1u, (*state).sub_x + select(1u, BACK, (*state).right == 1u), y);
  show_list(state, SHOTS, 2u);
  show_list(state, BOMBS, 4u);
  show_list(state, FISH, 5u);
  show_list(state, SUBS, 6u);
  for (var x = 0; x < (*state).oxygen / TENTH; x++) { mark(state, 7u, u32(x), LAST); }
  for (var x = i32(LAST) - (*state).aboard; x < i32(LAST); x++) { mark(state, 8u, u32(x), LAST); }
  show_list(state, DIVERS, 9u);
}

// The swimmers of a list in a plane, with their trails but for shots.
fn show_list(state: ptr<function, State>, list: List, plane: u32) {
  for (var i = count_of(state, list); i > 0u; i--) {
    let one = swimmer_at(state, list, i - 1u);
    mark(state, plane, one.x, one.y);
    if (plane > 4u) { mark(state, 3u, one.x + select(1u, BACK, one.right == 1u), one.y); }
  }
}

// Marks a cell of a plane, where it is on the board.
fn mark(state: ptr<function, State>, plane: u32, x: u32, y: u32) {
  if (x > LAST) { return; }
  let row = plane * SIZE + y;
  (*state).shown[row / 3u] |= 1u << (SIZE * (row % 3u) + x);
}

fn row_of(state: State, plane: u32, y: u32) -> u32 {
  let row = plane * SIZE + y;
  return (state.shown[row / 3u] >> (SIZE * (row % 3u))) & 0x3ffu;
}
