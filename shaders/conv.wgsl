// Convolutions over boards of several channels, torch.nn.Conv2d, with a ReLU where RELU, and their derivatives.
//
// conv_forward:          y[o, p, b] = bias[o] + sum_(t, c) W[t, c, o] x[c, s p + t - z, b]
// conv_backward:         dx[c, q, b] = sum_(t, o) W[t, c, o] dy[o, p, b] over the t whose place p = (q + z - t) / s there is,
//                        times x[c, q, b] > 0 where x left a ReLU
// conv_backward_weights: dW[t, c, o] = sum_(p, b) x[c, s p + t - z, b] dy[o, p, b]
// conv_backward_bias:    dbias[o] = sum_(p, b) dy[o, p, b]
//
// p is a place (row, column) of y, q one of x, t one of the kernel; s is the stride, z the zeros before x: beyond the board there is
// nothing to add. For one place, y and dx are outer-product forms as those of dense.wgsl, whose rows of x or dy are picked: nothing is
// copied to be multiplied. For one t, dW sums up along the batch, which is contiguous in both of its operands: each of its sums is
// kept in four parts, which are added up at the end.
//
// Matrices [features, B] in the first layout alone, features (channel, row, column). The block is [T C + 1, O]: a row for each t and,
// in it, each channel of x, C filled up to fours; last the bias. What fills up the batch is 0 in dy.
// An invocation computes a tile (tile.wgsl): of y 4 ROWS channels x 4 COLUMNS of the batch, likewise of dx, and of dW 4 ROWS channels
// of y x COLUMNS channels of x. Reads past the edge are clamped, stores guarded.

// Places of tensors and lengths in fours. A place is the first member's, and what lies between it and the next member's.
struct Params {
  channels: u32, // of x, in ones
  outputs: u32, // channels of y, in ones
  board: vec2u, // rows and columns of x
  places: vec2u, // of y
  size: u32, // of the kernel
  stride: u32, // s
  zeros: vec2u, // z
  batch: u32, // B
  left: vec2u, // W: for y in the first layout, for dx in the second one
  right: vec2u, // x for y, dy for derivatives
  input: vec2u, // x
  result: vec2u, // y, dx, dW or dbias
}

@group(0) @binding(0) var<storage, read> left: array<vec4f>;
@group(0) @binding(1) var<storage, read> right: array<vec4f>;
@group(0) @binding(2) var<storage, read> input: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 8;
override RECTIFIED: bool = true; // whether x left a ReLU
override RELU: bool = true; // whether y passes one

@compute @workgroup_size(GROUP)
fn conv_forward(@builtin(global_invocation_id) id: vec3u) {
  let columns = quads(params.outputs);
  let tiles = tiles_of(columns, params.batch);
  let index = index_of(id);
  let count = area(params.places);
  if (index >= tiles * count) { return; } // guard
  let p = index / tiles;
  let tile = position(index % tiles, params.batch);
  let edges = edges_of(tile, columns);
  let weights = place(params.left, id);
  let x = place(params.right, id);
  // Where the kernel lies, which may be before the board: sums wrap, and are right again once t is added.
  let corner = params.stride * at(p, params.places) - params.zeros;
  let before = params.zeros - min(params.zeros, params.stride * at(p, params.places));
  let end = min(vec2u(params.size), params.board - corner);
  let length = own(params.channels, id);
  for (var row = before.x; row < end.x; row++) {
    for (var column = before.y; column < end.y; column++) {
      let a = weights + (row * params.size + column) * padded(params.channels) * columns;
      let b = x + number(corner + vec2u(row, column), params.board) * params.batch;
      add_products(vec2u(a, b), vec2u(columns, area(params.board) * params.batch), length, edges);
    }
  }
  let first = place(params.result, id);
  let biases = weights + params.size * params.size * padded(params.channels) * columns;
  for (var i = 0u; i < min(ROWS, columns - tile.row); i++) {
    let sums = row_of_tile(i);
    let bias = left[biases + tile.row + i];
    for (var j = 0u; j < min(COLUMNS, params.batch - tile.column); j++) {
      let block = block_of_row(sums, j);
      for (var k = 0u; k < 4u; k++) {
        let o = 4u * (tile.row + i) + k;
        if (o >= params.outputs) { break; }
        var y = block[k] + bias[k];
        if (RELU) { y = select(y, vec4f(), y <= vec4f()); } // Not max, which would hide a NaN.
        result[first + (o * count + p) * params.batch + tile.column + j] = y;
      }
    }
  }
}

