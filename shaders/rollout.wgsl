// Acting in environments that live on the device: observe, Q values, choose, step, store, start again.
//
// rollout:        `steps` epsilon-greedy steps of every environment of every member, written to replay
// rollout_count:  the members' clocks after them, where a member has several environments
// evaluate:       `steps` greedy steps of episodes of their own; nothing of training changes
// begin_episodes: the first state of every environment
//
// The environment is a State and three functions, in a file of its own (see environment.wgsl), and a fourth one where not all
// actions are legal: only those are taken, and replay has those of the next state behind each transition. A workgroup plays in
// TOGETHER environments of one member: its invocations share the columns of each layer, and the environments for what is left.
// Steps come out the same however many of them are taken in one dispatch, and whoever plays alongside.
//
// A member with goal 0 rests. Before each step, one whose episodes have reached its goal comes to rest; until then it may still
// owe updates. An episode that ends is recorded, and the next one begins in the same step; what replay holds as the next
// observation is that of the episode that ended. A number of the environment's that is not finite, or an episode that goes on
// without a legal action, leaves an `end` of AT_FAULT: hosts end there.
//
// What the network sees is what an environment shows, or that normalized: `as_seen` of seen_plain.wgsl or seen_normalized.wgsl.
// Replay holds it as it is shown.
//
// Q values are those of the network's layers in turn, each computed by the act_... of its kind (see dense_act.wgsl), and of its
// head (see head_value.wgsl). Noisy layers act with noise in training; in evaluation without it, by another act_..., or, with
// NOISY_EPISODES, with that of the episode's seed and step.
//
// parameters [P, 2, N], layers [L], members [P], slots [P, E], replay [P, C, row], records [R, P, E], episodes [E] (seed,
// member).

struct Params {
  environments: u32, // E: of each member, or all episodes of an evaluation
  members: u32, // P
  steps: u32,
  limit: u32, // steps of an episode
  layers: u32, // L
  total: u32, // N
  capacity: u32, // C: replay rows allocated to each member
  row: u32, // words of a transition
  next: u32, // first word of the next observation in a row
  outcome: u32, // first word of (action, reward, terminated, truncated)
  records: u32, // R: steps whose records are kept
}

// Where a layer's parameters begin, and what the act_... of its kind is told.
struct ActingLayer {
  first: u32, // vec4 among N
  inputs: u32,
  columns: u32, // vec4s of its outputs
  kind: u32, // its number among the kinds of the network
  own: vec4u, // as the kind wants it
  output: u32, // where it writes, in fours
}

// What became of an environment in a step.
struct Record {
  end: u32, // 0: the episode goes on; AT_FAULT; else 1 if terminated + 2 if truncated + 4 if won + 8 times its length
  total: f32, // its sum of rewards, as of the slot
  rest: f32,
}

// parameters, binding 0: see parameters_storage.wgsl and parameters_uniform.wgsl.
@group(0) @binding(1) var<storage, read> layers: array<ActingLayer>;
@group(0) @binding(2) var<storage, read_write> members: array<Member>;
@group(0) @binding(3) var<storage, read_write> slots: array<Slot>;
@group(0) @binding(4) var<storage, read_write> replay: array<u32>; // floats by their bits, and observations as bits where BITS
@group(0) @binding(5) var<storage, read_write> records: array<Record>;
@group(0) @binding(6) var<storage, read> episodes: array<vec2u>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 8;
override ALONE: bool = true; // E is 1: rollout advances the clocks itself
override BOTH_MASKS: bool = false; // replay has the legal actions of the state behind those of the next one
override NOISY_EPISODES: bool = false;
override BITS: bool = false; // replay holds observations as bits: see replay.wgsl

// What layers that draw draw by (see noisy_act.wgsl): in training as the exploration of the workgroup's first environment, the
// next one's counter being one more.
struct Drawing {
  seed: u32,
  counter: u32,
}

var<private> drawing: Drawing;

