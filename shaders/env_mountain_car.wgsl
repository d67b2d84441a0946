// MountainCar: an engine too weak to climb the hill must first swing up the other side. Actions: 0 pushes left, 1 does
// not push, 2 pushes right. Source: Moore, 1990, as in Gymnasium. The host twin is src/envs/mountain_car.ts.

const FORCE = 0.001; //     m/step^2, of the engine
const GRAVITY = 0.0025; //  m/step^2, along the steepest slope
const LEFT = -1.2; //       m, a wall that takes all speed
const RIGHT = 0.6; //       m
const GOAL = 0.5; //        m
const TOP_SPEED = 0.07; //  m/step

struct State {
  position: f32, // m
  velocity: f32, // m/step
}

fn env_reset(stream: Stream) -> State {
  return State(-0.6 + 0.2 * stream_uniform(stream, 0u), 0.0);
}

fn env_step(state: State, action: u32) -> Step {
  let push = (f32(action) - 1.0) * FORCE - GRAVITY * sin_cos(3.0 * state.position).y;
  let velocity = clamp(state.velocity + push, -TOP_SPEED, TOP_SPEED);
  let position = clamp(state.position + velocity, LEFT, RIGHT);
  let stopped = position == LEFT && velocity < 0.0;
  let next = State(position, select(velocity, 0.0, stopped));
  return Step(next, -1.0, next.position >= GOAL && next.velocity >= 0.0);
}

fn env_observe(state: State, i: u32) -> f32 {
  return select(state.velocity, state.position, i == 0u);
}
