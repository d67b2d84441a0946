// Implicit quantiles (Dabney et al., "Implicit Quantile Networks for Distributional Reinforcement Learning", 2018): the quantile of
// an action's return at any fraction tau, by a cosine embedding of it.
//
// Z_tau(s, a) = (W (psi(s) o phi(tau)) + b)_a,  phi(tau) = relu(sum_i w_i cos(pi i tau) + c),  i = 1 to n
//
// implicit_cosines:        cos(pi i tau) of the fractions that an update draws (fractions.wgsl)
// implicit_forward:        h = psi o phi
// implicit_backward:       dphi = psi o dh, 0 where phi is
// implicit_backward_input: dpsi = sum over samples of phi o dh, times psi > 0 where psi left a ReLU
// implicit_mean:           W o m, b, where m is the mean of phi over the K fractions (2 k + 1) / (2 K): what psi gives by them is
//                          the mean of Z over those, and no sample has to be computed
//
// psi and dpsi are matrices [F, B] of the batch; the others have a column for each sample of a row, cosines [n, T B], the rest
// [F, T B], with B padded: all in both layouts (layout.wgsl), [P, 2, share] where a member has one. The first layout of `slopes` is
// dh, the second one becomes dphi, which weight gradients read. parameters [P, 2, N]. An invocation takes a block of 4 x 4.

override GROUP: u32 = 64;
override COSINES: u32 = 64; // n
override FRACTIONS: u32 = 32; // K
override SAMPLES: u32 = 8; // T

// Places and lengths in fours. A place is the first member's, and what lies between it and the next member's.
struct Params {
  features: u32, // F
  width: u32, // F in ones
  batch: u32, // B
  columns: u32, // T B, of the output
  stream: u32,
  input: vec2u, // psi
  output: vec2u, // dpsi
  second: u32, // from the first layout of dpsi to the second
  layouts: u32, // of a result: 1: the first, 2: the second, 3: both
  rectified: u32, // 1: psi left a ReLU
  share: u32, // of a layout of matrices with a column for each sample
  cosines: u32, // of a layout of the cosines
  quads: u32, // N / 4
  embedding: u32, // the first of w, then c, among the parameters
  learned: u32, // of W and b
  mean: u32, // of their results
  outputs: u32, // of W
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(0) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> cosines: array<vec4f>;
@group(0) @binding(1) var<storage, read> embedding: array<vec4f>; // phi
@group(0) @binding(2) var<storage, read_write> output: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> slopes: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

@compute @workgroup_size(GROUP)
fn implicit_cosines(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= (COSINES + 3u) / 4u * params.columns) { return; } // guard
  let at = block_of(id.x);
  let updates = members[id.z].clock.updates;
  let taus = fractions_of_four(members[id.z].hyper.seed, params.stream, updates, at.column);
  let first = 2u * id.z * params.cosines;
  var block: mat4x4f;
  for (var j = 0u; j < 4u; j++) { block[j] = cosines_of((4u * at.row + j + 1u) * taus); }
  for (var j = 0u; j < 4u; j++) { cosines[first + (4u * at.row + j) * params.columns + at.column] = block[j]; }
  if ((own(params.layouts, id) & 2u) == 0u) { return; }
  let flipped = transpose(block);
  let second = first + params.cosines + 4u * at.column * ((COSINES + 3u) / 4u) + at.row;
  for (var j = 0u; j < 4u; j++) { cosines[second + j * ((COSINES + 3u) / 4u)] = flipped[j]; }
}

@compute @workgroup_size(GROUP)
fn implicit_forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.features * params.columns) { return; } // guard
  let at = block_of(id.x);
  let x = input_at(at, id);
  let first = 2u * id.z * params.share;
  let start = first + 4u * at.row * params.columns + at.column;
  var block: mat4x4f;
  for (var j = 0u; j < 4u; j++) { block[j] = input[x + j * params.batch] * embedding[start + j * params.columns]; }
  for (var j = 0u; j < 4u; j++) { output[start + j * params.columns] = block[j]; }
  if ((own(params.layouts, id) & 2u) == 0u) { return; }
  let flipped = transpose(block);
  for (var j = 0u; j < 4u; j++) { output[first + second_at(at) + j * params.features] = flipped[j]; }
}

@compute @workgroup_size(GROUP)
fn implicit_backward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.features * params.columns) { return; } // guard
  let at = block_of(id.x);
  let x = input_at(at, id);
  let first = 2u * id.z * params.share;
  let start = first + 4u * at.row * params.columns + at.column;
  var block: mat4x4f;
  for (var j = 0u; j < 4u; j++) {
    let slope = input[x + j * params.batch] * slopes[start + j * params.columns];
    block[j] = select(vec4f(), slope, embedding[start + j * params.columns] > vec4f());
  }
  let flipped = transpose(block);
  for (var j = 0u; j < 4u; j++) { slopes[first + second_at(at) + j * params.features] = flipped[j]; }
}