// By four features and environment: what is observed, or the outputs of the layer before, at the one end, and those of the layer
// at hand at the other. WIDTH is in fours: of the two layers in turn that take most.
var<workgroup> values: array<vec4f, WIDTH * TOGETHER>;
// What is wanted of what is seen in an environment: the sum of some of what follows.
var<workgroup> wanted: array<u32, TOGETHER>;
const WANTED_Q = 1u;
const WANTED_ROW = 2u; // that the row of the step begins with it,
const WANTED_ROW_BEFORE = 4u; // and that of the step before ends with it

// Words of bits of an observation.
const OBSERVED_WORDS = (OBSERVATIONS + 31u) / 32u;
// What chooses among the actions of an environment that explores; in an evaluation with noise, the seed of its step's.
var<workgroup> draws: array<u32, TOGETHER>;

@compute @workgroup_size(GROUP)
fn rollout(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let member = group.z;
  let first = group.x * TOGETHER;
  let own = member * params.environments + first; // the first of its slots
  let count = min(TOGETHER, params.environments - first);
  let h = members[member].hyper;
  let goal = members[member].goal;
  var clock = members[member].clock;
  let steps = bound(params.steps, member);
  for (var step = 0u; step < steps; step++) {
    let has_played = step > 0u && clock.halted == 0u;
    clock.halted = u32(clock.episodes >= goal);
    drawing = Drawing(h.seed, clock.steps + first);
    for (var e = lane; e < count; e += GROUP) {
      let words = pcg4d(vec4u(h.seed, STREAM_EXPLORATION, clock.steps, first + e));
      let explores = unit_interval(words.x) < clock.exploration;
      draws[e] = words.y;
      wanted[e] = select(0u, WANTED_ROW + select(WANTED_Q, 0u, explores), clock.halted == 0u) +
        select(0u, WANTED_ROW_BEFORE, has_played && slots[own + e].length > 0u);
      if (!SHOWS_BITS) { observe(slots[own + e].state, vec2u(member, e)); }
    }
    if (SHOWS_BITS) { observe_bits(member, Playing(own, count, clock.stored + first, h.capacity), lane); }
    let outputs = forward(member * 2u * params.total / 4u, lane);
    var ended = 0u;
    for (var e = lane; e < select(0u, count, clock.halted == 0u); e += GROUP) {
      let environment = first + e;
      let index = own + e;
      let mask = index * ACTIONS;
      let action = select(random_legal(draws[e], mask), best_action(outputs * TOGETHER + e, mask), is_wanted(e, WANTED_Q));
      let row = transition_at(member, clock.stored + environment, h.capacity);
      var slot = slots[index];
      let taken = env_step(slot.state, action);
      var is_fit = is_finite(taken.reward);
      for (var i = 0u; i < select(OBSERVATIONS, 0u, SHOWS_BITS); i++) {
        let seen = vec2f(env_observe(slot.state, i), env_observe(taken.state, i));
        replay[row + i] = bitcast<u32>(seen.x);
        replay[row + params.next + i] = bitcast<u32>(seen.y);
        is_fit = is_fit && is_finite(seen.x) && is_finite(seen.y);
      }
      if (!ALL_LEGAL) {
        var may_go_on = taken.terminated;
        for (var a = 0u; a < ACTIONS; a++) {
          let legal = env_legal(taken.state, a);
          replay[row + params.outcome + 4u + a] = bitcast<u32>(f32(legal));
          if (BOTH_MASKS) {
            replay[row + params.outcome + 4u + (ACTIONS + 3u) / 4u * 4u + a] = bitcast<u32>(f32(is_legal(mask + a)));
          }
          may_go_on = may_go_on || legal;
        }
        is_fit = is_fit && may_go_on && is_legal(mask + action);
      }
      let end = count_step(&slot, taken);
      let outcome = bitcast<vec4u>(vec4f(f32(action), taken.reward, f32(taken.terminated), f32((end & 2u) > 0u)));
      for (var i = 0u; i < 4u; i++) { replay[row + params.outcome + i] = outcome[i]; }
      records[record(member, clock) + environment] =
        Record(select(AT_FAULT, end, is_fit), slot.total, slot.rest);
      if (end > 0u) {
        ended += 1u;
        for (var word = 0u; word < select(0u, OBSERVED_WORDS, SHOWS_BITS); word++) {
          store_bits(row + params.next, word, env_bits(taken.state, word));
        }
        slot = begin_episode(slot.seed, slot.episode + 1u);
      }
      slots[index] = slot;
    }
    if (clock.halted == 0u) {
      clock = clock_after_steps(clock, h, params.environments, select(0u, ended, ALONE));
    }
  }
  if (SHOWS_BITS) {
    for (var e = lane; e < count; e += GROUP) {
      wanted[e] = select(0u, WANTED_ROW_BEFORE, clock.halted == 0u && slots[own + e].length > 0u);
    }
    observe_bits(member, Playing(own, count, clock.stored + first, h.capacity), lane);
  }
  if (ALONE && lane == 0u) { members[member].clock = clock; }
}

