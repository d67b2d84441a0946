// Q values, and the epsilon-greedy policy. Each environment of each member flips a coin of its own at each step.
//
// epsilon_greedy: a uniform legal action   with probability epsilon
//                 argmax_a Q(s, a)         otherwise, over the legal actions; ties go to the lowest index
// action_values:  Q(s, a) of every action
// best_values:    max_a Q(s, a) over the legal actions, for rows `first` and on; members that rest keep theirs
//
// members [P], outputs [P, 2, O E] of the last layer (features first), masks [P, E, A] as 0 or 1 where there are any,
// chosen [P, E], values [P, E, A], best [P, rows]. The host appends ACTIONS = A.

struct Params {
  environments: u32, // E
  outputs: u32, // O
  greedy: u32, // 1: epsilon is 0
  first: u32,
  rows: u32,
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(1) var<storage, read> outputs: array<f32>;
@group(0) @binding(2) var<storage, read_write> chosen: array<u32>;
@group(0) @binding(2) var<storage, read_write> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> best: array<f32>;
// masks, binding 7: see legal_masked.wgsl.
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

@compute @workgroup_size(GROUP)
fn epsilon_greedy(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  let i = id.x;
  if (i >= params.environments) { return; } // guard
  let row = member * params.environments + i;
  let mask = row * padded(ACTIONS);
  let greedy = best_action(first_output(member, i), mask);
  let clock = members[member].clock;
  let words = pcg4d(vec4u(members[member].hyper.seed, STREAM_EXPLORATION, clock.steps, i));
  let explores = params.greedy == 0u && unit_interval(words.x) < clock.exploration;
  chosen[row] = select(greedy, random_legal(words.y, mask), explores);
}

@compute @workgroup_size(GROUP)
fn action_values(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= params.environments) { return; } // guard
  let row = id.z * params.environments + i;
  for (var a = 0u; a < ACTIONS; a++) {
    values[row * ACTIONS + a] = action_value(first_output(id.z, i), a);
  }
}

@compute @workgroup_size(GROUP)
fn best_values(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= params.environments || members[id.z].clock.halted == 1u) { return; } // guard
  let at = first_output(id.z, i);
  let action = best_action(at, (id.z * params.environments + i) * padded(ACTIONS));
  best[id.z * params.rows + params.first + i] = action_value(at, action);
}

fn first_output(member: u32, i: u32) -> u32 {
  return member * 2u * half(params.outputs, params.environments) + i;
}

// Output `o` of the row whose first output is at `at`.
fn output_of(at: u32, o: u32) -> f32 {
  return outputs[at + o * padded(params.environments)];
}
