// Batched temporal-difference learning of one value an action: targets, their loss and its gradient. With it the member's
// update is counted.
//
// y = R + discount Q_target(s', a*),  a* = argmax_a Q_select(s', a) over the legal actions;
//     plain DQN selects with the target network, double DQN (van Hasselt et al., 2016) with the online one
// e = y - Q(s, a),  loss = mean of weight e^2 (MSE) or of weight Huber_delta(e)
//
// Q(s, a) is what the head makes of the last layer's outputs: action_value. The loss's derivative by an output is the head's
// too: output_gradient (see head_value.wgsl).
//
// members [P], outcomes [P, B, 4] (action, return R, discount, weight), outputs [P, passes, 2, O B] (0: of s, 1: the target
// network's of s', SELECT: those that select), td [P, 2, B] (y, then e), gradient [P, 2, O B] by the outputs of s, metrics
// [P, R] (loss, mean Q of the taken actions), masks [P, B, A] as 0 or 1 where there are any. The host appends ACTIONS = A.

struct Params {
  batch: u32, // B
  outputs: u32, // O
  passes: u32,
  ring: u32, // R: updates whose metrics are kept
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
override HUBER: bool = false;

var<workgroup> sums: array<vec2f, GROUP>;

// One workgroup a member: each invocation adds up its rows, then the partial sums are added in order.
@compute @workgroup_size(GROUP)
fn td_value(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let member = group.z;
  let hyper = members[member].hyper;
  let rests = members[member].clock.halted == 1u;
  let scale = 1.0 / f32(params.batch);
  let stride = padded(params.batch);
  let columns = padded(params.outputs);
  let first = member * 2u * half(params.outputs, params.batch);
  let mirrored = first + half(params.outputs, params.batch);
  var sum = vec2f();
  for (var i = lane; i < select(params.batch, 0u, rests); i += GROUP) {
    let row = member * params.batch + i;
    let outcome = outcomes[row];
    let action = u32(outcome.x);
    let current = pass_of(member, 0u) + i;
    let value = action_value(current, action);
    let chosen = best_action(pass_of(member, SELECT) + i, row * padded(ACTIONS));
    let bootstrap = action_value(pass_of(member, 1u) + i, chosen);
    let y = outcome.y + select(outcome.z * bootstrap, 0.0, outcome.z == 0.0); // Whatever Q is where nothing follows.
    let error = y - value;
    td[member * 2u * params.batch + i] = y;
    td[(member * 2u + 1u) * params.batch + i] = error;
    var loss = error * error;
    var slope = 2.0 * error;
    if (HUBER) {
      let delta = hyper.huber_delta;
      slope = clamp(error, -delta, delta);
      loss = select(delta * (abs(error) - 0.5 * delta), 0.5 * error * error, abs(error) <= delta);
    }
    let by_value = -slope * scale * outcome.w;
    for (var o = 0u; o < params.outputs; o++) {
      let by_output = output_gradient(current, action, o, by_value);
      gradient[first + o * stride + i] = by_output;
      gradient[mirrored + i * columns + o] = by_output;
    }
    sum += vec2f(outcome.w * loss, value);
  }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane > 0u || rests) { return; }
  var total = vec2f();
  for (var j = 0u; j < GROUP; j++) { total += sums[j]; }
  let after = clock_after_update(members[member].clock, hyper);
  metrics[member * params.ring + after.updates % params.ring] = total * scale;
  members[member].clock = after;
}

// Where the outputs of a pass begin; those of its row i are at i plus multiples of the padded batch.
fn pass_of(member: u32, pass_index: u32) -> u32 {
  return (member * params.passes + pass_index) * 2u * half(params.outputs, params.batch);
}

// Output `o` of the row whose first output is at `at`.
fn output_of(at: u32, o: u32) -> f32 {
  return outputs[at + o * padded(params.batch)];
}