@compute @workgroup_size(GROUP)
fn rollout_count(@builtin(global_invocation_id) id: vec3u) {
  let member = id.x;
  if (member >= params.members) { return; } // guard
  let h = members[member].hyper;
  var clock = members[member].clock;
  let environments = bound(params.environments, member);
  let steps = bound(params.steps, member);
  for (var step = 0u; step < steps; step++) {
    clock.halted = u32(clock.episodes >= members[member].goal);
    if (clock.halted == 1u) { break; }
    let first = record(member, clock);
    var ended = 0u;
    for (var i = 0u; i < environments; i++) { ended += u32(records[first + i].end > 0u); }
    clock = clock_after_steps(clock, h, params.environments, ended);
  }
  members[member].clock = clock;
}

@compute @workgroup_size(GROUP)
fn evaluate(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = (group.y * GRID + group.x) * TOGETHER; // Hosts fill up a member's last workgroup.
  if (first >= params.environments) { return; } // guard
  let member = episodes[first].y;
  let steps = bound(params.steps, first);
  for (var step = 0u; step < steps; step++) {
    for (var e = lane; e < TOGETHER; e += GROUP) {
      if (NOISY_EPISODES) {
        draws[e] = pcg4d(vec4u(slots[first + e].seed, STREAM_ACTING_NOISE, slots[first + e].length, 0u)).x;
      }
      wanted[e] = select(0u, WANTED_Q, slots[first + e].end == 0u);
      if (!SHOWS_BITS) { observe(slots[first + e].state, vec2u(member, e)); }
    }
    if (SHOWS_BITS) {
      storageBarrier();
      workgroupBarrier();
      for (var e = 0u; e < TOGETHER; e++) {
        let state = slots[first + e].state;
        for (var word = lane; word < select(0u, OBSERVED_WORDS, is_wanted(e, WANTED_Q)); word += GROUP) {
          show_bits(vec2u(member, e), word, env_bits(state, word));
        }
      }
    }
    let outputs = forward(member * 2u * params.total / 4u, lane);
    for (var e = lane; e < TOGETHER; e += GROUP) {
      if (!is_wanted(e, WANTED_Q)) { continue; }
      var slot = slots[first + e];
      let mask = (first + e) * ACTIONS;
      let action = best_action(outputs * TOGETHER + e, mask);
      if (!ALL_LEGAL && !is_legal(mask + action)) {
        slot.end = AT_FAULT + 8u * slot.length;
        slot.fault = NO_ACTION;
        slots[first + e] = slot;
        continue;
      }
      let taken = env_step(slot.state, action);
      slot.end = count_step(&slot, taken);
      end_at_fault(&slot, taken.reward);
      slots[first + e] = slot;
    }
  }
}

@compute @workgroup_size(GROUP)
fn begin_episodes(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * GRID + group.x) * GROUP + lane;
  if (i >= params.environments) { return; } // guard
  var slot = begin_episode(episodes[i].x, 0u);
  end_at_fault(&slot, 0.0);
  slots[i] = slot;
}

// Writes what a member sees in the workgroup's environment e, (member, e) together, where the first layer reads.
fn observe(state: State, place: vec2u) {
  for (var i = 0u; i < OBSERVATIONS; i += 4u) {
    var shown = vec4f();
    for (var j = 0u; j < min(4u, OBSERVATIONS - i); j++) { shown[j] = env_observe(state, i + j); }
    show_quad(place, i / 4u, shown);
  }
}

