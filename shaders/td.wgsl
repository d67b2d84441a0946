// Batched temporal-difference learning: targets, their loss and its gradient. With it the member's update is counted.
//
// y = r + gamma (1 - terminated) Q_target(s', a*),  a* = argmax_a Q_select(s', a) over the legal actions;
//     plain DQN selects with the target network, double DQN (van Hasselt et al., 2016) with the online one
// e = y - Q(s, a),  loss = mean of e^2 (MSE) or of Huber_delta(e),  dL/dQ at the taken action, 0 elsewhere
//
// hyper [P], outcomes [P, B, 4] (action, reward, terminated, truncated), q [P, passes, 2, A B] (0: Q(s, .), 1: the target
// network's Q(s', .), SELECT: Q_select), masks [P, B, A] as 0 or 1, clock [P], td [P, 2, B] (y, then e),
// q_gradient [P, 2, A B], metrics [P, R] (loss, mean Q of the taken actions).

struct Params {
  batch: u32, // B
  actions: u32, // A
  passes: u32,
  ring: u32, // R: updates whose metrics are kept
  sync_unit: u32, // what the target network's period counts, see clock_after_update
}

@group(0) @binding(0) var<storage, read> hyper: array<Hyper>;
@group(0) @binding(1) var<storage, read> outcomes: array<vec4f>;
@group(0) @binding(2) var<storage, read> q: array<f32>;
@group(0) @binding(3) var<storage, read> masks: array<f32>;
@group(0) @binding(4) var<storage, read_write> clock: array<Clock>;
@group(0) @binding(5) var<storage, read_write> td: array<f32>;
@group(0) @binding(6) var<storage, read_write> q_gradient: array<f32>;
@group(0) @binding(7) var<storage, read_write> metrics: array<vec2f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;
override SELECT: u32 = 1;
override MASKED: bool = false;
override HUBER: bool = false;

var<workgroup> sums: array<vec2f, GROUP>;

// One workgroup a member: each invocation adds up its rows, then the partial sums are added in order.
@compute @workgroup_size(GROUP)
fn td_loss(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let member = group.z;
  let rests = clock[member].halted == 1u;
  let gamma = hyper[member].gamma;
  let delta = hyper[member].huber_delta;
  let scale = 1.0 / f32(params.batch);
  let stride = padded(params.batch);
  let columns = padded(params.actions);
  let current = pass_of(member, 0u);
  let first = member * 2u * half(params.actions, params.batch);
  let mirrored = first + half(params.actions, params.batch);
  var sum = vec2f();
  for (var i = lane; i < select(params.batch, 0u, rests); i += GROUP) {
    let outcome = outcomes[member * params.batch + i];
    let action = u32(outcome.x);
    let value = q[current + action * stride + i];
    let bootstrap = q[pass_of(member, 1u) + best_action(member, i) * stride + i];
    let y = outcome.y + select(gamma * bootstrap, 0.0, outcome.z > 0.0);
    let error = y - value;
    td[member * 2u * params.batch + i] = y;
    td[(member * 2u + 1u) * params.batch + i] = error;
    var loss = error * error;
    var slope = 2.0 * error;
    if (HUBER) {
      slope = clamp(error, -delta, delta);
      loss = select(delta * (abs(error) - 0.5 * delta), 0.5 * error * error, abs(error) <= delta);
    }
    for (var a = 0u; a < params.actions; a++) {
      let gradient = select(0.0, -slope * scale, a == action);
      q_gradient[first + a * stride + i] = gradient;
      q_gradient[mirrored + i * columns + a] = gradient;
    }
    sum += vec2f(loss, value);
  }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane > 0u || rests) { return; }
  var total = vec2f();
  for (var j = 0u; j < GROUP; j++) { total += sums[j]; }
  let after = clock_after_update(clock[member], hyper[member], params.sync_unit);
  metrics[member * params.ring + after.updates % params.ring] = total * scale;
  clock[member] = after;
}

// The legal action with the largest Q_select in row i; ties go to the lowest index.
fn best_action(member: u32, i: u32) -> u32 {
  let first = pass_of(member, SELECT) + i;
  let mask = (member * params.batch + i) * padded(params.actions);
  var chosen = -1;
  var best = 0.0;
  for (var a = 0u; a < params.actions; a++) {
    if (MASKED) { if (masks[mask + a] == 0.0) { continue; } }
    let value = q[first + a * padded(params.batch)];
    if (chosen < 0 || value > best) {
      chosen = i32(a);
      best = value;
    }
  }
  return u32(max(chosen, 0));
}

fn pass_of(member: u32, pass_index: u32) -> u32 {
  return (member * params.passes + pass_index) * 2u * half(params.actions, params.batch);
}
