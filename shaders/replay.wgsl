// Experience replay: a ring of transitions per member, and the batch drawn from it.
//
// A transition is one row of vec4s: observation [W], next observation [W], (action, reward, terminated, truncated),
// and, where the environment masks actions, the legal actions of the next state [A] as 0 or 1. W and A are padded.
//
// replay_write:  replay[(stored + i) mod capacity] = transitions[i]
// replay_sample: indices of a batch, uniform over the rows held
// replay_gather: the batch's rows, observations in both layouts
//
// hyper [P], clock [P], transitions [P, S, row], replay [P, C, row], indices [P, B], observations [P, 2, W B],
// outcomes [P, B, 4], masks [P, B, A].

struct Params {
  rows: u32, // S for a write, B for a batch
  capacity: u32, // C: rows allocated to each member
  row: u32, // vec4s of a row
  width: u32, // vec4s of an observation
}

@group(0) @binding(0) var<storage, read> hyper: array<Hyper>;
@group(0) @binding(1) var<storage, read> clock: array<Clock>;
@group(0) @binding(2) var<storage, read> transitions: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> written: array<vec4f>; // replay
@group(0) @binding(2) var<storage, read_write> drawn: array<u32>; // indices
@group(0) @binding(0) var<storage, read> indices: array<u32>;
@group(0) @binding(1) var<storage, read> replay: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> observations: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> next_observations: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> outcomes: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> masks: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;
override SAMPLING: u32 = 0; // 0: with replacement, 1: without, 2: a contiguous run

@compute @workgroup_size(GROUP)
fn replay_write(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  let i = id.x / params.row;
  let quad = id.x % params.row;
  if (i >= params.rows) { return; } // guard
  let slot = (clock[member].stored + i) % hyper[member].capacity;
  written[(member * params.capacity + slot) * params.row + quad] =
    transitions[(member * params.rows + i) * params.row + quad];
}

@compute @workgroup_size(GROUP)
fn replay_sample(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  let i = id.x;
  if (i >= params.rows) { return; } // guard
  let capacity = hyper[member].capacity;
  let stored = clock[member].stored;
  let held = max(1u, min(stored, capacity));
  let key = vec3u(hyper[member].seed, STREAM_REPLAY, clock[member].updates);
  var index: u32;
  if (SAMPLING == 0u) {
    index = below(pcg4d(vec4u(key, i)).x, held);
  } else if (SAMPLING == 1u) {
    index = permuted(i % held, held, key);
  } else {
    let start = below(pcg4d(vec4u(key, 0u)).x, max(held, params.rows) - params.rows + 1u);
    let oldest = select(0u, stored % capacity, stored > capacity);
    index = (oldest + (start + i) % held) % capacity;
  }
  drawn[member * params.rows + i] = index;
}

// Where a keyed permutation of [0, count) sends `value`: a Feistel network over a grid of left x right >= count cells,
// walked until it lands inside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002).
fn permuted(value: u32, count: u32, key: vec3u) -> u32 {
  let bits = 32u - countLeadingZeros(count - 1u);
  let left = 1u << ((bits + 1u) / 2u);
  let right = (count + left - 1u) / left;
  var at = value;
  loop {
    var l = at % left;
    var r = at / left;
    for (var round = 0u; round < 4u; round++) {
      l = (l + below(pcg4d(vec4u(key, ((2u * round) << 24u) | r)).x, left)) % left;
      r = (r + below(pcg4d(vec4u(key, ((2u * round + 1u) << 24u) | l)).x, right)) % right;
    }
    at = r * left + l;
    if (at < count) { break; }
  }
  return at;
}

// One invocation moves a block of four rows and one vec4.
@compute @workgroup_size(GROUP)
fn replay_gather(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  let batch = (params.rows + 3u) / 4u;
  let block = id.x % batch;
  let quad = id.x / batch;
  if (quad >= params.row) { return; } // guard
  var values: mat4x4f;
  for (var j = 0u; j < 4u; j++) {
    let i = min(4u * block + j, params.rows - 1u);
    let slot = indices[member * params.rows + i];
    values[j] = replay[(member * params.capacity + slot) * params.row + quad];
  }
  let flipped = transpose(values);
  let matrix = half(4u * params.width, params.rows) / 4u;
  let rest = params.row - 2u * params.width - 1u;
  for (var j = 0u; j < 4u; j++) {
    let i = 4u * block + j;
    let kind = quad / params.width;
    let part = quad % params.width;
    if (kind == 0u) {
      observations[member * 2u * matrix + (4u * part + j) * batch + block] = flipped[j];
      observations[(member * 2u + 1u) * matrix + i * params.width + part] = values[j];
    } else if (kind == 1u) {
      next_observations[member * 2u * matrix + (4u * part + j) * batch + block] = flipped[j];
      next_observations[(member * 2u + 1u) * matrix + i * params.width + part] = values[j];
    } else if (i < params.rows) {
      let past = quad - 2u * params.width;
      if (past == 0u) {
        outcomes[member * params.rows + i] = values[j];
      } else {
        masks[(member * params.rows + i) * rest + past - 1u] = values[j];
      }
    }
  }
}
