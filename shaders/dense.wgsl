// Dense layers: y = x W + b, and its derivatives.
//
// dense_forward:   y[o, b]  = relu(bias[o] + sum_i W[i, o] x[i, b]), of two networks at a time
// dense_backward:  dx[i, b] = sum_o W[i, o] dy[o, b], times x[i, b] > 0 where x left a ReLU
//                  dW[i, o] = sum_b x[i, b] dy[o, b],  dbias[o] = sum_b dy[o, b]
//
// All three are one outer-product form, C[m, n] = sum_k A[k, m] B[k, n], in which both operands are read along their
// contiguous axis. So what takes part in several products is kept in both layouts, each extent padded to fours:
//   parameters [P, 2, N]               layer [inputs + 1, outputs] (last the bias), then [outputs, inputs]
//   activations [P, passes, 2, F B]    [features, batch], then [batch, features]; gradients of them likewise
//   gradient [P, N]                    laid out as the first half of parameters
// dense_backward_weights is dense_backward without dx, for the first layer.
// A dispatch makes one product or two, as the y of the workgroup says. An invocation computes a tile of 4 ROWS x
// 4 COLUMNS in registers; reads past the edge are clamped, stores guarded.

struct Params {
  products: array<Product, 2>,
}

// Lengths and places in fours. A place is the first member's, and what lies between it and the next member's.
struct Product {
  @align(16) rows: u32, // of the result
  columns: u32,
  length: u32, // number of summands
  member: u32, // of the first workgroup in z
  left: vec2u, // A
  right: vec2u, // B
  result: vec2u,
  epilogue: vec2u, // the bias for y, x for dx
  kind: u32, // 0: y without, 1: with the ReLU, 2: dx of an x that left a ReLU, 3: dW and dbias, 4: dx of another x
  layouts: u32, // of y and dx: 1: the first, 2: the second, 3: both
  weights: u32, // rows of the result, in ones; behind those of dW comes the bias
  left_stride: u32, // from a row of A to the next
  right_stride: u32, // and of B
  second: u32, // from the first layout of the result to the second
  second_stride: u32, // from a row of that to the next
}

// left, right, other_left and other_right, bindings 0 to 3, hold A and B of the first and of the second product: see
// operands_storage.wgsl and operands_uniform.wgsl.
@group(0) @binding(4) var<storage, read> parameters: array<vec4f>; // the first network's, for its bias
@group(0) @binding(5) var<storage, read> other_parameters: array<vec4f>; // the second network's
@group(0) @binding(6) var<storage, read_write> output: array<vec4f>; // y, or dW and dbias
@group(0) @binding(4) var<storage, read> input: array<vec4f>; // x
@group(0) @binding(5) var<storage, read_write> input_gradient: array<vec4f>; // dx
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 8;
override STRIDED: bool = true; // whether rows of an operand are parts of longer ones

@compute @workgroup_size(GROUP)
fn dense_forward(@builtin(global_invocation_id) id: vec3u) {
  let product = params.products[id.y];
  let tile = position(id.x, product.columns);
  if (tile.row >= product.rows) { return; } // guard
  multiply(product, id, tile);
  let first = place(product.result, product, id);
  let second = first + product.second;
  let biases = place(product.epilogue, product, id);
  for (var i = 0u; i < rows_inside(tile, product); i++) {
    let row = row_of_tile(i);
    var bias: vec4f;
    if (id.y == 0u) { bias = parameters[biases + tile.row + i]; }
    if (id.y == 1u) { bias = other_parameters[biases + tile.row + i]; }
    let start = mat4x4f(vec4f(bias.x), vec4f(bias.y), vec4f(bias.z), vec4f(bias.w));
    for (var j = 0u; j < columns_inside(tile, product); j++) {
      let block = Position(tile.row + i, tile.column + j);
      var y = start + block_of_row(row, j);
      if (product.kind == 1u) { y = relu(y); }
      if ((product.layouts & 1u) > 0u) { store(first, block, product.columns, y); }
      if ((product.layouts & 2u) > 0u) { store(second, flipped(block), product.second_stride, transpose(y)); }
    }
  }
}

