// Gridworld: reach the goal of a board of 4 by 4 cells, not the pit. Actions: 0 up, 1 down, 2 left, 3 right. Observation
// [4, 4, 4]: a plane each for player, goal, pit and wall, 1 where it is and else 0, plus noise.
// Source: Zai and Brown, "Deep Reinforcement Learning in Action", chapter 3. The host twin is src/envs/gridworld.ts.

override MODE: u32 = 0; //  0: one board, 1: the player anywhere, 2: all four things anywhere
override NOISE: f32 = 0; // uniform numbers in [0, NOISE) are added to an observation's

const SIZE = 4u;
const CELLS = SIZE * SIZE;
const LEFTMOST = 0x1111u; //  cells as bits
const RIGHTMOST = 0x8888u;

// Cells: row times 4 plus column.
struct State {
  player: u32,
  goal: u32,
  pit: u32,
  wall: u32,
  stream: Stream,
  draws: u32, // made before the observation
}

// Boards are drawn until one can be won, so that all that can be are equally likely.
fn env_reset(stream: Stream) -> State {
  var state = State(3u, 0u, 1u, 5u, stream, 0u);
  if (MODE == 0u) { return state; }
  loop {
    state.player = draw_cell(stream, state.draws);
    state.draws += 1u;
    if (MODE == 2u) {
      state.goal = draw_cell(stream, state.draws);
      state.pit = draw_cell(stream, state.draws + 1u);
      state.wall = draw_cell(stream, state.draws + 2u);
      state.draws += 3u;
    }
    if (can_win(state)) { break; }
  }
  return state;
}

fn draw_cell(stream: Stream, i: u32) -> u32 {
  return below(stream_word(stream, i), CELLS);
}

// Whether the four things stand apart and the player can walk to the goal past pit and wall: a flood over the cells.
fn can_win(state: State) -> bool {
  let player = 1u << state.player;
  let goal = 1u << state.goal;
  let closed = (1u << state.pit) | (1u << state.wall);
  var reached = player;
  loop {
    let sideways = ((reached & ~RIGHTMOST) << 1u) | ((reached & ~LEFTMOST) >> 1u);
    let grown = (reached | sideways | (reached << SIZE) | (reached >> SIZE)) & ~closed & 0xffffu;
    if (grown == reached) { break; }
    reached = grown;
  }
  return countOneBits(player | goal | closed) == 4u && (reached & goal) != 0u;
}

// Moves off the board or into the wall leave the player where it is.
fn env_step(state: State, action: u32) -> Step {
  let moves = array(vec2i(0, -1), vec2i(0, 1), vec2i(-1, 0), vec2i(1, 0));
  let here = vec2i(vec2u(state.player % SIZE, state.player / SIZE));
  let there = vec2u(clamp(here + moves[action], vec2i(0), vec2i(i32(SIZE) - 1)));
  let cell = there.y * SIZE + there.x;
  var next = state;
  next.player = select(cell, state.player, cell == state.wall);
  next.draws += 4u * CELLS; // one for each number of an observation
  let won = next.player == state.goal;
  let lost = next.player == state.pit;
  return Step(next, select(select(-1.0, -10.0, lost), 10.0, won), won || lost);
}

fn env_observe(state: State, i: u32) -> f32 {
  let cells = array(state.player, state.goal, state.pit, state.wall);
  let plane = f32(i % CELLS == cells[i / CELLS]);
  if (NOISE == 0.0) { return plane; }
  return plane + NOISE * stream_uniform(state.stream, state.draws + i);
}
