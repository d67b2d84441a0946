// The epsilon-greedy policy. Each environment of each member flips a coin of its own at each step.
//
// action = a uniform legal action   with probability epsilon
//          argmax_a q[a, i]         otherwise, over the legal actions; ties go to the lowest index
//
// hyper [P], clock [P], q [P, 2, A B] (features first), masks [P, E, A] as 0 or 1, actions [P, E].

struct Params {
  environments: u32, // E
  actions: u32, // A
  greedy: u32, // 1: epsilon is 0
}

@group(0) @binding(0) var<storage, read> hyper: array<Hyper>;
@group(0) @binding(1) var<storage, read> clock: array<Clock>;
@group(0) @binding(2) var<storage, read> q: array<f32>;
@group(0) @binding(3) var<storage, read> masks: array<f32>;
@group(0) @binding(4) var<storage, read_write> actions: array<u32>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;
override MASKED: bool = false;

@compute @workgroup_size(GROUP)
fn epsilon_greedy(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  let i = id.x;
  if (i >= params.environments) { return; } // guard
  let stride = padded(params.environments);
  let first = member * 2u * half(params.actions, params.environments);
  let mask = (member * params.environments + i) * padded(params.actions);
  var best = -1;
  var best_q = 0.0;
  var legal_count = 0u;
  for (var a = 0u; a < params.actions; a++) {
    if (!legal(mask + a)) { continue; }
    legal_count++;
    let value = q[first + a * stride + i];
    if (best < 0 || value > best_q) {
      best = i32(a);
      best_q = value;
    }
  }
  let words = pcg4d(vec4u(hyper[member].seed, STREAM_EXPLORATION, clock[member].steps, i));
  let explores = params.greedy == 0u && unit_interval(words.x) < clock[member].exploration;
  var remaining = below(words.y, legal_count);
  var random = 0u;
  for (var a = 0u; a < params.actions; a++) {
    if (!legal(mask + a)) { continue; }
    if (remaining == 0u) {
      random = a;
      break;
    }
    remaining--;
  }
  actions[member * params.environments + i] = select(u32(max(best, 0)), random, explores);
}

fn legal(at: u32) -> bool {
  if (!MASKED) { return true; }
  return masks[at] > 0.0;
}
