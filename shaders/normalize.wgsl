// Layer normalization without gain and offset (Ba et al., 2016), row by row of a batch; scale.wgsl has those.
//
// normalize_forward:  y = (x - mean) r,  r = 1 / sqrt(variance + epsilon), over the W features of a group
// normalize_backward: dx = r (dy - mean(dy) - y mean(dy y)), times x > 0 where x left a ReLU
//
// Matrices [features, B] of each member in both layouts (layout.wgsl). An invocation takes four rows of the batch and a group of
// features, whose W is a multiple of four where there are several.

// Places and lengths in fours. A place is the first member's, and what lies between it and the next member's.
struct Params {
  width: u32, // W, in ones
  groups: u32,
  batch: u32, // B
  input: vec2u,
  output: vec2u, // y, or dx
  gradient: vec2u, // dy
  second: u32, // from the first layout of y or dx to the second
  layouts: u32, // of y and dx: 1: the first, 2: the second, 3: both
  rectified: u32, // 1: x left a ReLU
}

@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> output: array<vec4f>;
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

const EPSILON = 1e-5;

@compute @workgroup_size(GROUP)
fn normalize_forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.batch * params.groups) { return; } // guard
  let x = first_of(params.input, id);
  let width = own(params.width, id);
  let s = statistics_of(x, width);
  for (var f = 0u; f < width; f += 4u) {
    var y: mat4x4f;
    for (var j = 0u; j < 4u; j++) {
      y[j] = (input[x + (f + j) * params.batch] - s.mean) * s.root;
      y[j] = select(vec4f(), y[j], f + j < width);
    }
    store(id, f, y);
  }
}

@compute @workgroup_size(GROUP)
fn normalize_backward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.batch * params.groups) { return; } // guard
  let x = first_of(params.input, id);
  let dy = first_of(params.gradient, id);
  let width = own(params.width, id);
  let rectified = own(params.rectified, id) == 1u;
  let s = statistics_of(x, width);
  var sum = vec4f();
  var product = vec4f();
  for (var f = 0u; f < width; f++) {
    let slope = gradient[dy + f * params.batch];
    sum += slope;
    product += slope * ((input[x + f * params.batch] - s.mean) * s.root);
  }
  let mean = sum / f32(width);
  let slope = product / f32(width);
  for (var f = 0u; f < width; f += 4u) {
    var dx: mat4x4f;
    for (var j = 0u; j < 4u; j++) {
      let value = input[x + (f + j) * params.batch];
      let y = (value - s.mean) * s.root;
      dx[j] = s.root * (gradient[dy + (f + j) * params.batch] - mean - y * slope);
      if (rectified) { dx[j] = select(vec4f(), dx[j], value > vec4f()); }
      dx[j] = select(vec4f(), dx[j], f + j < width);
    }
    store(id, f, dx);
  }
}

struct Statistics {
  mean: vec4f,
  root: vec4f, // r
}

fn statistics_of(x: u32, count: u32) -> Statistics {
  let width = f32(count);
  var mean = vec4f();
  for (var f = 0u; f < count; f++) { mean += input[x + f * params.batch]; }
  mean /= width;
  var variance = vec4f();
  for (var f = 0u; f < count; f++) {
    let rest = input[x + f * params.batch] - mean;
    variance += rest * rest;
  }
  return Statistics(mean, 1.0 / sqrt(variance / width + EPSILON));
}

// A size, whatever the invocation: llvmpipe compiles a kernel anew for each value of a uniform that alone bounds a loop or decides
// a branch.
fn own(size: u32, id: vec3u) -> u32 {
  return select(size, 0u, id.x == 0xffffffffu);
}

// Where the group's first feature of the four rows lies, in the first layout.
fn first_of(place: vec2u, id: vec3u) -> u32 {
  return place.x + id.z * place.y + id.x / params.batch * params.width * params.batch + id.x % params.batch;
}

// Four features of four rows, from the group's feature `f` on.
fn store(id: vec3u, f: u32, block: mat4x4f) {
  let first = first_of(params.output, id) + f * params.batch;
  let layouts = own(params.layouts, id);
  if ((layouts & 1u) > 0u) {
    for (var j = 0u; j < 4u; j++) { output[first + j * params.batch] = block[j]; }
  }
  if ((layouts & 2u) > 0u) {
    let features = (params.width * params.groups + 3u) / 4u;
    let row = 4u * (id.x % params.batch);
    let column = (id.x / params.batch * params.width + f) / 4u;
    let second = params.output.x + id.z * params.output.y + params.second + row * features + column;
    let flipped = transpose(block);
    for (var j = 0u; j < 4u; j++) { output[second + j * features] = flipped[j]; }
  }
}
