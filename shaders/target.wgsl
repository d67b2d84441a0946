// Target network synchronization by steps or episodes; by updates, optimizer.wgsl looks after it.
//
// target_sync:   the target network follows the online one (target_rule.wgsl) as often as the member's clock says that it is due
// target_synced: it is due no more
//
// members [P], online and target [P, 2, N].

struct Params {
  members: u32, // P
  quads: u32, // N / 4: only the first layout is needed for a forward pass
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(1) var<storage, read> online_parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> target_parameters: array<vec4f>;
@group(0) @binding(0) var<storage, read_write> synced: array<Member>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

@compute @workgroup_size(GROUP)
fn target_sync(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  let clock = members[member].clock;
  if (id.x >= params.quads || clock.sync == 0u || clock.halted == 1u) { return; } // guard
  let at = member * 2u * params.quads + id.x;
  let tau = members[member].hyper.tau;
  let online = online_parameters[at];
  var now = target_parameters[at];
  for (var i = 0u; i < clock.sync; i++) { now = followed(now, online, tau); }
  target_parameters[at] = now;
}

@compute @workgroup_size(GROUP)
fn target_synced(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.members || synced[id.x].clock.halted == 1u) { return; } // guard
  synced[id.x].clock.sync = 0u;
}
