// A tile of a matrix product in the registers of an invocation: 4 ROWS x 4 COLUMNS sums, which grow by an outer product at a
// time. The host appends ROWS (1, 2, 4 or 8) and COLUMNS (1, 2 or 4).

// Where a tile stands, in fours of rows and columns.
struct Position {
  row: u32,
  column: u32,
}

// Tiles are numbered along the contiguous axis, so that neighbouring lanes read neighbouring addresses.
fn position(index: u32, columns: u32) -> Position {
  let across = (columns + COLUMNS - 1u) / COLUMNS;
  return Position(index / across * ROWS, index % across * COLUMNS);
}

fn flipped(block: Position) -> Position {
  return Position(block.column, block.row);
}

fn clamped(first: u32, extent: u32) -> vec4u {
  return min(vec4u(first, first + 1u, first + 2u, first + 3u), vec4u(extent - 1u));
}

// A row of a tile: up to four blocks of 4 x 4. Each block has a name or a literal index of its own until the sums are done,
// which keeps it in registers.
struct Row {
  a: mat4x4f,
  b: mat4x4f,
  c: mat4x4f,
  d: mat4x4f,
}

var<private> sums: array<Row, 8>; // ROWS of them are used

// What is chosen by comparing stays in registers; what is indexed does not. The loops over a tile have bounds that the
// compiler does not know, or it would unroll them into seconds of compilation.
fn row_of_tile(i: u32) -> Row {
  var row = sums[0];
  if (ROWS > 1) { if (i == 1u) { row = sums[1]; } }
  if (ROWS > 2) {
    if (i == 2u) { row = sums[2]; }
    if (i == 3u) { row = sums[3]; }
  }
  if (ROWS > 4) {
    if (i == 4u) { row = sums[4]; }
    if (i == 5u) { row = sums[5]; }
    if (i == 6u) { row = sums[6]; }
    if (i == 7u) { row = sums[7]; }
  }
  return row;
}

fn block_of_row(row: Row, j: u32) -> mat4x4f {
  var block = row.a;
  if (COLUMNS > 1) { if (j == 1u) { block = row.b; } }
  if (COLUMNS > 2) {
    if (j == 2u) { block = row.c; }
    if (j == 3u) { block = row.d; }
  }
  return block;
}

// Adds the outer product of a column of A and a row of B.
fn add_outer(x: array<vec4f, 8>, y: array<vec4f, 4>) {
  sums[0] = add_row(sums[0], x[0], y);
  if (ROWS > 1) { sums[1] = add_row(sums[1], x[1], y); }
  if (ROWS > 2) {
    sums[2] = add_row(sums[2], x[2], y);
    sums[3] = add_row(sums[3], x[3], y);
  }
  if (ROWS > 4) {
    sums[4] = add_row(sums[4], x[4], y);
    sums[5] = add_row(sums[5], x[5], y);
    sums[6] = add_row(sums[6], x[6], y);
    sums[7] = add_row(sums[7], x[7], y);
  }
}

fn add_row(before: Row, x: vec4f, y: array<vec4f, 4>) -> Row {
  var row = before;
  row.a += outer(x, y[0]);
  if (COLUMNS > 1) { row.b += outer(x, y[1]); }
  if (COLUMNS > 2) {
    row.c += outer(x, y[2]);
    row.d += outer(x, y[3]);
  }
  return row;
}

fn outer(x: vec4f, y: vec4f) -> mat4x4f {
  return mat4x4f(x.x * y, x.y * y, x.z * y, x.w * y);
}
