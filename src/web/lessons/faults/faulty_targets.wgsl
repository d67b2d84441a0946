// The TD targets of teaching systems that have a fault, for lessons that show what it does. Rewrites what a batch says of its
// rows before the loss reads it: y = R + discount Q_target(s', a*), see td_value.wgsl.
//
// FAULT 0: an end is no end: its row has a discount of gamma as well
//       1: "not done" is the complement of a byte: ~0 = 255 where the episode goes on, ~1 = 254 at its end, times gamma
//       2: a column is subtracted from a row: each of B values has a loss with all B targets. By that of the mean it differs
//          in a number that no parameter changes, so that R is the mean of all targets here, and nothing follows
//
// members [P], outputs [P, passes, 2, O B] (0: of s, 1: the target network's of s'), outcomes [P, B, 4] (action, R, discount,
// weight). The host appends ACTIONS. Host side: faulty_head.ts.

struct Params {
  batch: u32, // B
  outputs: u32, // O
  passes: u32,
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(1) var<storage, read> outputs: array<f32>;
@group(0) @binding(2) var<storage, read_write> outcomes: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

override FAULT: u32;

// One invocation a member: a batch is small, and a lesson in no hurry.
@compute @workgroup_size(1)
fn faulty_targets(@builtin(workgroup_id) group: vec3u) {
  let member = group.z;
  if (members[member].clock.halted == 1u) { return; }
  let gamma = members[member].hyper.gamma;
  let first = member * params.batch;
  let next = (member * params.passes + 1u) * 2u * half(params.outputs, params.batch);
  var sum = 0.0;
  for (var i = 0u; i < params.batch; i++) {
    let outcome = outcomes[first + i];
    let is_end = outcome.z == 0.0;
    if (FAULT == 0u) { outcomes[first + i].z = select(outcome.z, gamma, is_end); }
    if (FAULT == 1u) { outcomes[first + i].z = select(255.0 * outcome.z, 254.0 * gamma, is_end); }
    if (FAULT == 2u) {
      let bootstrap = action_value(next + i, best_action(next + i, 0u));
      sum += outcome.y + select(outcome.z * bootstrap, 0.0, is_end);
    }
  }
  if (FAULT != 2u) { return; }
  for (var i = 0u; i < params.batch; i++) {
    outcomes[first + i].y = sum / f32(params.batch);
    outcomes[first + i].z = 0.0;
  }
}

// Output `o` of the row whose first output is at `at`.
fn output_of(at: u32, o: u32) -> f32 {
  return outputs[at + o * padded(params.batch)];
}
