// What swims in Seaquest: lists of swimmers of 16 bits, two in a word. The host twin is src/envs/minatar/swimmers.ts.

// Something in the water.
struct Swimmer {
  x: u32,
  y: u32,
  right: u32,
  wait: u32, // steps until it moves
  shot: u32, // steps until it shoots
}

// Where a list begins among all swimmers, and how many it holds. It ends before the first 0.
struct List {
  first: u32,
  most: u32,
}

const SHOTS = List(0u, 4u);
const BOMBS = List(4u, 16u);
const FISH = List(20u, 32u);
const SUBS = List(52u, 32u);
const DIVERS = List(84u, 4u);
const SWIMMERS = 88u;

// A swimmer as 16 bits: x + 1, y, the side, and how long it waits.
fn packed(one: Swimmer) -> u32 {
  return (one.x + 1u) | (one.y << 4u) | (one.right << 8u) | (one.wait << 9u) | (one.shot << 12u);
}

fn bits_at(state: ptr<function, State>, place: u32) -> u32 {
  return ((*state).swimmers[place / 2u] >> (16u * (place % 2u))) & 0xffffu;
}

fn set_bits(state: ptr<function, State>, place: u32, bits: u32) {
  let shift = 16u * (place % 2u);
  let other = (*state).swimmers[place / 2u] & (0xffff0000u >> shift);
  (*state).swimmers[place / 2u] = other | (bits << shift);
}

fn swimmer_at(state: ptr<function, State>, list: List, i: u32) -> Swimmer {
  let bits = bits_at(state, list.first + i);
  return Swimmer((bits & 15u) - 1u, (bits >> 4u) & 15u, (bits >> 8u) & 1u, (bits >> 9u) & 7u, bits >> 12u);
}

fn count_of(state: ptr<function, State>, list: List) -> u32 {
  for (var i = 0u; i < list.most; i++) {
    if (bits_at(state, list.first + i) == 0u) { return i; }
  }
  return list.most;
}

// Adds one at the end of a list; where the list is full it does not come.
fn add_swimmer(state: ptr<function, State>, list: List, one: Swimmer) {
  let end = count_of(state, list);
  if (end < list.most) { set_bits(state, list.first + end, packed(one)); }
}

// Puts one back that has moved, as number i of its list; it is gone where it does not stay.
fn put_back(state: ptr<function, State>, list: List, i: u32, one: Swimmer, stays: bool) {
  if (stays) { set_bits(state, list.first + i, packed(one)); } else { remove_swimmer(state, list, i); }
}

// Takes the first of a list that is where `place` is. Returns whether there was one.
fn take_at(state: ptr<function, State>, list: List, place: Swimmer) -> bool {
  let end = count_of(state, list);
  for (var i = 0u; i < end; i++) {
    let one = swimmer_at(state, list, i);
    if (one.x != place.x || one.y != place.y) { continue; }
    remove_swimmer(state, list, i);
    return true;
  }
  return false;
}

fn remove_swimmer(state: ptr<function, State>, list: List, i: u32) {
  let end = list.first + list.most - 1u;
  for (var place = list.first + i; place < end; place++) { set_bits(state, place, bits_at(state, place + 1u)); }
  set_bits(state, end, 0u);
}

// A cell on, perhaps off the board.
fn flown(one: Swimmer) -> Swimmer {
  var after = one;
  after.x = one.x + select(BACK, 1u, one.right == 1u);
  return after;
}

fn is_on_board(one: Swimmer) -> bool {
  return one.x <= LAST;
}