fn show_quad(place: vec2u, quad: u32, shown: vec4f) {
  values[quad * TOGETHER + place.y] = as_seen(place.x, quad, (OBSERVATIONS + 3u) / 4u, shown);
}

fn show_bits(place: vec2u, word: u32, bits: u32) {
  for (var quad = 8u * word; quad < min(8u * word + 8u, (OBSERVATIONS + 3u) / 4u); quad++) {
    show_quad(place, quad, vec4f((vec4u(bits) >> (vec4u(0u, 1u, 2u, 3u) + 4u * (quad % 8u))) & vec4u(1u)));
  }
}

// What a workgroup plays in while training.
struct Playing {
  slot: u32, // of its first environment
  environments: u32,
  stored: u32, // transitions of the member before the one of its first environment
  capacity: u32, // of them held
}

// The same in all environments of a workgroup, by all its lanes, where what is seen is bits, and into replay as is wanted: once a
// step, as the end of a step and the beginning of the next.
fn observe_bits(member: u32, playing: Playing, lane: u32) {
  storageBarrier();
  workgroupBarrier();
  for (var e = 0u; e < playing.environments; e++) {
    if (wanted[e] == 0u) { continue; }
    let state = slots[playing.slot + e].state;
    for (var word = lane; word < OBSERVED_WORDS; word += GROUP) {
      let bits = env_bits(state, word);
      if (is_wanted(e, WANTED_Q)) { show_bits(vec2u(member, e), word, bits); }
      if (is_wanted(e, WANTED_ROW)) { store_bits(transition_at(member, playing.stored + e, playing.capacity), word, bits); }
      if (is_wanted(e, WANTED_ROW_BEFORE)) {
        let before = transition_at(member, playing.stored + e - params.environments, playing.capacity);
        store_bits(before + params.next, word, bits);
      }
    }
  }
}

// Where a member's transition number i begins in replay.
fn transition_at(member: u32, i: u32, capacity: u32) -> u32 {
  return (member * params.capacity + i % capacity) * params.row;
}

// Writes a word of bits of an observation that begins at `at` in replay.
fn store_bits(at: u32, word: u32, bits: u32) {
  if (BITS) {
    replay[at + word] = bits;
    return;
  }
  for (var i = 0u; i < min(32u, OBSERVATIONS - 32u * word); i++) {
    replay[at + 32u * word + i] = bitcast<u32>(f32((bits >> i) & 1u));
  }
}

fn is_wanted(e: u32, what: u32) -> bool {
  return (wanted[e] & what) != 0u;
}

fn drawing_of(e: u32) -> Drawing {
  if (NOISY_EPISODES) { return Drawing(draws[e], 0u); }
  return Drawing(drawing.seed, drawing.counter + e);
}

// Passes what has been observed through the layers. Returns where the outputs of the last one begin: their first four among
// `values`.
fn forward(first: u32, lane: u32) -> u32 {
  var input = 0u;
  for (var l = 0u; l < params.layers; l++) {
    workgroupBarrier();
    let output = layers[l].output;
    if (any_wanted()) { act_layer(layers[l], first + layers[l].first, vec2u(input, output), lane); }
    input = output;
  }
  workgroupBarrier();
  return input;
}

fn any_wanted() -> bool {
  var any = false;
  for (var e = 0u; e < TOGETHER; e++) { any = any || is_wanted(e, WANTED_Q); }
  return any;
}

// See legal_state.wgsl.
fn acting_state(i: u32) -> State {
  return slots[i].state;
}

// Output `o` of the environment whose first four outputs are at `at`.
fn output_of(at: u32, o: u32) -> f32 {
  return values[at + o / 4u * TOGETHER][o % 4u];
}

// The first of a member's records of the step that its clock has come to.
fn record(member: u32, clock: Clock) -> u32 {
  return (clock.steps / params.environments % params.records * params.members + member) * params.environments;
}

// `length`, whatever the index. llvmpipe compiles a kernel anew for each value of a uniform that alone bounds a loop.
fn bound(length: u32, index: u32) -> u32 {
  return select(length, 0u, index == 0xffffffffu);
}
