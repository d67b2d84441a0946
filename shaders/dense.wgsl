// Dense layers: y = x W + b, and its derivatives.
//
// dense_forward:           y[o, b]  = relu(bias[o] + sum_i W[i, o] x[i, b])
// dense_backward_input:    dx[i, b] = (x[i, b] > 0) sum_o W[i, o] dy[o, b]
// dense_backward_weights:  dW[i, o] = sum_b x[i, b] dy[o, b],  dbias[o] = sum_b dy[o, b]
//
// All three are one outer-product form, C[m, n] = sum_k A[k, m] B[k, n], in which both operands are read along their
// contiguous axis. So every matrix is kept in both layouts, one after the other, each extent padded to fours:
//   parameters [P, 2, N]                     layer [inputs + 1, outputs] (last the bias), then [outputs, inputs]
//   activations and their gradients [P, 2, F B]   [features, batch], then [batch, features]
//   gradient [P, N]                          laid out as the first half of parameters
// An invocation computes a tile of 4 ROWS x 4 COLUMNS in registers. Reads past the edge are clamped, stores guarded.

struct Params {
  inputs: u32,
  outputs: u32,
  batch: u32,
  layer: u32, // first float of the layer among N
  total: u32, // N
  relu: u32, // 1: the forward pass ends in a ReLU
}

// left and right, bindings 0 and 1, hold A and B: see operands_storage.wgsl and operands_uniform.wgsl.
@group(0) @binding(2) var<storage, read> parameters: array<vec4f>; // for the bias of dense_forward
@group(0) @binding(3) var<storage, read_write> output: array<vec4f>; // y
@group(0) @binding(2) var<storage, read> input: array<vec4f>; // x of dense_backward_input
@group(0) @binding(3) var<storage, read_write> input_gradient: array<vec4f>; // dx
@group(0) @binding(2) var<storage, read_write> gradient: array<vec4f>; // dW and dbias
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 8;

// Where a tile stands, in fours of rows and columns.
struct Position {
  row: u32,
  column: u32,
}

// An operand: its first row, and the length of a row, in fours.
struct Operand {
  start: u32,
  stride: u32,
}

@compute @workgroup_size(GROUP)
fn dense_forward(@builtin(global_invocation_id) id: vec3u) {
  let outputs = fours(params.outputs);
  let batch = fours(params.batch);
  let tile = position(id.x, batch);
  if (tile.row >= outputs) { return; } // guard
  let layer = (id.z * 2u * params.total + params.layer) / 4u;
  let x = id.z * 2u * matrix(params.inputs, params.batch);
  let sums = multiply(operand(layer, outputs), operand(x, batch), bound(params.inputs, id.z), tile);
  let bias = layer + params.inputs * outputs;
  let y = id.z * 2u * matrix(params.outputs, params.batch);
  store_forward(sums.top, tile, bias, y);
  if (ROWS > 1) { store_forward(sums.upper, down(tile, 1u), bias, y); }
  if (ROWS > 2) {
    store_forward(sums.lower, down(tile, 2u), bias, y);
    store_forward(sums.bottom, down(tile, 3u), bias, y);
  }
}

fn store_forward(sums: Row, tile: Position, bias: u32, first: u32) {
  let outputs = fours(params.outputs);
  let batch = fours(params.batch);
  let mirrored = first + matrix(params.outputs, params.batch);
  let b = parameters[bias + min(tile.row, outputs - 1u)];
  var blocks = array(sums.a, sums.b, sums.c, sums.d);
  for (var i = 0u; i < COLUMNS; i++) {
    let column = tile.column + i;
    if (tile.row >= outputs || column >= batch) { continue; } // guard
    var y = blocks[i] + mat4x4f(vec4f(b.x), vec4f(b.y), vec4f(b.z), vec4f(b.w));
    if (params.relu == 1u) { y = relu(y); }
    let at = first + 4u * tile.row * batch + column;
    output[at] = y[0];
    output[at + batch] = y[1];
    output[at + 2u * batch] = y[2];
    output[at + 3u * batch] = y[3];
    let flipped = transpose(y);
    let there = mirrored + 4u * column * outputs + tile.row;
    output[there] = flipped[0];
    output[there + outputs] = flipped[1];
    output[there + 2u * outputs] = flipped[2];
    output[there + 3u * outputs] = flipped[3];
  }
}

