// Batched temporal-difference targets, their loss and its gradient.
//
// td_target: y = r + gamma (1 - terminated) Q_target(s', a*),  a* = argmax_a Q_select(s', a) over the legal actions
//            plain DQN selects with the target network, double DQN (van Hasselt et al., 2016) with the online one
// td_loss:   e = y - Q(s, a), loss = mean of e^2 (MSE) or of Huber_delta(e), dL/dQ at the taken action, 0 elsewhere
//
// hyper [P], outcomes [P, B, 4] (action, reward, terminated, truncated), q and its gradient [P, 2, A B],
// masks [P, B, A] as 0 or 1, targets and td_errors [P, B], metrics [P, R] (loss, mean Q of the taken actions).

struct Params {
  batch: u32, // B
  actions: u32, // A
  ring: u32, // R: updates whose metrics are kept
}

@group(0) @binding(0) var<storage, read> hyper: array<Hyper>;
@group(0) @binding(1) var<storage, read> outcomes: array<vec4f>;
@group(0) @binding(2) var<storage, read> target_q: array<f32>;
@group(0) @binding(3) var<storage, read> select_q: array<f32>;
@group(0) @binding(4) var<storage, read> masks: array<f32>;
@group(0) @binding(5) var<storage, read_write> new_targets: array<f32>;

@group(0) @binding(2) var<storage, read> clock: array<Clock>;
@group(0) @binding(3) var<storage, read> targets: array<f32>;
@group(0) @binding(4) var<storage, read> q: array<f32>;
@group(0) @binding(5) var<storage, read_write> td_errors: array<f32>;
@group(0) @binding(6) var<storage, read_write> q_gradient: array<f32>;
@group(0) @binding(7) var<storage, read_write> metrics: array<vec2f>;

@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;
override MASKED: bool = false;
override HUBER: bool = false;

@compute @workgroup_size(GROUP)
fn td_target(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  let i = id.x;
  if (i >= params.batch) { return; } // guard
  let stride = padded(params.batch);
  let first = member * 2u * half(params.actions, params.batch) + i;
  let mask = (member * params.batch + i) * padded(params.actions);
  var chosen = -1;
  var best = 0.0;
  for (var a = 0u; a < params.actions; a++) {
    if (MASKED) { if (masks[mask + a] == 0.0) { continue; } }
    let value = select_q[first + a * stride];
    if (chosen < 0 || value > best) {
      chosen = i32(a);
      best = value;
    }
  }
  let outcome = outcomes[member * params.batch + i];
  let bootstrap = target_q[first + u32(max(chosen, 0)) * stride];
  let future = select(hyper[member].gamma * bootstrap, 0.0, outcome.z > 0.0);
  new_targets[member * params.batch + i] = outcome.y + future;
}

var<workgroup> sums: array<vec2f, GROUP>;

// One workgroup a member: each invocation adds up its rows, then the partial sums are added in order.
@compute @workgroup_size(GROUP)
fn td_loss(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let member = group.z;
  let stride = padded(params.batch);
  let columns = padded(params.actions);
  let first = member * 2u * half(params.actions, params.batch);
  let mirrored = first + half(params.actions, params.batch);
  let delta = hyper[member].huber_delta;
  let scale = 1.0 / f32(params.batch);
  var sum = vec2f();
  for (var i = lane; i < params.batch; i += GROUP) {
    let row = member * params.batch + i;
    let action = u32(outcomes[row].x);
    let value = q[first + action * stride + i];
    let error = targets[row] - value;
    td_errors[row] = error;
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
  if (lane > 0u) { return; }
  var total = vec2f();
  for (var j = 0u; j < GROUP; j++) { total += sums[j]; }
  metrics[member * params.ring + clock[member].updates % params.ring] = total * scale;
}
