// The second layout of matrices from the first one (see layout.wgsl): [columns, rows] from [rows, columns], both padded to fours.
// An invocation moves four rows.

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
  let row = id.x;
  if (row >= params.rows) { return; } // guard
  let first = params.first.x + id.z * params.first.y;
  // llvmpipe compiles a kernel anew for each value of a uniform that alone bounds a loop.
  let columns = select(params.columns, 0u, row == 0xffffffffu);
  var at = first + 4u * row * columns;
  var to = first + params.second + row;
  for (var column = 0u; column < columns; column++) {
    let block = transpose(mat4x4f(
      matrices[at], matrices[at + columns], matrices[at + 2u * columns], matrices[at + 3u * columns],
    ));
    matrices[to] = block[0];
    matrices[to + params.rows] = block[1];
    matrices[to + 2u * params.rows] = block[2];
    matrices[to + 3u * params.rows] = block[3];
    at += 1u;
    to += 4u * params.rows;
  }
}
