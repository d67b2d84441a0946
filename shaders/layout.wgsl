// How a matrix [rows, columns] lies in memory: row-major, then transposed, each extent padded to fours. The host twin is
// src/ops/layout.ts.

fn padded(extent: u32) -> u32 {
  return (extent + 3u) / 4u * 4u;
}

// Floats of one layout, rounded up so that the other starts at a multiple of 256 bytes.
fn half(rows: u32, columns: u32) -> u32 {
  return (padded(rows) * padded(columns) + 63u) / 64u * 64u;
}
