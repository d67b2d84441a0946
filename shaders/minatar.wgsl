// What MinAtar's games have in common: the board, actions that stick, and draws. A game's own file has the State, in which
// `draws` and `last_move` are what is kept here, and MOVES, the game's number of each action. Source: Young and Tian, 2019,
// arXiv 1903.03176. The host twin is src/envs/minatar/minatar.ts.

override STICKY: f32 = 0.1; //     chance of a step that takes the move of the step before
override RAMPING: bool = true; // whether the game becomes harder as it goes on

const SIZE = 10u;
const LAST = SIZE - 1u;
const BACK = 0xffffffffu; // added to a place, one less; a place before the first is larger than LAST

// What a player may do.
const WAIT = 0u;
const LEFT = 1u;
const UP = 2u;
const RIGHT = 3u;
const DOWN = 4u;
const FIRE = 5u;

// Draws of an episode, in the order in which they are asked for.
struct Draws {
  stream: Stream,
  count: u32, // made so far
}

fn draw_uniform(draws: ptr<function, Draws>) -> f32 {
  return unit_interval(draw_word(draws));
}

fn draw_below(draws: ptr<function, Draws>, count: u32) -> u32 {
  return below(draw_word(draws), count);
}

fn draw_word(draws: ptr<function, Draws>) -> u32 {
  let word = stream_word((*draws).stream, (*draws).count);
  (*draws).count += 1u;
  return word;
}

// What an action does in a step after one that did `last_move`. It draws first, unless nothing sticks.
fn chosen_move(draws: ptr<function, Draws>, last_move: u32, action: u32) -> u32 {
  if (STICKY > 0.0) {
    if (draw_uniform(draws) < STICKY) { return last_move; }
  }
  return (MOVES >> (4u * action)) & 15u;
}

// The column or row after a step back or on, within the board.
fn moved(place: u32, back: bool, on: bool) -> u32 {
  return select(select(place, min(place + 1u, LAST), on), max(place, 1u) - 1u, back);
}

// Word i of the observation's bits, from rows of ten: row_of(state, plane, y), column 0 lowest.
fn env_bits(state: State, i: u32) -> u32 {
  var bits = 0u;
  for (var row = 32u * i / SIZE; row <= (32u * i + 31u) / SIZE; row++) {
    if (row >= PLANES * SIZE) { break; }
    let up = i32(SIZE * row) - i32(32u * i);
    let seen = row_of(state, row / SIZE, row % SIZE);
    bits |= select(seen >> u32(max(-up, 0)), seen << u32(max(up, 0)), up >= 0);
  }
  return bits;
}
