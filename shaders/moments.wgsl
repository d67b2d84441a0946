// Running moments of what a member's environments show, which normalize it: see seen_normalized.wgsl.
//
// moments_observe: takes in a step of all environments, the latest E rows of replay: of each entry of an observation the E
//                  numbers that were acted on, of rewards the E running returns R <- gamma R + r, which begin at 0 with
//                  each episode. A batch of E numbers of mean m and squares S is merged (Chan et al., 1979):
//                    d = m - mean,  n = count + PRIOR
//                    mean <- mean + d E / (n + E),  squares <- squares + S + d^2 n E / (n + E),  count <- count + E
// moments_cut:     the episodes at hand are no more: R <- 0
// moments_input:   observations in a matrix as the networks see them
//
// The prior is what SB3 begins with, PRIOR numbers of mean 0 and variance 1. Members that rest stay as they are.
//
// members [P], replay [P, C, row], moments [P, W + 1], running [P, E], input [P, 2, W B] in the first layout; W is padded.

struct Params {
  environments: u32, // E: rows of a step, or columns of the matrix
  capacity: u32, // C
  row: u32, // floats of a row
  width: u32, // W
  observed: u32, // entries of an observation to be taken in, from the first on; behind them come the running returns
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(1) var<storage, read> replay: array<f32>;
@group(0) @binding(2) var<storage, read_write> updated: array<Moments>; // moments
@group(0) @binding(3) var<storage, read_write> running: array<f32>;
@group(0) @binding(1) var<storage, read_write> input: array<f32>;
// moments, binding 7: see seen_normalized.wgsl.
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;
override OBSERVATION_EPSILON: f32 = 1e-8;
override REWARD_EPSILON: f32 = 1e-8;
override RETURN_GAMMA: f32 = -1.0; // of running returns; below 0: the member's own

const PRIOR = 1e-4;

var<workgroup> parts: array<f32, GROUP>;

// A workgroup an entry.
@compute @workgroup_size(GROUP)
fn moments_observe(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let member = group.z;
  let entry = select(params.width, group.x, group.x < params.observed);
  let halted = members[member].clock.halted;
  let environments = select(params.environments, 0u, halted == 1u);
  if (entry == params.width) { for (var e = lane; e < environments; e += GROUP) { earn(member, e); } }
  let at = member * (params.width + 1u) + entry;
  let now = updated[at];
  var sum = 0.0;
  for (var e = lane; e < environments; e += GROUP) { sum += distance_of(now, number_of(member, entry, e)); }
  let count = f32(params.environments);
  let shift = total_of(sum, lane) / count;
  var squares = 0.0;
  for (var e = lane; e < environments; e += GROUP) {
    let distance = distance_of(now, number_of(member, entry, e)) - shift;
    squares += distance * distance;
  }
  squares = total_of(squares, lane);
  if (entry == params.width) { for (var e = lane; e < environments; e += GROUP) { end_return(member, e); } }
  if (lane > 0u || halted == 1u) { return; }
  let before = f32(now.count) + PRIOR;
  let share = count / (before + count);
  let mean = add_to(vec2f(now.mean, now.mean_rest), shift * share, halted);
  let spread = add_to(vec2f(now.squares, now.squares_rest), squares + shift * shift * before * share, halted);
  let epsilon = select(OBSERVATION_EPSILON, REWARD_EPSILON, entry == params.width);
  let scale = 1.0 / sqrt(spread.x / (before + count) + epsilon);
  updated[at] = Moments(now.count + params.environments, mean.x, mean.y, spread.x, spread.y, scale);
}

@compute @workgroup_size(GROUP)
fn moments_cut(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.environments) { return; } // guard
  running[id.z * params.environments + id.x] = 0.0;
}

// One invocation an entry of the matrix.
@compute @workgroup_size(GROUP)
fn moments_input(@builtin(global_invocation_id) id: vec3u) {
  let columns = padded(params.environments);
  let feature = id.x / columns;
  if (feature >= params.width || id.x % columns >= params.environments) { return; } // guard
  let at = id.z * 2u * half(params.width, params.environments) + id.x;
  input[at] = seen_entry(id.z * (params.width + 1u) + feature, input[at]);
}

// Adds the reward of an environment's step to its running return.
fn earn(member: u32, e: u32) {
  let gamma = select(RETURN_GAMMA, members[member].hyper.gamma, RETURN_GAMMA < 0.0);
  let at = member * params.environments + e;
  running[at] = gamma * running[at] + replay[outcome_of(member, e) + 1u];
}

// Begins the running return of an environment anew where its episode ended.
fn end_return(member: u32, e: u32) {
  let outcome = outcome_of(member, e);
  if (replay[outcome + 2u] + replay[outcome + 3u] > 0.0) { running[member * params.environments + e] = 0.0; }
}

// The number of environment e whose moments are those of an entry.
fn number_of(member: u32, entry: u32, e: u32) -> f32 {
  if (entry == params.width) { return running[member * params.environments + e]; }
  return replay[row_of(member, e) + entry];
}

fn outcome_of(member: u32, e: u32) -> u32 {
  return row_of(member, e) + 2u * params.width;
}

// The first float of the latest row of environment e.
fn row_of(member: u32, e: u32) -> u32 {
  let transition = members[member].clock.stored - params.environments + e;
  return (member * params.capacity + transition % members[member].hyper.capacity) * params.row;
}

fn distance_of(now: Moments, number: f32) -> f32 {
  return (number - now.mean) - now.mean_rest;
}

// The sum over a workgroup, in the order of its invocations.
fn total_of(part: f32, lane: u32) -> f32 {
  workgroupBarrier(); // The sum before has been read.
  parts[lane] = part;
  workgroupBarrier();
  if (lane == 0u) {
    var sum = 0.0;
    for (var i = 0u; i < GROUP; i++) { sum += parts[i]; }
    parts[0] = sum;
  }
  workgroupBarrier();
  return parts[0];
}
