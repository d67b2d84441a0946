// The second layout of matrices from the first one (see layout.wgsl): [columns, rows] from [rows, columns], both padded to fours.
// An invocation moves BLOCKS blocks of 4 x 4, one under the other, so that what it writes is contiguous.

// Lengths and places in fours. A place is the first member's, and what lies between it and the next member's.
struct Params {
  rows: u32,
  columns: u32,
  first: vec2u, // the first layout
  second: u32, // from there to the second one
}

@group(0) @binding(0) var<storage, read_write> matrices: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

@compute @workgroup_size(GROUP)
fn transpose_matrices(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x % params.columns;
  let row = id.x / params.columns * BLOCKS;
  if (row >= params.rows) { return; } // guard
  let first = params.first.x + id.z * params.first.y;
  let step = params.columns;
  let second_step = params.rows;
  var at = first + 4u * row * step + column;
  var to = first + params.second + 4u * column * second_step + row;
  for (var i = row; i < min(row + BLOCKS, params.rows); i++) {
    let block = transpose(mat4x4f(
      matrices[at], matrices[at + step], matrices[at + 2u * step], matrices[at + 3u * step],
    ));
    matrices[to] = block[0];
    matrices[to + second_step] = block[1];
    matrices[to + 2u * second_step] = block[2];
    matrices[to + 3u * second_step] = block[3];
    at += 4u * step;
    to += 1u;
  }
}