@compute @workgroup_size(GROUP)
fn dense_backward(@builtin(global_invocation_id) id: vec3u) {
  let product = params.products[id.y];
  let tile = position(id.x, product.columns);
  if (tile.row >= product.rows) { return; } // guard
  multiply(product, id, tile);
  if (product.kind == 3u) {
    store_weight_gradient(product, id, tile);
  } else {
    store_input_gradient(product, id, tile);
  }
}

@compute @workgroup_size(GROUP)
fn dense_backward_weights(@builtin(global_invocation_id) id: vec3u) {
  let product = params.products[id.y];
  let tile = position(id.x, product.columns);
  if (tile.row >= product.rows) { return; } // guard
  multiply(product, id, tile);
  store_weight_gradient(product, id, tile);
}

fn store_input_gradient(product: Product, id: vec3u, tile: Position) {
  let first = place(product.result, product, id);
  let second = first + product.second;
  let inputs = place(product.epilogue, product, id);
  for (var i = 0u; i < rows_inside(tile, product); i++) {
    let row = row_of_tile(i);
    for (var j = 0u; j < columns_inside(tile, product); j++) {
      let block = Position(tile.row + i, tile.column + j);
      var dx = block_of_row(row, j);
      if (product.kind == 2u) { dx = where_positive(load_input(inputs, block, product.columns), dx); }
      if (product.kind == 4u) { dx = first_rows(product.weights - 4u * block.row, dx); }
      if ((product.layouts & 1u) > 0u) { store_gradient(first, block, product.columns, dx); }
      if ((product.layouts & 2u) > 0u) { store_gradient(second, flipped(block), product.second_stride, transpose(dx)); }
    }
  }
}

fn store_weight_gradient(product: Product, id: vec3u, tile: Position) {
  let first = place(product.result, product, id);
  for (var i = 0u; i < rows_inside(tile, product); i++) {
    let row = row_of_tile(i);
    for (var j = 0u; j < columns_inside(tile, product); j++) {
      store_weights(first, Position(tile.row + i, tile.column + j), product, block_of_row(row, j));
    }
  }
  if (tile.row > 0u) { return; } // The first row of tiles has the bias gradient.
  let bias = first + product.weights * product.columns + tile.column;
  for (var j = 0u; j < columns_inside(tile, product); j++) {
    output[bias + j] = sum_of_column(product, id, tile.column + j);
  }
}

// sum_k B[k, n] of the four columns at `column`.
fn sum_of_column(product: Product, id: vec3u, column: u32) -> vec4f {
  var b = select(place(product.right, product, id), 0u, WINDOWED) + column;
  let right_step = select(product.columns, product.right_stride, STRIDED);
  var sum = vec4f();
  let length = select(0u, product.length, id.y == 0u);
  for (var k = 0u; k < length; k++) {
    sum += right[b];
    b += right_step;
  }
  let other_length = product.length - length;
  for (var k = 0u; k < other_length; k++) {
    sum += other_right[b];
    b += right_step;
  }
  return sum;
}

// The block at `block` of a layout that starts at `first`, whose rows are `stride` fours long.
fn store(first: u32, block: Position, stride: u32, values: mat4x4f) {
  let at = first + 4u * block.row * stride + block.column;
  output[at] = values[0];
  output[at + stride] = values[1];
  output[at + 2u * stride] = values[2];
  output[at + 3u * stride] = values[3];
}

fn store_gradient(first: u32, block: Position, stride: u32, values: mat4x4f) {
  let at = first + 4u * block.row * stride + block.column;
  input_gradient[at] = values[0];
  input_gradient[at + stride] = values[1];
  input_gradient[at + 2u * stride] = values[2];
  input_gradient[at + 3u * stride] = values[3];
}

