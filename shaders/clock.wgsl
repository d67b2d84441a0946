// The clock of each member (see member.wgsl) after environment steps, and its goal.
//
// clock_step:  steps and stored += S, a step of all environments; episodes += those of the S transitions that ended
// clock_goals: the members' goals; one with goal 0 rests from here on, the others go on
//
// Updates are counted where they begin, in the loss of the head: td_value.wgsl, say.
//
// members [P], transitions [P, S, row], goals [P]; one invocation a member.

struct Params {
  members: u32, // P
  transitions: u32, // S of each member; 0 computes the schedules alone
  row: u32, // floats of a transition row
  outcome: u32, // first float of (action, reward, terminated, truncated) in a row
}

@group(0) @binding(0) var<storage, read_write> members: array<Member>;
@group(0) @binding(1) var<storage, read> transitions: array<f32>;
@group(0) @binding(2) var<storage, read> goals: array<u32>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

@compute @workgroup_size(GROUP)
fn clock_step(@builtin(global_invocation_id) id: vec3u) {
  let member = id.x;
  if (member >= params.members) { return; } // guard
  let hyper = members[member].hyper;
  var clock = members[member].clock;
  var episodes = 0u;
  for (var i = 0u; i < params.transitions; i++) {
    let at = (member * params.transitions + i) * params.row + params.outcome;
    episodes += u32(transitions[at + 2u] + transitions[at + 3u] > 0.0);
  }
  let begins_anew = params.transitions > 0u && (hyper.sync_unit == 0u || hyper.sync_unit == 2u);
  clock.sync = select(clock.sync, 0u, begins_anew);
  members[member].clock = clock_after_steps(clock, hyper, params.transitions, episodes);
}

@compute @workgroup_size(GROUP)
fn clock_goals(@builtin(global_invocation_id) id: vec3u) {
  let member = id.x;
  if (member >= params.members) { return; } // guard
  members[member].goal = goals[member];
  members[member].clock.halted = u32(goals[member] == 0u);
}
