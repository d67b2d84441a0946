// The clock of each member: counters, Adam's bias terms, whether the target network is due, and the values of the
// schedules at these counts.
//
// clock_step:   steps and stored += S, episodes += those of the S transitions that ended
// clock_update: updates += 1, c <- beta c + (1 - beta), so that c = 1 - beta^updates without losing digits
//
// hyper [P], clock [P], transitions [P, S, row]; one invocation a member.

struct Params {
  members: u32,
  transitions: u32, // S of each member; 0 computes the schedules alone
  row: u32, // floats of a transition row
  flags: u32, // first float of (action, reward, terminated, truncated) in a row
  sync_unit: u32, // the target network's period counts 0: steps, 1: updates, 2: episodes, 3: nothing
}

@group(0) @binding(0) var<storage, read> hyper: array<Hyper>;
@group(0) @binding(1) var<storage, read> transitions: array<f32>;
@group(0) @binding(2) var<storage, read_write> step_clock: array<Clock>;
@group(0) @binding(1) var<storage, read_write> update_clock: array<Clock>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

@compute @workgroup_size(GROUP)
fn clock_step(@builtin(global_invocation_id) id: vec3u) {
  let member = id.x;
  if (member >= params.members) { return; } // guard
  var clock = step_clock[member];
  let before = clock;
  for (var i = 0u; i < params.transitions; i++) {
    let at = (member * params.transitions + i) * params.row + params.flags;
    clock.episodes += u32(transitions[at + 2u] + transitions[at + 3u] > 0.0);
  }
  clock.steps += params.transitions;
  clock.stored += params.transitions;
  if (params.sync_unit == 0u) { clock.sync = sync_due(hyper[member], before.steps, clock.steps); }
  if (params.sync_unit == 2u) { clock.sync = sync_due(hyper[member], before.episodes, clock.episodes); }
  clock.learning_rate = schedule_value(hyper[member].learning_rate, clock);
  clock.exploration = schedule_value(hyper[member].exploration, clock);
  step_clock[member] = clock;
}

@compute @workgroup_size(GROUP)
fn clock_update(@builtin(global_invocation_id) id: vec3u) {
  let member = id.x;
  if (member >= params.members) { return; } // guard
  var clock = update_clock[member];
  let beta1 = hyper[member].beta1;
  let beta2 = hyper[member].beta2;
  clock.learning_rate = schedule_value(hyper[member].learning_rate, clock); // The first update takes the value at 0.
  clock.updates += 1u;
  clock.correction1 = beta1 * clock.correction1 + (1.0 - beta1);
  clock.correction2 = beta2 * clock.correction2 + (1.0 - beta2);
  if (params.sync_unit == 1u) { clock.sync = sync_due(hyper[member], clock.updates - 1u, clock.updates); }
  clock.exploration = schedule_value(hyper[member].exploration, clock);
  update_clock[member] = clock;
}

// Whether a counter passed the first synchronization or one a multiple of the period later.
fn sync_due(hyper: Hyper, before: u32, now: u32) -> u32 {
  let ahead = hyper.sync_period - hyper.sync_first;
  return u32((now + ahead) / hyper.sync_period != (before + ahead) / hyper.sync_period);
}
