// The clock of each member (see member.wgsl), after environment steps and after target synchronizations.
//
// clock_step:   steps and stored += S, a step of all environments; episodes += those of the S transitions that ended
// clock_synced: no synchronization is due any more
//
// Updates are counted where they begin, in td.wgsl.
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
@group(0) @binding(0) var<storage, read_write> synced_clock: array<Clock>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

@compute @workgroup_size(GROUP)
fn clock_step(@builtin(global_invocation_id) id: vec3u) {
  let member = id.x;
  if (member >= params.members) { return; } // guard
  var clock = step_clock[member];
  var episodes = 0u;
  for (var i = 0u; i < params.transitions; i++) {
    let at = (member * params.transitions + i) * params.row + params.flags;
    episodes += u32(transitions[at + 2u] + transitions[at + 3u] > 0.0);
  }
  clock.sync = select(clock.sync, 0u, params.sync_unit == 0u || params.sync_unit == 2u);
  step_clock[member] = clock_after_steps(clock, hyper[member], params.sync_unit, params.transitions, episodes);
}

@compute @workgroup_size(GROUP)
fn clock_synced(@builtin(global_invocation_id) id: vec3u) {
  let member = id.x;
  if (member >= params.members || synced_clock[member].halted == 1u) { return; } // guard
  synced_clock[member].sync = 0u;
}
