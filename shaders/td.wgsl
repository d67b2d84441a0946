// Learning from a batch: one workgroup a member goes through its rows, adds up their losses, and counts the update.
//
// What is learned from a row is the business of a file behind this one (td_value.wgsl, td_categorical.wgsl, td_quantile.wgsl):
//
//   fn learn_row(row: Row) -> vec2f     writes targets and the gradient by the row's outputs (store_td, store_gradient);
//                                       returns the row's loss, its weight left out, and Q(s, a)
//
// A head that expresses returns within bounds alone tells those outside by tell_outside.
//
// The action a* whose value in s' is bootstrapped from is best_action of the pass that selects: plain DQN selects with the
// target network, double DQN (van Hasselt et al., 2016) with the online one.
//
// members [P], outcomes [P, B, 4] (action, return R, discount, weight), outputs [P, passes, 2, O B] (0: of s, 1: the target
// network's of s', SELECT: those that select), td [P, 2, B] (the target y, then the error), gradient [P, 2, O B] by the outputs
// of s, metrics [P, R] (loss, mean Q of the taken actions; with COUNTS_OUTSIDE behind them how many returns of the batch lie
// outside, and the one that does so farthest), masks [P, B, A] of s' as 0 or 1 where there are any, or with BOTH_MASKS [P, B, 2, A] of s' and s. The host appends
// ACTIONS = A.

struct Params {
  batch: u32, // B
  outputs: u32, // O
  passes: u32,
  ring: u32, // R: updates whose metrics are kept
  share: u32, // of a layout of the outputs
}

@group(0) @binding(0) var<storage, read_write> members: array<Member>;
@group(0) @binding(1) var<storage, read> outcomes: array<vec4f>;
@group(0) @binding(2) var<storage, read> outputs: array<f32>;
@group(0) @binding(3) var<storage, read_write> td: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(5) var<storage, read_write> metrics: array<vec2f>;
// masks, binding 7: see legal_masked.wgsl.
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;
override SELECT: u32 = 1;
override COUNTS_OUTSIDE: bool = false;
override BOTH_MASKS: bool = false;

// A row of a member's batch.
struct Row {
  member: u32,
  index: u32, // among the batch's
  outcome: vec4f, // (action, return, discount, weight)
  action: u32,
  best: u32, // a* in s'
  current: u32, // the first output for s, as action_value takes it
  next: u32, // the first output of the target network for s'
}

var<workgroup> sums: array<vec2f, GROUP>;

// Of an invocation's rows, and of each invocation's: how many returns lie outside, by how much the farthest does, and it.
var<private> outside: vec4f;
var<workgroup> outsides: array<vec4f, GROUP>;

// Each invocation adds up its rows, then the partial sums are added in order.
@compute @workgroup_size(GROUP)
fn learn(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let member = group.z;
  let hyper = members[member].hyper;
  let rests = members[member].clock.halted == 1u;
  var sum = vec2f();
  for (var i = lane; i < select(params.batch, 0u, rests); i += GROUP) {
    let at = member * params.batch + i;
    let outcome = outcomes[at];
    let best = best_action(pass_of(member, SELECT) + i, mask_of(at));
    let first = pass_of(member, 0u) + i;
    let learned = learn_row(Row(member, i, outcome, u32(outcome.x), best, first, pass_of(member, 1u) + i));
    sum += vec2f(outcome.w * learned.x, learned.y);
  }
  sums[lane] = sum;
  if (COUNTS_OUTSIDE) { outsides[lane] = outside; }
  workgroupBarrier();
  if (lane > 0u || rests) { return; }
  var total = vec2f();
  for (var j = 0u; j < GROUP; j++) { total += sums[j]; }
  let after = clock_after_update(members[member].clock, hyper);
  let kept = member * params.ring + after.updates % params.ring;
  if (COUNTS_OUTSIDE) {
    metrics[2u * kept] = total * row_share();
    metrics[2u * kept + 1u] = all_outside();
  } else {
    metrics[kept] = total * row_share();
  }
  members[member].clock = after;
}

// A row's return is one that lies outside of what the head expresses, by so much.
fn tell_outside(value: f32, by: f32) {
  outside = both_outside(outside, vec4f(1.0, by, value, 0.0));
}

fn both_outside(a: vec4f, b: vec4f) -> vec4f {
  return select(vec4f(a.x + b.x, a.yzw), vec4f(a.x + b.x, b.yzw), b.y > a.y);
}

// How many there are, and the farthest.
fn all_outside() -> vec2f {
  var all = vec4f();
  for (var j = 0u; j < GROUP; j++) { all = both_outside(all, outsides[j]); }
  return all.xz;
}

// Where the mask of s' begins, for row `at` of all batches.
fn mask_of(at: u32) -> u32 {
  return select(1u, 2u, BOTH_MASKS) * at * padded(ACTIONS);
}

// What a row has of the mean over the batch.
fn row_share() -> f32 {
  return 1.0 / f32(params.batch);
}

// What is bootstrapped from a value in s': nothing where nothing follows, whatever the value is.
fn discounted(row: Row, value: f32) -> f32 {
  return select(row.outcome.z * value, 0.0, row.outcome.z == 0.0);
}

fn store_td(row: Row, y: f32, error: f32) {
  let at = row.member * 2u * params.batch + row.index;
  td[at] = y;
  td[at + params.batch] = error;
}

// The derivative of the loss by output `o` of the row, in both layouts.
fn store_gradient(row: Row, o: u32, by_output: f32) {
  let size = half(params.outputs, params.batch);
  let first = row.member * 2u * size;
  gradient[first + o * padded(params.batch) + row.index] = by_output;
  gradient[first + size + row.index * padded(params.outputs) + o] = by_output;
}

// Where the outputs of a pass begin; those of its row i are at i plus multiples of the padded batch.
fn pass_of(member: u32, pass_index: u32) -> u32 {
  return (member * params.passes + pass_index) * 2u * params.share;
}

// Output `o` of the row whose first output is at `at`.
fn output_of(at: u32, o: u32) -> f32 {
  return outputs[at + o * padded(params.batch)];
}
