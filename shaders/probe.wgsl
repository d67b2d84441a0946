// Looks at a device environment before it is used.
//
// measure: how many States fit into a buffer of known size, which gives the bytes of one
// play:    random legal actions in an environment an invocation, up to its first number that is not finite, or to a state in which
//          the episode goes on and nothing is legal
//
// faults [invocations]. The host appends ACTIONS.

struct Params {
  observations: u32,
  turns: u32, // resets and steps of each environment
  limit: u32, // steps of an episode at most
}

struct Fault {
  found: u32, // 0: nothing, 1: a number, 2: no legal action
  step: u32, // of its episode; 0 is the reset
  action: u32, // that led there
  entry: u32, // of the observation; their number for the reward
  bits: u32, // of the number
}

@group(0) @binding(0) var<storage, read> room: array<State>;
@group(0) @binding(1) var<storage, read_write> count: array<u32>;
@group(0) @binding(0) var<storage, read_write> faults: array<Fault>;
@group(0) @binding(8) var<uniform> params: Params;

var<private> probed_state: State;

// See legal_state.wgsl.
fn acting_state(i: u32) -> State {
  return probed_state;
}

@compute @workgroup_size(1)
fn measure() {
  count[0] = arrayLength(&room);
}

@compute @workgroup_size(64)
fn play(@builtin(global_invocation_id) id: vec3u) {
  var fault: Fault;
  var episode = 0u;
  var ended = true;
  for (var turn = 0u; turn < params.turns && fault.found == 0u; turn++) {
    var reward = 0.0;
    var terminated = false;
    if (ended) {
      probed_state = env_reset(Stream(id.x, episode));
      episode++;
      fault.step = 0u;
      ended = false;
    } else {
      fault.action = random_legal(pcg4d(vec4u(id.x, STREAM_EXPLORATION, turn, 0u)).x, 0u);
      let step = env_step(probed_state, fault.action);
      probed_state = step.state;
      reward = step.reward;
      fault.step++;
      terminated = step.terminated;
      ended = terminated || fault.step == params.limit;
    }
    for (var i = 0u; i <= params.observations && fault.found == 0u; i++) {
      let is_reward = i == params.observations;
      fault.entry = i;
      fault.bits = bitcast<u32>(select(env_observe(probed_state, min(i, params.observations - 1u)), reward, is_reward));
      fault.found = u32((fault.bits & 0x7f800000u) == 0x7f800000u); // The exponent of infinities and NaN.
    }
    if (!ALL_LEGAL && fault.found == 0u && !terminated && legal_count(0u) == 0u) { fault.found = 2u; }
  }
  faults[id.x] = fault;
}
