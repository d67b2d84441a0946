// What every device environment is given, beside the draws of random.wgsl. An environment's own file defines
//
//   struct State { ... }                                  32-bit numbers, vectors and arrays of them; no bool
//   fn env_reset(stream: Stream) -> State                 the start of an episode
//   fn env_step(state: State, action: u32) -> Step        one step
//   fn env_observe(state: State, i: u32) -> f32           entry i of what is seen in a state; or, where that is zeros and ones,
//   fn env_bits(state: State, i: u32) -> u32              entries 32 i to 32 i + 31, a bit each, the first lowest; zeros after the last
//
// and, where actions may be illegal,
//
//   fn env_legal(state: State, action: u32) -> bool       whether an action may be chosen in a state
//
// In each state that an episode goes on from one of them has to be legal; illegal ones are never passed to env_step.
//
// Host side: src/device_envs/device_environment.ts.

// The draws of one episode: those of the host's Random(seed, Stream.environment, episode).
struct Stream {
  seed: u32,
  episode: u32,
}

struct Step {
  state: State, // after the step, at the end of an episode too
  reward: f32,
  terminated: bool, // the task is over; time limits are not the environment's
}

// Draw i of an episode: 32 random bits.
fn stream_word(stream: Stream, i: u32) -> u32 {
  return pcg4d(vec4u(stream.seed, STREAM_ENVIRONMENT, i, stream.episode)).x;
}

// Draw i of an episode: a number in [0, 1).
fn stream_uniform(stream: Stream, i: u32) -> f32 {
  return unit_interval(stream_word(stream, i));
}

// (sin x, cos x), each off by less than 2^-23 for |x| to 100; WGSL promises 2^-11 for its own, and that to pi alone.
// x = k pi/2 + r with |r| <= pi/4. The parts of pi/2 after Cody and Waite are so short that k times each of the first
// two is exact; the polynomials are those of S. Moshier's Cephes (sinf.c).
fn sin_cos(x: f32) -> vec2f {
  let k = round(x * 0.63661977);
  let r = ((x - k * 1.5703125) - k * 4.837513e-4) - k * 7.54979e-8;
  let z = r * r;
  let sin_r = r + r * z * (-0.16666655 + z * (8.332161e-3 - z * 1.9515296e-4));
  let cos_r = 1.0 - 0.5 * z + z * z * (4.1666646e-2 + z * (-1.3887316e-3 + z * 2.4433157e-5));
  let quarter = i32(k) & 3; // (s, c), (c, -s), (-s, -c), (-c, s)
  let turned = select(vec2f(sin_r, cos_r), vec2f(cos_r, sin_r), (quarter & 1) == 1);
  return select(turned, -turned, vec2<bool>(quarter >= 2, quarter == 1 || quarter == 2));
}
