/** The environment that the editor begins with. @module */
import type { OwnEnvironment } from "../../trainer/commands.ts";

/** README's: a ball to be caught by a paddle. */
export const catchEnvironment: OwnEnvironment = {
  id: "Catch-v0",
  observations: 2,
  actions: 3,
  wonFrom: 1,
  rewardThreshold: 1,
  text: `const COLUMNS = 8.0;
const DROP = 6.0;

struct State {
  ball: vec2f, // column, and height above the paddle
  paddle: f32, // column
}

fn env_reset(stream: Stream) -> State {
  let column = floor(COLUMNS * stream_uniform(stream, 0u));
  return State(vec2f(column, DROP), COLUMNS / 2.0);
}

fn env_step(state: State, action: u32) -> Step {
  let paddle = clamp(state.paddle + f32(action) - 1.0, 0.0, COLUMNS - 1.0);
  let next = State(state.ball - vec2f(0.0, 1.0), paddle);
  let landed = next.ball.y == 0.0;
  let caught = landed && next.ball.x == next.paddle;
  return Step(next, f32(caught), landed); // the state after it, the reward, whether the episode is over
}

fn env_observe(state: State, i: u32) -> f32 {
  let seen = array((state.ball.x - state.paddle) / COLUMNS, state.ball.y / DROP);
  return seen[i];
}`,
};