@compute @workgroup_size(GROUP)
fn conv_backward(@builtin(global_invocation_id) id: vec3u) {
  let columns = quads(params.channels);
  let tiles = tiles_of(columns, params.batch);
  let index = index_of(id);
  let count = area(params.board);
  if (index >= tiles * count) { return; } // guard
  let q = index / tiles;
  let tile = position(index % tiles, params.batch);
  let edges = edges_of(tile, columns);
  let weights = place(params.left, id);
  let dy = place(params.right, id);
  let width = params.size * params.size * columns; // of a row of W
  let origin = at(q, params.board) + params.zeros;
  let far = params.stride * (params.places - 1u);
  let start = select(origin % params.stride, origin - far, origin > far);
  let end = min(vec2u(params.size), origin + 1u);
  let length = own(params.outputs, id);
  for (var row = start.x; row < end.x; row += params.stride) {
    for (var column = start.y; column < end.y; column += params.stride) {
      let p = (origin - vec2u(row, column)) / params.stride;
      let a = weights + (row * params.size + column) * columns;
      let b = dy + number(p, params.places) * params.batch;
      add_products(vec2u(a, b), vec2u(width, area(params.places) * params.batch), length, edges);
    }
  }
  let first = place(params.result, id);
  let x = place(params.input, id);
  for (var i = 0u; i < min(ROWS, columns - tile.row); i++) {
    let sums = row_of_tile(i);
    for (var j = 0u; j < min(COLUMNS, params.batch - tile.column); j++) {
      let block = block_of_row(sums, j);
      for (var k = 0u; k < 4u; k++) {
        let c = 4u * (tile.row + i) + k;
        if (c >= params.channels) { break; }
        let to = (c * count + q) * params.batch + tile.column + j;
        var dx = block[k];
        if (RECTIFIED) { dx = select(vec4f(), dx, input[x + to] > vec4f()); }
        result[first + to] = dx;
      }
    }
  }
}

@compute @workgroup_size(GROUP)
fn conv_backward_weights(@builtin(global_invocation_id) id: vec3u) {
  let columns = quads(params.outputs);
  let tiles = tiles_of(columns, params.channels);
  let index = index_of(id);
  if (index >= tiles * params.size * params.size) { return; } // guard
  let t = index / tiles;
  let tile = position(index % tiles, params.channels);
  let plane = area(params.board) * params.batch;
  let channels = min(vec4u(0u, 1u, 2u, 3u), vec4u(params.channels - 1u - tile.column)) * plane;
  let x = place(params.input, id) + tile.column * plane;
  let dy = place(params.right, id);
  // The first place of y whose place of x is on the board, and the first one beyond.
  let step = at(t, vec2u(params.size));
  let before = params.zeros - min(params.zeros, step);
  let start = (before + params.stride - 1u) / params.stride;
  let reach = params.board + params.zeros - min(step, params.board + params.zeros);
  let end = min(params.places, (reach + params.stride - 1u) / params.stride);
  let rows = array<vec4u, 4>(
    outputs_of(tile.row), outputs_of(tile.row + 1u), outputs_of(tile.row + 2u), outputs_of(tile.row + 3u),
  );
  let batch = own(params.batch, id);
  // Where the kernel goes on place by place, those of a row and their batches follow each other in both operands.
  let run = select(1u, max(start.y, end.y) - start.y, params.stride == 1u);
  for (var row = start.x; row < end.x; row++) {
    for (var column = start.y; column < end.y; column += run) {
      let p = vec2u(row, column);
      let origin = x + number(params.stride * p + step - params.zeros, params.board) * params.batch;
      let by = dy + number(p, params.places) * params.batch;
      add_along_batch(by, vec4u(origin) + channels, rows, run * batch);
    }
  }
  let first = place(params.result, id) + t * padded(params.channels) * columns;
  for (var i = 0u; i < min(ROWS, columns - tile.row); i++) {
    let sums = row_of_tile(i);
    for (var j = 0u; j < min(COLUMNS, params.channels - tile.column); j++) {
      result[first + (tile.column + j) * columns + tile.row + i] = total(block_of_row(sums, j), tile.row + i);
    }
  }
}

@compute @workgroup_size(GROUP)
fn conv_backward_bias(@builtin(global_invocation_id) id: vec3u) {
  let quad = id.x;
  if (quad >= quads(params.outputs)) { return; } // guard
  let rows = outputs_of(quad);
  let length = own(area(params.places) * params.batch, id);
  let dy = place(params.right, id);
  var sums = mat4x4f();
  for (var i = 0u; i < length; i++) { sums += outputs_at(dy + i, rows); }
  result[place(params.result, id) + quad] = total(sums, quad);
}

// What may be read of W and of the batch: in fours from the start of a row.
struct Edges {
  rows: vec4u,
  more: vec4u,
  columns: vec4u,
}

fn edges_of(tile: Position, columns: u32) -> Edges {
  return Edges(clamped(tile.row, columns), clamped(tile.row + 4u, columns), clamped(tile.column, params.batch));
}

