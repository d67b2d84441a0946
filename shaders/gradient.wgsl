// The factor that clips a gradient by its global norm, as torch.nn.utils.clip_grad_norm_:
//
// scale = min(1, limit / (norm + 1e-6)),  norm = sqrt(sum g^2) over all parameters
//
// gradient_squares: partial sums of squares, one a workgroup; gradient_scale: their sum in order, and the factor.
// members [P], gradient [P, N], partials [P, G], scale [P, 2] (factor, norm).

struct Params {
  quads: u32, // N / 4
  partials: u32, // G
}

@group(0) @binding(0) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> new_partials: array<f32>;
@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> scale: array<vec2f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

var<workgroup> sums: array<f32, GROUP>;

@compute @workgroup_size(GROUP)
fn gradient_squares(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.z * params.quads;
  var sum = vec4f();
  for (var i = group.x * GROUP + lane; i < params.quads; i += params.partials * GROUP) {
    let value = gradient[first + i];
    sum += value * value;
  }
  sums[lane] = sum.x + sum.y + sum.z + sum.w;
  workgroupBarrier();
  if (lane > 0u) { return; }
  var total = 0.0;
  for (var j = 0u; j < GROUP; j++) { total += sums[j]; }
  new_partials[group.z * params.partials + group.x] = total;
}

@compute @workgroup_size(1)
fn gradient_scale(@builtin(workgroup_id) group: vec3u) {
  let member = group.z;
  var total = 0.0;
  for (var i = 0u; i < params.partials; i++) { total += partials[member * params.partials + i]; }
  let norm = sqrt(total);
  scale[member] = vec2f(min(1.0, members[member].hyper.clip_norm / (norm + 1e-6)), norm);
}
