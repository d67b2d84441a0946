// Target network synchronization.
//
// target <- (1 - tau) target + tau online, for the members whose counter passed a multiple of their period;
// tau = 1 is a hard copy. UNIT says what the period counts, 0: steps, 1: updates, 2: episodes.
//
// hyper [P], clock [P], online and target [P, 2, N].

struct Params {
  quads: u32, // N / 4: only the first layout is needed for a forward pass
  steps: u32, // environment steps taken at once
}

@group(0) @binding(0) var<storage, read> hyper: array<Hyper>;
@group(0) @binding(1) var<storage, read> clock: array<Clock>;
@group(0) @binding(2) var<storage, read> online_parameters: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> target_parameters: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;
override UNIT: u32 = 1;

@compute @workgroup_size(GROUP)
fn target_sync(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  if (id.x >= params.quads || !due(member)) { return; } // guard
  let at = member * 2u * params.quads + id.x;
  let tau = hyper[member].tau;
  let mixed = (1.0 - tau) * target_parameters[at] + tau * online_parameters[at];
  target_parameters[at] = select(mixed, online_parameters[at], tau == 1.0);
}

// Whether the latest advance of the counter passed a multiple of the period.
fn due(member: u32) -> bool {
  let now = array(clock[member].steps, clock[member].updates, clock[member].episodes);
  let advance = array(params.steps, 1u, clock[member].ended);
  let period = hyper[member].sync_period;
  return now[UNIT] / period != (now[UNIT] - advance[UNIT]) / period;
}