fn store_weights(first: u32, block: Position, product: Product, values: mat4x4f) {
  let at = first + 4u * block.row * product.columns + block.column;
  let rows = product.weights - 4u * block.row;
  output[at] = values[0];
  if (rows > 1u) { output[at + product.columns] = values[1]; }
  if (rows > 2u) { output[at + 2u * product.columns] = values[2]; }
  if (rows > 3u) { output[at + 3u * product.columns] = values[3]; }
}

fn load_input(first: u32, block: Position, stride: u32) -> mat4x4f {
  let at = first + 4u * block.row * stride + block.column;
  return mat4x4f(input[at], input[at + stride], input[at + 2u * stride], input[at + 3u * stride]);
}

// Zeros from row `rows` on, where the second layout of W has the bias. An x that left a ReLU is 0 there.
fn first_rows(rows: u32, block: mat4x4f) -> mat4x4f {
  let zero = vec4f();
  return mat4x4f(
    block[0],
    select(zero, block[1], rows > 1u),
    select(zero, block[2], rows > 2u),
    select(zero, block[3], rows > 3u),
  );
}

// Blocks of a tile that lie inside the result.
fn rows_inside(tile: Position, product: Product) -> u32 {
  return min(ROWS, product.rows - tile.row);
}

fn columns_inside(tile: Position, product: Product) -> u32 {
  return min(COLUMNS, product.columns - tile.column);
}

// C = A^T B for one tile. Which operands a loop reads has to be known beforehand, so there is one for each product, and
// the other one has length 0.
// x and y are read as far as they are filled; naga does not clear them at each turn.
fn multiply(product: Product, id: vec3u, tile: Position) {
  let rows = clamped(tile.row, product.rows);
  let more = clamped(tile.row + 4u, product.rows);
  let columns = clamped(tile.column, product.columns);
  let first = vec2u(place(product.left, product, id), place(product.right, product, id));
  let start = select(first, vec2u(), WINDOWED);
  let left_step = select(product.rows, product.left_stride, STRIDED);
  let right_step = select(product.columns, product.right_stride, STRIDED);
  let length = select(0u, product.length, id.y == 0u);
  var a = start.x;
  var b = start.y;
  for (var k = 0u; k < length; k++) {
    var x: array<vec4f, 8>;
    var y: array<vec4f, 4>;
    x[0] = left[a + rows.x];
    if (ROWS > 1) { x[1] = left[a + rows.y]; }
    if (ROWS > 2) {
      x[2] = left[a + rows.z];
      x[3] = left[a + rows.w];
    }
    if (ROWS > 4) {
      x[4] = left[a + more.x];
      x[5] = left[a + more.y];
      x[6] = left[a + more.z];
      x[7] = left[a + more.w];
    }
    y[0] = right[b + columns.x];
    if (COLUMNS > 1) { y[1] = right[b + columns.y]; }
    if (COLUMNS > 2) {
      y[2] = right[b + columns.z];
      y[3] = right[b + columns.w];
    }
    add_outer(x, y);
    a += left_step;
    b += right_step;
  }
  let other_length = product.length - length;
  a = start.x;
  b = start.y;
  for (var k = 0u; k < other_length; k++) {
    var x: array<vec4f, 8>;
    var y: array<vec4f, 4>;
    x[0] = other_left[a + rows.x];
    if (ROWS > 1) { x[1] = other_left[a + rows.y]; }
    if (ROWS > 2) {
      x[2] = other_left[a + rows.z];
      x[3] = other_left[a + rows.w];
    }
    if (ROWS > 4) {
      x[4] = other_left[a + more.x];
      x[5] = other_left[a + more.y];
      x[6] = other_left[a + more.z];
      x[7] = other_left[a + more.w];
    }
    y[0] = other_right[b + columns.x];
    if (COLUMNS > 1) { y[1] = other_right[b + columns.y]; }
    if (COLUMNS > 2) {
      y[2] = other_right[b + columns.z];
      y[3] = other_right[b + columns.w];
    }
    add_outer(x, y);
    a += left_step;
    b += right_step;
  }
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

// Where the member's part of a tensor starts.
fn place(start: vec2u, product: Product, id: vec3u) -> u32 {
  return start.x + (product.member + id.z) * start.y;
}
