// A gain and an offset for each feature, and a ReLU if asked for: behind normalize.wgsl they are layer normalization.
//
// scale_forward:          y = gain x + offset
// scale_backward:         dx = gain dy, times x > 0 where x left a ReLU
// scale_backward_weights: dgain = sum_b x dy,  doffset = sum_b dy
//
// The block is [1 + 1, features]: gain, then offset. Matrices [features, B] of each member in both layouts (layout.wgsl). An
// invocation takes four features, of four rows of the batch or of all.

// Places and lengths in fours. A place is the first member's, and what lies between it and the next member's.
struct Params {
  features: u32,
  batch: u32, // B
  rows: u32, // of the batch, in ones
  weights: vec2u, // gain, among the parameters or their gradient
  input: vec2u, // in the layout that is read
  output: vec2u, // y, or dx
  gradient: vec2u, // dy, in the layout that is read
  second: u32, // from the first layout of y or dx to the second
  layouts: u32, // of y and dx: 1: the first, 2: the second, 3: both
  rectified: u32, // 1: y passes a ReLU, or x left one
}

@group(0) @binding(0) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read> input: array<vec4f>;
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

@compute @workgroup_size(GROUP)
fn scale_forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.features * params.batch) { return; } // guard
  let feature = id.x / params.batch;
  let first = place(params.weights, id);
  let gain = parameters[first + feature];
  let offset = parameters[first + params.features + feature];
  let x = place(params.input, id) + 4u * feature * params.batch + id.x % params.batch;
  let rectified = own(params.rectified, id) == 1u;
  var y: mat4x4f;
  for (var j = 0u; j < 4u; j++) {
    y[j] = gain[j] * input[x + j * params.batch] + offset[j];
    if (rectified) { y[j] = select(y[j], vec4f(), y[j] <= vec4f()); } // Not max, which would hide a NaN.
  }
  store(id, y);
}

@compute @workgroup_size(GROUP)
fn scale_backward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.features * params.batch) { return; } // guard
  let feature = id.x / params.batch;
  let gain = parameters[place(params.weights, id) + feature];
  let at = 4u * feature * params.batch + id.x % params.batch;
  let rectified = own(params.rectified, id) == 1u;
  var dx: mat4x4f;
  for (var j = 0u; j < 4u; j++) {
    dx[j] = gain[j] * gradient[place(params.gradient, id) + at + j * params.batch];
    let x = input[place(params.input, id) + at + j * params.batch];
    if (rectified) { dx[j] = select(vec4f(), dx[j], x > vec4f()); }
  }
  store(id, dx);
}

@compute @workgroup_size(GROUP)
fn scale_backward_weights(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.features) { return; } // guard
  let x = place(params.input, id) + id.x;
  let dy = place(params.gradient, id) + id.x;
  var gains = vec4f();
  var offsets = vec4f();
  let rows = own(params.rows, id);
  for (var row = 0u; row < rows; row++) {
    let slope = gradient[dy + row * params.features];
    gains += input[x + row * params.features] * slope;
    offsets += slope;
  }
  output[place(params.weights, id) + id.x] = gains;
  output[place(params.weights, id) + params.features + id.x] = offsets;
}

// A size, whatever the invocation: llvmpipe compiles a kernel anew for each value of a uniform that alone bounds a loop or decides
// a branch.
fn own(size: u32, id: vec3u) -> u32 {
  return select(size, 0u, id.x == 0xffffffffu);
}

fn place(start: vec2u, id: vec3u) -> u32 {
  return start.x + id.z * start.y;
}

// The invocation's four features of four rows.
fn store(id: vec3u, block: mat4x4f) {
  let feature = id.x / params.batch;
  let row = id.x % params.batch;
  let first = place(params.output, id) + 4u * feature * params.batch + row;
  let layouts = own(params.layouts, id);
  if ((layouts & 1u) > 0u) {
    for (var j = 0u; j < 4u; j++) { output[first + j * params.batch] = block[j]; }
  }
  if ((layouts & 2u) > 0u) {
    let second = place(params.output, id) + params.second + 4u * row * params.features + feature;
    let flipped = transpose(block);
    for (var j = 0u; j < 4u; j++) { output[second + j * params.features] = flipped[j]; }
  }
}