@compute @workgroup_size(GROUP)
fn dense_backward_input(@builtin(global_invocation_id) id: vec3u) {
  let inputs = fours(params.inputs);
  let batch = fours(params.batch);
  let tile = position(id.x, batch);
  if (tile.row >= inputs) { return; } // guard
  let transposed = (id.z * 2u * params.total + params.total + params.layer) / 4u;
  let dy = id.z * 2u * matrix(params.outputs, params.batch);
  let sums = multiply(operand(transposed, inputs), operand(dy, batch), bound(params.outputs, id.z), tile);
  let dx = id.z * 2u * matrix(params.inputs, params.batch);
  store_input_gradient(sums.top, tile, dx);
  if (ROWS > 1) { store_input_gradient(sums.upper, down(tile, 1u), dx); }
  if (ROWS > 2) {
    store_input_gradient(sums.lower, down(tile, 2u), dx);
    store_input_gradient(sums.bottom, down(tile, 3u), dx);
  }
}

fn store_input_gradient(sums: Row, tile: Position, first: u32) {
  let inputs = fours(params.inputs);
  let batch = fours(params.batch);
  let mirrored = first + matrix(params.inputs, params.batch);
  var blocks = array(sums.a, sums.b, sums.c, sums.d);
  for (var i = 0u; i < COLUMNS; i++) {
    let column = tile.column + i;
    if (tile.row >= inputs || column >= batch) { continue; } // guard
    let at = first + 4u * tile.row * batch + column;
    let x = mat4x4f(input[at], input[at + batch], input[at + 2u * batch], input[at + 3u * batch]);
    let dx = where_positive(x, blocks[i]);
    input_gradient[at] = dx[0];
    input_gradient[at + batch] = dx[1];
    input_gradient[at + 2u * batch] = dx[2];
    input_gradient[at + 3u * batch] = dx[3];
    let flipped = transpose(dx);
    let there = mirrored + 4u * column * inputs + tile.row;
    input_gradient[there] = flipped[0];
    input_gradient[there + inputs] = flipped[1];
    input_gradient[there + 2u * inputs] = flipped[2];
    input_gradient[there + 3u * inputs] = flipped[3];
  }
}

@compute @workgroup_size(GROUP)
fn dense_backward_weights(@builtin(global_invocation_id) id: vec3u) {
  let inputs = fours(params.inputs);
  let outputs = fours(params.outputs);
  let tile = position(id.x, outputs);
  if (tile.row >= inputs) { return; } // guard
  let x = operand((id.z * 2u + 1u) * matrix(params.inputs, params.batch), inputs);
  let dy = operand((id.z * 2u + 1u) * matrix(params.outputs, params.batch), outputs);
  let length = bound(params.batch, id.z);
  let sums = multiply(x, dy, length, tile);
  let first = (id.z * params.total + params.layer) / 4u;
  store_weight_gradient(sums.top, tile, first);
  if (ROWS > 1) { store_weight_gradient(sums.upper, down(tile, 1u), first); }
  if (ROWS > 2) {
    store_weight_gradient(sums.lower, down(tile, 2u), first);
    store_weight_gradient(sums.bottom, down(tile, 3u), first);
  }
  if (tile.row > 0u) { return; } // The first row of tiles adds up the bias gradient.
  for (var i = 0u; i < COLUMNS; i++) {
    let column = tile.column + i;
    if (column >= outputs) { continue; } // guard
    var sum = vec4f();
    for (var k = 0u; k < length; k++) { sum += right[dy.start + k * outputs + column]; }
    gradient[first + params.inputs * outputs + column] = sum;
  }
}

fn store_weight_gradient(sums: Row, tile: Position, first: u32) {
  let outputs = fours(params.outputs);
  var blocks = array(sums.a, sums.b, sums.c, sums.d);
  for (var i = 0u; i < COLUMNS; i++) {
    let column = tile.column + i;
    for (var j = 0u; j < 4u; j++) {
      let row = 4u * tile.row + j;
      if (row < params.inputs && column < outputs) { gradient[first + row * outputs + column] = blocks[i][j]; }
    }
  }
}

