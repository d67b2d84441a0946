// Episodes in the environments of rollout.wgsl: how they begin, what a step adds to them, and how they end.

override WON_FROM: f32 = 3.4e38; // an episode that terminates with this reward is won

const AT_FAULT = 4u; // as if won without an end; in an evaluation + 8 times the length
const NO_ACTION = OBSERVATIONS + 1u; // nothing was legal

// An environment, and the episode in it.
struct Slot {
  seed: u32,
  episode: u32, // its number, from 0
  length: u32, // steps
  total: f32, // sum of rewards, see add_reward
  rest: f32,
  end: u32, // in an evaluation, as in Record once the only episode has ended
  fault: u32, // of an evaluation's episode at fault: the entry of its observation, OBSERVATIONS for the reward, or NO_ACTION
  value: f32, // and the number
  state: State,
}

fn begin_episode(seed: u32, episode: u32) -> Slot {
  return Slot(seed, episode, 0u, 0.0, 0.0, 0u, 0u, 0.0, env_reset(Stream(seed, episode)));
}

// Takes a step into the slot's episode. Returns its `end`, as in Record.
fn count_step(slot: ptr<function, Slot>, taken: Step) -> u32 {
  (*slot).length += 1u;
  add_reward(slot, taken.reward);
  (*slot).state = taken.state;
  let truncated = (*slot).length >= params.limit;
  if (!taken.terminated && !truncated) { return 0u; }
  let won = taken.terminated && taken.reward >= WON_FROM;
  return u32(taken.terminated) + 2u * u32(truncated) + 4u * u32(won) + 8u * (*slot).length;
}

// Adds to an episode's sum of rewards, which is kept in two floats: see sum.wgsl.
fn add_reward(slot: ptr<function, Slot>, reward: f32) {
  let zero = u32((*slot).length == 0u); // of a step that has been counted
  let sum = add_to(vec2f((*slot).total, (*slot).rest), reward, zero);
  (*slot).total = sum.x;
  (*slot).rest = sum.y;
}

// Ends the slot's episode if the reward or what is seen now is not finite.
fn end_at_fault(slot: ptr<function, Slot>, reward: f32) {
  let state = (*slot).state;
  for (var i = select(0u, OBSERVATIONS, SHOWS_BITS); i <= OBSERVATIONS; i++) {
    var value = reward;
    if (i < OBSERVATIONS) { value = env_observe(state, i); }
    if (is_finite(value)) { continue; }
    (*slot).end = AT_FAULT + 8u * (*slot).length;
    (*slot).fault = i;
    (*slot).value = value;
    return;
  }
}

// Whether a number is neither infinite nor NaN, by its exponent.
fn is_finite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}
