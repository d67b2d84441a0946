// MinAtar's Breakout: a ball, a paddle, and three rows of bricks. Observation [4, 10, 10]: paddle, ball, trail, bricks. See
// minatar.wgsl. The host twin is src/envs/minatar/breakout.ts.

override MOVES: u32 = 0x310; // the game's number of each action, in 4 bits each, action 0 lowest

const PLANES = 4u;

const START_ROW = 3u; // of the ball, at either side
const BRICKS = 30u;
const WALL = (1u << BRICKS) - 1u; // all of them

struct State {
  paddle: u32, // column
  ball_x: u32,
  ball_y: u32,
  last_x: u32, // where the ball was before
  last_y: u32,
  right: u32, //  whether the ball flies to the right, and down
  down: u32,
  struck: u32, // whether it has just broken a brick: it breaks no other before it has been in a cell without one
  bricks: u32, // a bit each from row 1 on, column 0 lowest
  last_move: u32,
  draws: Draws,
}

fn env_reset(stream: Stream) -> State {
  var draws = Draws(stream, 0u);
  let right = 1u - draw_below(&draws, 2u);
  let x = select(LAST, 0u, right == 1u);
  return State(4u, x, START_ROW, x, START_ROW, right, 1u, 0u, WALL, WAIT, draws);
}

// A reward of 1 for each brick; over when the ball leaves the board below the paddle.
fn env_step(state: State, action: u32) -> Step {
  var draws = state.draws;
  var next = state;
  next.last_move = chosen_move(&draws, state.last_move, action);
  next.draws = draws;
  next.paddle = moved(state.paddle, next.last_move == LEFT, next.last_move == RIGHT);
  var x = state.ball_x + select(BACK, 1u, state.right == 1u);
  var y = state.ball_y + select(BACK, 1u, state.down == 1u);
  var reward = 0.0;
  var terminated = false;
  next.struck = 0u;
  if (x > LAST) {
    x = state.ball_x;
    next.right ^= 1u;
  }
  let brick = brick_in(state, y * SIZE + x);
  if (y == BACK) {
    y = 0u;
    next.down = 1u;
  } else if (brick != 0u) {
    next.struck = 1u;
    if (state.struck == 0u) {
      reward = 1.0;
      next.bricks ^= brick;
      y = state.ball_y;
      next.down ^= 1u;
    }
  } else if (y == LAST) {
    if (next.bricks == 0u) { next.bricks = WALL; }
    // It bounces off the paddle where it comes down on it, and back where the paddle meets it from the side.
    let above = state.ball_x == next.paddle;
    terminated = !above && x != next.paddle;
    if (!terminated) {
      y = state.ball_y;
      next.down = 0u;
      if (!above) { next.right ^= 1u; }
    }
  }
  next.last_x = state.ball_x;
  next.last_y = state.ball_y;
  next.ball_x = x;
  next.ball_y = y;
  return Step(next, reward, terminated);
}

// The bit of the brick in a cell; 0 where there is none.
fn brick_in(state: State, cell: u32) -> u32 {
  let i = cell - SIZE; // A large number before row 1.
  return select(0u, state.bricks & (1u << (i & 31u)), i < BRICKS);
}

fn row_of(state: State, plane: u32, y: u32) -> u32 {
  if (plane == 0u) { return select(0u, 1u << state.paddle, y == LAST); }
  if (plane == 1u) { return select(0u, 1u << state.ball_x, y == state.ball_y); }
  if (plane == 2u) { return select(0u, 1u << state.last_x, y == state.last_y); }
  return select(0u, (state.bricks >> ((SIZE * (y - 1u)) & 31u)) & 0x3ffu, y - 1u < BRICKS / SIZE);
}
