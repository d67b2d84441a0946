// Learning of returns that are known, a row at a time (see td.wgsl and td_error.wgsl): nothing is bootstrapped, y = R.

fn learn_row(row: Row) -> vec2f {
  return learn_target(row, row.outcome.y);
}
