// Lambda returns of a rollout (Gallici et al., 2024): replay of C rows is a rollout of C / E steps once so many are stored.
//
// lambda_returns:  in place of the values v of next states, from the last step back:
//                    G = r                                           where the transition terminated
//                    G = r + gamma v                                 where it was truncated, and in the last step
//                    G = r + gamma (lambda G' + (1 - lambda) v)      elsewhere, G' that of the environment's next step
// lambda_outcomes: a batch's outcomes: (action, G, 0, 1), as nothing is left to bootstrap
//
// Rows that were stored before a replay memory began anew have no returns, and the weight 0.
//
// members [P], replay [P, C, row], returns [P, C] (v, then G, each at its row of replay), indices [P, B], outcomes [P, B, 4].

struct Params {
  environments: u32, // E: rows of a step
  rows: u32, // B
  capacity: u32, // C
  row: u32, // vec4s of a row
  width: u32, // vec4s of an observation
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(1) var<storage, read> replay: array<vec4f>;
@group(0) @binding(2) var<storage, read> indices: array<u32>;
@group(0) @binding(3) var<storage, read_write> returns: array<f32>;
@group(0) @binding(3) var<storage, read> learned: array<f32>; // returns
@group(0) @binding(4) var<storage, read_write> outcomes: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

// One invocation an environment.
@compute @workgroup_size(GROUP)
fn lambda_returns(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  if (id.x >= params.environments || members[member].clock.halted == 1u) { return; } // guard
  let hyper = members[member].hyper;
  let stored = members[member].clock.stored;
  let steps = min(stored, hyper.capacity) / params.environments;
  var next = 0.0;
  for (var ago = 1u; ago <= steps; ago++) {
    let slot = (stored - ago * params.environments + id.x) % hyper.capacity;
    let outcome = outcome_of(member, slot);
    let at = member * params.capacity + slot;
    var follows = returns[at];
    if (ago > 1u && outcome.w == 0.0) { follows = hyper.lambda * next + (1.0 - hyper.lambda) * follows; }
    next = outcome.y;
    if (outcome.z == 0.0) { next += hyper.gamma * follows; }
    returns[at] = next;
  }
}

// One invocation a row of the batch.
@compute @workgroup_size(GROUP)
fn lambda_outcomes(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  if (id.x >= params.rows || members[member].clock.halted == 1u) { return; } // guard
  let slot = indices[member * params.rows + id.x];
  let weight = select(0.0, 1.0, slot < members[member].clock.stored);
  let G = learned[member * params.capacity + slot];
  outcomes[member * params.rows + id.x] = vec4f(outcome_of(member, slot).x, select(0.0, G, weight > 0.0), 0.0, weight);
}

// (action, reward, terminated, truncated) of a row of replay, the reward as the networks see it.
fn outcome_of(member: u32, slot: u32) -> vec4f {
  let quad = 2u * params.width;
  return as_seen(member, quad, params.width, replay[(member * params.capacity + slot) * params.row + quad]);
}