@compute @workgroup_size(GROUP)
fn implicit_backward_input(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.features * params.batch) { return; } // guard
  let feature = id.x / params.batch;
  let row = id.x % params.batch;
  let start = 2u * id.z * params.share + 4u * feature * params.columns + row;
  var block: mat4x4f;
  for (var t = 0u; t < SAMPLES; t++) {
    for (var j = 0u; j < 4u; j++) {
      let at = start + j * params.columns + t * params.batch;
      block[j] += embedding[at] * slopes[at];
    }
  }
  if (own(params.rectified, id) == 1u) {
    let x = input_at(Block(feature, row), id);
    for (var j = 0u; j < 4u; j++) { block[j] = select(vec4f(), block[j], input[x + j * params.batch] > vec4f()); }
  }
  let place = params.output.x + id.z * params.output.y;
  let layouts = own(params.layouts, id);
  if ((layouts & 1u) > 0u) {
    for (var j = 0u; j < 4u; j++) { output[place + (4u * feature + j) * params.batch + row] = block[j]; }
  }
  if ((layouts & 2u) > 0u) {
    let flipped = transpose(block);
    let second = place + params.second + 4u * row * params.features + feature;
    for (var j = 0u; j < 4u; j++) { output[second + j * params.features] = flipped[j]; }
  }
}

// An invocation takes sixteen features, for which it makes each cosine once. cos(pi i (1 - tau)) is that of tau, its sign turned
// where i is odd: so fractions come by twos. In 24 bits they are rounded unless K is a power of two.
@compute @workgroup_size(GROUP)
fn implicit_mean(@builtin(global_invocation_id) id: vec3u) {
  if (4u * id.x >= params.features) { return; } // guard
  let columns = min(4u * id.x + vec4u(0u, 1u, 2u, 3u), vec4u(params.features - 1u));
  let member = 2u * id.z * params.quads;
  let first = member + params.embedding;
  let bias = parameters_at(first + COSINES * params.features, columns);
  var sum: mat4x4f;
  for (var k = 0u; k < (FRACTIONS + 1u) / 2u; k++) {
    let tau = ((2u * k + 1u) << 23u) / FRACTIONS;
    var even = bias;
    var odd = mat4x4f();
    for (var i = 0u; i < COSINES; i += 4u) {
      let numbers = i + vec4u(1u, 2u, 3u, 4u);
      let c = select(vec4f(), cosines_of(numbers * tau), numbers <= vec4u(COSINES));
      let at = first + i * params.features;
      odd += c.x * parameters_at(at, columns);
      even += c.y * parameters_at(at + params.features, columns);
      odd += c.z * parameters_at(at + 2u * params.features, columns);
      even += c.w * parameters_at(at + 3u * params.features, columns);
    }
    sum += relu(even + odd);
    if (2u * k + 1u != FRACTIONS) { sum += relu(even - odd); }
  }
  for (var j = 0u; j < 4u && 4u * id.x + j < params.features; j++) {
    let gain = sum[j] / f32(FRACTIONS);
    for (var f = 0u; f < 4u; f++) { scale_row(4u * columns[j] + f, gain[f], member); }
  }
  if (id.x == 0u) { copy_row(params.width, 1.0, member); } // The bias.
}

// Row `feature` of the result, unless it fills up the last four features: there the bias is.
fn scale_row(feature: u32, gain: f32, member: u32) {
  if (feature < params.width) { copy_row(feature, gain, member); }
}

fn copy_row(row: u32, factor: f32, member: u32) {
  for (var o = 0u; o < params.outputs; o++) {
    let at = member + row * params.outputs + o;
    parameters[at + params.mean] = factor * parameters[at + params.learned];
  }
}

// Of a row of parameters the fours at four columns.
fn parameters_at(row: u32, columns: vec4u) -> mat4x4f {
  return mat4x4f(
    parameters[row + columns.x], parameters[row + columns.y], parameters[row + columns.z], parameters[row + columns.w],
  );
}

// Where a block stands among those of [F, T B], in fours.
struct Block {
  row: u32,
  column: u32,
}

fn block_of(index: u32) -> Block {
  return Block(index / params.columns, index % params.columns);
}

// Where psi has the features and the rows of a block.
fn input_at(at: Block, id: vec3u) -> u32 {
  return params.input.x + id.z * params.input.y + 4u * at.row * params.batch + at.column % params.batch;
}

// Where a block of [F, T B] stands in the second layout.
fn second_at(at: Block) -> u32 {
  return params.share + 4u * at.column * params.features + at.row;
}

// A size, whatever the invocation: llvmpipe compiles a kernel anew for each value of a uniform that alone bounds a loop or decides
// a branch.
fn own(size: u32, id: vec3u) -> u32 {
  return select(size, 0u, id.x == 0xffffffffu);
}
