// Experience replay: a ring of transitions per member, and the batch drawn from it.
//
// A transition is one row of vec4s: observation [W], next observation [W], (action, reward, terminated, truncated),
// and, where the environment masks actions, the legal actions of the next state [A] as 0 or 1; with BOTH_MASKS those of the state
// are behind them. W and A are padded. It is held as the environment showed it, and drawn as the networks see it: see
// seen_plain.wgsl and seen_normalized.wgsl. With BITS its observations are zeros and ones and held so, 128 to a vec4, entry i in
// bit i mod 32 of word i div 32; a batch has them as numbers.
//
// replay_write:  replay[(stored + i) mod capacity] = transitions[i]
// replay_cut:    the latest transition of each environment ends an episode: what is stored next does not follow it
// replay_sample: a batch of rows drawn uniformly from those held, as the loss wants them: the outcome is (action, return,
//                discount, weight), where the discount is 0 if the transition terminated, else gamma, and the weight 1; or a
//                batch whose rows and weights another kernel has drawn (see priorities.wgsl); or a minibatch of an epoch, which
//                draws every row once; or the rows from `first` on
//
// With STEPS n above 1 the return is r_0 + gamma r_1 + ... over n transitions of the drawn row's environment, those of a step E
// rows behind it; the next observation is that of the last of them, and the discount gamma^n or 0. There are fewer than n
// where the episode ends, by a truncation too, or where replay does.
//
// members [P], transitions [P, S, row], replay [P, C, row], indices [P, B], observations [P, 2, 2, W B] (s in both
// layouts, s' in the first), outcomes [P, B, 4], masks [P, B, A].