// Adds the outer products of `length` rows of W and of the other operand: from `first` on, `step` apart.
// w and y are read as far as they are filled; naga does not clear them at each turn.
fn add_products(first: vec2u, step: vec2u, length: u32, edges: Edges) {
  var a = first.x;
  var b = first.y;
  for (var i = 0u; i < length; i++) {
    var w: array<vec4f, 8>;
    var y: array<vec4f, 4>;
    w[0] = left[a + edges.rows.x];
    if (ROWS > 1) { w[1] = left[a + edges.rows.y]; }
    if (ROWS > 2) {
      w[2] = left[a + edges.rows.z];
      w[3] = left[a + edges.rows.w];
    }
    if (ROWS > 4) {
      w[4] = left[a + edges.more.x];
      w[5] = left[a + edges.more.y];
      w[6] = left[a + edges.more.z];
      w[7] = left[a + edges.more.w];
    }
    y[0] = right[b + edges.columns.x];
    if (COLUMNS > 1) { y[1] = right[b + edges.columns.y]; }
    if (COLUMNS > 2) {
      y[2] = right[b + edges.columns.z];
      y[3] = right[b + edges.columns.w];
    }
    add_outer(w, y);
    a += step.x;
    b += step.y;
  }
}

// Adds the products of channels of dy and channels of x at one place of each, four of the batch apart from each other.
fn add_along_batch(dy: u32, x: vec4u, rows: array<vec4u, 4>, length: u32) {
  for (var b = 0u; b < length; b++) {
    var y: array<vec4f, 4>;
    y[0] = input[x.x + b];
    if (COLUMNS > 1) { y[1] = input[x.y + b]; }
    if (COLUMNS > 2) {
      y[2] = input[x.z + b];
      y[3] = input[x.w + b];
    }
    sums[0] = add_parts(sums[0], outputs_at(dy + b, rows[0]), y);
    if (ROWS > 1) { sums[1] = add_parts(sums[1], outputs_at(dy + b, rows[1]), y); }
    if (ROWS > 2) {
      sums[2] = add_parts(sums[2], outputs_at(dy + b, rows[2]), y);
      sums[3] = add_parts(sums[3], outputs_at(dy + b, rows[3]), y);
    }
  }
}

fn add_parts(before: Row, dy: mat4x4f, x: array<vec4f, 4>) -> Row {
  var row = before;
  row.a += each(dy, x[0]);
  if (COLUMNS > 1) { row.b += each(dy, x[1]); }
  if (COLUMNS > 2) {
    row.c += each(dy, x[2]);
    row.d += each(dy, x[3]);
  }
  return row;
}

fn each(dy: mat4x4f, x: vec4f) -> mat4x4f {
  return mat4x4f(dy[0] * x, dy[1] * x, dy[2] * x, dy[3] * x);
}

// How far apart the four channels of dy from 4 `quad` on begin.
fn outputs_of(quad: u32) -> vec4u {
  return min(4u * quad + vec4u(0u, 1u, 2u, 3u), vec4u(params.outputs - 1u)) * area(params.places) * params.batch;
}

fn outputs_at(first: u32, rows: vec4u) -> mat4x4f {
  return mat4x4f(right[first + rows.x], right[first + rows.y], right[first + rows.z], right[first + rows.w]);
}

// The four sums of what is kept in parts, 0 beyond the channels of y.
fn total(parts: mat4x4f, quad: u32) -> vec4f {
  let t = transpose(parts);
  return select(vec4f(), (t[0] + t[1]) + (t[2] + t[3]), 4u * quad + vec4u(0u, 1u, 2u, 3u) < vec4u(params.outputs));
}

fn tiles_of(rows: u32, columns: u32) -> u32 {
  return (rows + ROWS - 1u) / ROWS * ((columns + COLUMNS - 1u) / COLUMNS);
}

// Tiles are numbered through the workgroups of x and, beyond GRID of them, of y.
fn index_of(id: vec3u) -> u32 {
  return id.y * GRID * GROUP + id.x;
}

fn at(index: u32, extents: vec2u) -> vec2u {
  return vec2u(index / extents.y, index % extents.y);
}

fn number(position: vec2u, extents: vec2u) -> u32 {
  return position.x * extents.y + position.y;
}

fn area(extents: vec2u) -> u32 {
  return extents.x * extents.y;
}

// A size, whatever the invocation: llvmpipe compiles a kernel anew for each value of a uniform that alone bounds a loop.
fn own(size: u32, id: vec3u) -> u32 {
  return select(size, 0u, id.x == 0xffffffffu);
}

fn quads(extent: u32) -> u32 {
  return (extent + 3u) / 4u;
}

// Where the member's part of a tensor starts.
fn place(start: vec2u, id: vec3u) -> u32 {
  return start.x + id.z * start.y;
}
