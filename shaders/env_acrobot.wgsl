// Acrobot: two links hang from a fixed joint; a motor at the joint between them must swing the free end up. Actions:
// torque -1, 0 and +1 N m. Source: Sutton, 1996, with the equations of Sutton and Barto, "Reinforcement Learning: An
// Introduction", as in Gymnasium. The host twin is src/envs/acrobot.ts.

const PI = 3.14159265358979;
const GRAVITY = 9.8; //            m/s^2
const MASS = 1.0; //               kg, of each link
const LENGTH = 1.0; //             m, of each link
const CENTRE = 0.5; //             m, from a link's upper joint to its centre of mass
const INERTIA = 1.0; //            kg m^2, of each link
const SECONDS = 0.2; //            s a step
const TOP_SPEED_1 = 4.0 * PI; //   rad/s
const TOP_SPEED_2 = 9.0 * PI; //   rad/s
const START_RANGE = 0.1;

struct State {
  theta1: f32, // rad, the first link's angle from hanging
  theta2: f32, // rad, the second link's from the first
  omega1: f32, // rad/s
  omega2: f32, // rad/s
}

fn env_reset(stream: Stream) -> State {
  return State(start(stream, 0u), start(stream, 1u), start(stream, 2u), start(stream, 3u));
}

fn start(stream: Stream, i: u32) -> f32 {
  return -START_RANGE + 2.0 * START_RANGE * stream_uniform(stream, i);
}

// One step of Runge and Kutta's method of fourth order.
fn env_step(state: State, action: u32) -> Step {
  let torque = f32(action) - 1.0;
  let now = vec4f(state.theta1, state.theta2, state.omega1, state.omega2);
  let k1 = derivative(now, torque);
  let k2 = derivative(now + SECONDS / 2.0 * k1, torque);
  let k3 = derivative(now + SECONDS / 2.0 * k2, torque);
  let k4 = derivative(now + SECONDS * k3, torque);
  let then = now + SECONDS / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
  let next = State(
    wrap(then.x),
    wrap(then.y),
    clamp(then.z, -TOP_SPEED_1, TOP_SPEED_1),
    clamp(then.w, -TOP_SPEED_2, TOP_SPEED_2),
  );
  let height = -sin_cos(next.theta1).y - sin_cos(next.theta1 + next.theta2).y; // of the free end, in links
  let up = height > 1.0;
  return Step(next, select(-1.0, 0.0, up), up);
}

fn env_observe(state: State, i: u32) -> f32 {
  let turned1 = sin_cos(state.theta1);
  let turned2 = sin_cos(state.theta2);
  let seen = array(turned1.y, turned1.x, turned2.y, turned2.x, state.omega1, state.omega2);
  return seen[i];
}

// The rate of change of (theta1, theta2, omega1, omega2), by the book's equations. Its cos(x - pi/2) is sin(x).
fn derivative(at: vec4f, torque: f32) -> vec4f {
  let omega1 = at.z;
  let omega2 = at.w;
  let turned2 = sin_cos(at.y);
  let sin2 = turned2.x;
  let cos2 = turned2.y;
  let coupling = MASS * LENGTH * CENTRE;
  let d1 = MASS * CENTRE * CENTRE +
    MASS * (LENGTH * LENGTH + CENTRE * CENTRE + 2.0 * LENGTH * CENTRE * cos2) + 2.0 * INERTIA;
  let d2 = MASS * (CENTRE * CENTRE + LENGTH * CENTRE * cos2) + INERTIA;
  let phi2 = MASS * CENTRE * GRAVITY * sin_cos(at.x + at.y).x;
  let phi1 = -coupling * omega2 * omega2 * sin2 - 2.0 * coupling * omega2 * omega1 * sin2 +
    (MASS * CENTRE + MASS * LENGTH) * GRAVITY * sin_cos(at.x).x + phi2;
  let alpha2 = (torque + d2 / d1 * phi1 - coupling * omega1 * omega1 * sin2 - phi2) /
    (MASS * CENTRE * CENTRE + INERTIA - d2 * d2 / d1);
  let alpha1 = -(d2 * alpha2 + phi1) / d1;
  return vec4f(omega1, omega2, alpha1, alpha2);
}

// The angle moved by whole turns into [-pi, pi].
fn wrap(angle: f32) -> f32 {
  return angle - 2.0 * PI * round(angle / (2.0 * PI));
}
