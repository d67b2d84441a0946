// CartPole: keep a pole upright on a cart by pushing the cart left (0) or right (1). Explicit Euler, as in Gymnasium.
// Source: Barto, Sutton and Anderson, 1983. The host twin is src/envs/cartpole.ts.

const GRAVITY = 9.8; //      m/s^2
const CART_MASS = 1.0; //    kg
const POLE_MASS = 0.1; //    kg
const HALF_LENGTH = 0.5; //  m, from the pivot to the pole's centre of mass
const FORCE = 10.0; //       N
const SECONDS = 0.02; //     s a step
const TOTAL_MASS = CART_MASS + POLE_MASS;
const POLE_MASS_LENGTH = POLE_MASS * HALF_LENGTH;
const LIMIT_X = 2.4; //      m
const LIMIT_THETA = 0.20943951; // rad, 12 degrees
const START_RANGE = 0.05;

struct State {
  x: f32, //     m
  v: f32, //     m/s
  theta: f32, // rad, positive leans right
  omega: f32, // rad/s
}

fn env_reset(stream: Stream) -> State {
  return State(start(stream, 0u), start(stream, 1u), start(stream, 2u), start(stream, 3u));
}

fn start(stream: Stream, i: u32) -> f32 {
  return -START_RANGE + 2.0 * START_RANGE * stream_uniform(stream, i);
}

fn env_step(state: State, action: u32) -> Step {
  let push = select(-FORCE, FORCE, action == 1u);
  let turned = sin_cos(state.theta);
  let sin = turned.x;
  let cos = turned.y;
  let thrust = (push + POLE_MASS_LENGTH * state.omega * state.omega * sin) / TOTAL_MASS;
  let turn = (GRAVITY * sin - cos * thrust) / (HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * cos * cos / TOTAL_MASS));
  let acceleration = thrust - POLE_MASS_LENGTH * turn * cos / TOTAL_MASS;
  let next = State(
    state.x + SECONDS * state.v,
    state.v + SECONDS * acceleration,
    state.theta + SECONDS * state.omega,
    state.omega + SECONDS * turn,
  );
  return Step(next, 1.0, abs(next.x) > LIMIT_X || abs(next.theta) > LIMIT_THETA);
}

fn env_observe(state: State, i: u32) -> f32 {
  let seen = array(state.x, state.v, state.theta, state.omega);
  return seen[i];
}