struct Params {
  rows: u32, // S for a write, B for a batch
  capacity: u32, // C: rows allocated to each member
  row: u32, // vec4s of a row
  width: u32, // vec4s of an observation as it is held
  seen: u32, // and as it is drawn: the same, but for BITS
  environments: u32, // E: rows of a step
  first: u32, // row of a batch that is drawn in order
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
// Floats by their bits, as words of bits may be no float that stays what it is.
@group(0) @binding(1) var<storage, read> transitions: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> written: array<vec4u>; // replay
@group(0) @binding(1) var<storage, read> replay: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> indices: array<u32>;
@group(0) @binding(3) var<storage, read_write> observations: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> outcomes: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> masks: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;
override ROWS: u32 = 64; // of the batch, a workgroup: a multiple of 4
override STEPS: u32 = 1; // n
override BOTH_MASKS: bool = false;
override BITS: bool = false;
// 0: with replacement, 1: without, 2: a contiguous run, 3: as `indices` and `outcomes` have it, 4: a minibatch, 5: in order
override SAMPLING: u32 = 0;

@compute @workgroup_size(GROUP)
fn replay_write(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  let i = id.x / params.row;
  let quad = id.x % params.row;
  if (i >= params.rows) { return; } // guard
  let slot = (members[member].clock.stored + i) % members[member].hyper.capacity;
  written[(member * params.capacity + slot) * params.row + quad] =
    transitions[(member * params.rows + i) * params.row + quad];
}

@compute @workgroup_size(GROUP)
fn replay_cut(@builtin(global_invocation_id) id: vec3u) {
  let stored = members[id.z].clock.stored;
  if (id.x >= min(params.environments, stored)) { return; } // guard
  let slot = (stored - 1u - id.x) % members[id.z].hyper.capacity;
  written[(id.z * params.capacity + slot) * params.row + 2u * params.width].w = bitcast<u32>(1.0);
}

var<workgroup> slots: array<u32, ROWS>;
// The last transition of each return, and the return with its discount.
var<workgroup> ends: array<u32, ROWS>;
var<workgroup> returns: array<vec2f, ROWS>;

// A workgroup draws ROWS rows of the batch and moves them in blocks of four rows and one vec4.
@compute @workgroup_size(GROUP)
fn replay_sample(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let member = group.z;
  let rests = members[member].clock.halted == 1u; // It keeps the batch of its latest update, whole.
  for (var i = lane; i < ROWS; i += GROUP) {
    let drawn = group.x * ROWS + i;
    let slot = draw(member, min(drawn, params.rows - 1u));
    if (drawn < params.rows && !rests) { indices[member * params.rows + drawn] = slot; }
    slots[i] = slot;
    if (STEPS > 1u) {
      let sum = sum_rewards(member, slot);
      ends[i] = sum.end;
      returns[i] = vec2f(sum.rewards, sum.discount);
    }
  }
  workgroupBarrier();
  let batch = (params.rows + 3u) / 4u;
  let matrix = half(4u * params.seen, params.rows) / 4u;
  let first = member * 4u * matrix;
  let outcomes_at = 2u * params.seen; // of what is drawn
  let rest = params.row - 2u * params.width - 1u;
  let quads = select(outcomes_at + 1u + rest, 0u, rests);
  for (var at = lane; at < quads * (ROWS / 4u); at += GROUP) {
    let here = at % (ROWS / 4u);
    let block = group.x * (ROWS / 4u) + here;
    if (block >= batch) { continue; } // guard
    let quad = at / (ROWS / 4u);
    let kind = quad / params.seen;
    let part = quad % params.seen;
    var values: mat4x4f;
    for (var j = 0u; j < 4u; j++) {
      var slot = slots[4u * here + j];
      if (STEPS > 1u) {
        let is_own = BOTH_MASKS && quad > outcomes_at + rest / 2u;
        slot = select(ends[4u * here + j], slot, kind == 0u || quad == outcomes_at || is_own);
      }
      values[j] = row_part(member, slot, quad);
    }
    let flipped = transpose(values);
    for (var j = 0u; j < 4u; j++) {
      let i = 4u * block + j;
      if (kind < 2u) { observations[first + 2u * kind * matrix + (4u * part + j) * batch + block] = flipped[j]; }
      if (kind == 0u) { observations[first + matrix + i * params.seen + part] = values[j]; }
      if (kind >= 2u && i < params.rows) {
        let past = quad - outcomes_at;
        if (past == 0u) {
          var outcome = vec4f(values[j].xy, select(members[member].hyper.gamma, 0.0, values[j].z > 0.0), 1.0);
          if (STEPS > 1u) { outcome = vec4f(values[j].x, returns[4u * here + j], 1.0); }
          if (SAMPLING == 3u) { outcome.w = outcomes[member * params.rows + i].w; }
          outcomes[member * params.rows + i] = outcome;
        } else {
          masks[(member * params.rows + i) * rest + past - 1u] = values[j];
        }
      }
    }
  }
}

struct Sum {
  end: u32, // row of the last transition
  rewards: f32,
  discount: f32, // of what follows it
}

// The discounted rewards from a row on.
fn sum_rewards(member: u32, slot: u32) -> Sum {
  let hyper = members[member].hyper;
  let newer = (members[member].clock.stored - 1u - slot) % hyper.capacity; // rows stored after it
  var sum = Sum(slot, 0.0, 1.0);
  for (var k = 0u; k < STEPS; k++) {
    sum.end = (slot + k * params.environments) % hyper.capacity;
    let outcome = row_part(member, sum.end, 2u * params.seen);
    sum.rewards += sum.discount * outcome.y;
    sum.discount *= select(hyper.gamma, 0.0, outcome.z > 0.0);
    if (outcome.z + outcome.w > 0.0 || (k + 1u) * params.environments > newer) { break; }
  }
  return sum;
}

// Vec4 `quad` of what is drawn of a row, as the networks see it.
fn row_part(member: u32, slot: u32, quad: u32) -> vec4f {
  let row = (member * params.capacity + slot) * params.row;
  var held = quad;
  if (BITS) {
    let kind = quad / params.seen;
    if (kind < 2u) {
      let part = quad % params.seen;
      let word = replay[row + kind * params.width + part / 32u][part / 8u % 4u];
      return vec4f((vec4u(word) >> (vec4u(0u, 1u, 2u, 3u) + 4u * (part % 8u))) & vec4u(1u));
    }
    held = quad - 2u * (params.seen - params.width);
  }
  return as_seen(member, quad, params.seen, bitcast<vec4f>(replay[row + held]));
}

// The replay row at place i of the next update's batch.
fn draw(member: u32, i: u32) -> u32 {
  if (SAMPLING == 3u) { return indices[member * params.rows + i]; }
  if (SAMPLING == 5u) { return params.first + i; }
  let capacity = members[member].hyper.capacity;
  if (SAMPLING == 4u) {
    let updates = members[member].clock.updates;
    let minibatches = capacity / params.rows;
    let epoch = vec3u(members[member].hyper.seed, STREAM_REPLAY, updates / minibatches);
    return permuted(updates % minibatches * params.rows + i, capacity, epoch);
  }
  let stored = members[member].clock.stored;
  let held = max(1u, min(stored, capacity));
  let key = vec3u(members[member].hyper.seed, STREAM_REPLAY, members[member].clock.updates + 1u);
  if (SAMPLING == 0u) { return below(pcg4d(vec4u(key, i)).x, held); }
  if (SAMPLING == 1u) { return permuted(i % held, held, key); }
  let start = below(pcg4d(vec4u(key, 0u)).x, max(held, params.rows) - params.rows + 1u);
  let oldest = select(0u, stored % capacity, stored > capacity);
  return (oldest + (start + i) % held) % capacity;
}

// Where a keyed permutation of [0, count) sends `value`: a Feistel network over a grid of left x right >= count cells,
// walked until it lands inside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002). A small grid
// takes more rounds until pairs of rows are uniform.
fn permuted(value: u32, count: u32, key: vec3u) -> u32 {
  let bits = 32u - countLeadingZeros(count - 1u);
  let left = 1u << ((bits + 1u) / 2u);
  let right = (count + left - 1u) / left;
  let rounds = select(4u, 12u, count <= 32u);
  var at = value;
  loop {
    var l = at % left;
    var r = at / left;
    for (var round = 0u; round < rounds; round++) {
      l = (l + below(pcg4d(vec4u(key, ((2u * round) << 24u) | r)).x, left)) % left;
      r = (r + below(pcg4d(vec4u(key, ((2u * round + 1u) << 24u) | l)).x, right)) % right;
    }
    at = r * left + l;
    if (at < count) { break; }
  }
  return at;
}