// C = A^T B for one tile. Until the sum is done each block of 4 x 4 has a name of its own, which keeps it in registers.
fn multiply(a: Operand, b: Operand, length: u32, tile: Position) -> Tile {
  let r = clamped(tile.row, a.stride);
  let c = clamped(tile.column, b.stride);
  var top: Row;
  var upper: Row;
  var lower: Row;
  var bottom: Row;
  var at_a = a.start;
  var at_b = b.start;
  for (var k = 0u; k < length; k++) {
    var y: array<vec4f, 4>;
    y[0] = right[at_b + c.x];
    if (COLUMNS > 1) { y[1] = right[at_b + c.y]; }
    if (COLUMNS > 2) {
      y[2] = right[at_b + c.z];
      y[3] = right[at_b + c.w];
    }
    add_outer(&top, left[at_a + r.x], y);
    if (ROWS > 1) { add_outer(&upper, left[at_a + r.y], y); }
    if (ROWS > 2) {
      add_outer(&lower, left[at_a + r.z], y);
      add_outer(&bottom, left[at_a + r.w], y);
    }
    at_a += a.stride;
    at_b += b.stride;
  }
  return Tile(top, upper, lower, bottom);
}

// A loop's bound, whatever the member. Lavapipe compiles a kernel anew, milliseconds each time, whenever a uniform value
// that alone bounds a loop differs from the dispatch before; it does not see that this one is such a value.
fn bound(length: u32, member: u32) -> u32 {
  return select(length, 0u, member == 0xffffffffu);
}

// The sums of a tile: up to four rows of up to four blocks of 4 x 4.
struct Tile {
  top: Row,
  upper: Row,
  lower: Row,
  bottom: Row,
}

struct Row {
  a: mat4x4f,
  b: mat4x4f,
  c: mat4x4f,
  d: mat4x4f,
}

fn add_outer(row: ptr<function, Row>, x: vec4f, y: array<vec4f, 4>) {
  (*row).a += outer(x, y[0]);
  if (COLUMNS > 1) { (*row).b += outer(x, y[1]); }
  if (COLUMNS > 2) {
    (*row).c += outer(x, y[2]);
    (*row).d += outer(x, y[3]);
  }
}

fn outer(x: vec4f, y: vec4f) -> mat4x4f {
  return mat4x4f(x.x * y, x.y * y, x.z * y, x.w * y);
}

// max would turn a NaN into 0 and hide that training has diverged.
fn relu(block: mat4x4f) -> mat4x4f {
  let zero = vec4f();
  return mat4x4f(
    select(block[0], zero, block[0] <= zero),
    select(block[1], zero, block[1] <= zero),
    select(block[2], zero, block[2] <= zero),
    select(block[3], zero, block[3] <= zero),
  );
}

fn where_positive(x: mat4x4f, block: mat4x4f) -> mat4x4f {
  let zero = vec4f();
  return mat4x4f(
    select(zero, block[0], x[0] > zero),
    select(zero, block[1], x[1] > zero),
    select(zero, block[2], x[2] > zero),
    select(zero, block[3], x[3] > zero),
  );
}

// Tiles are numbered along the contiguous axis, so that neighbouring lanes read neighbouring addresses.
fn position(index: u32, columns: u32) -> Position {
  let across = (columns + COLUMNS - 1u) / COLUMNS;
  return Position(index / across * ROWS, index % across * COLUMNS);
}

// The position `rows` rows of blocks further down.
fn down(tile: Position, rows: u32) -> Position {
  return Position(tile.row + rows, tile.column);
}

fn clamped(first: u32, stride: u32) -> vec4u {
  return min(vec4u(first, first + 1u, first + 2u, first + 3u), vec4u(stride - 1u));
}

fn fours(extent: u32) -> u32 {
  return padded(extent) / 4u;
}

// Size of one layout of a matrix, in fours.
fn matrix(rows: u32, columns: u32) -> u32 {
  return half(rows, columns) / 4u;
}

fn operand(start: u32, stride: u32) -> Operand {
  return Operand(select(start, 0u, WINDOWED), stride);
}
