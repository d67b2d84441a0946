// The quantiles of td_quantile.wgsl as samples of an action's output (see implicit.wgsl): sample i of a row stands in column
// i B + row of the outputs, B padded, at the fraction that fractions.wgsl draws for the column.

fn quantile_of(row: Row, i: u32) -> f32 {
  return outputs[row.current + (row.action * QUANTILES + i) * padded(params.batch)];
}

fn target_quantile(row: Row, j: u32) -> f32 {
  return outputs[row.next + (row.best * TARGETS + j) * padded(params.batch)];
}

fn fraction_of(row: Row, i: u32) -> f32 {
  let column = i * padded(params.batch) + row.index;
  let updates = members[row.member].clock.updates;
  let four = fractions_of_four(members[row.member].hyper.seed, STREAM_FRACTIONS, updates, column / 4u);
  return f32(four[column % 4u]) / f32(HALF_TURN);
}

fn store_by_quantiles(row: Row, gradients: array<f32, QUANTILES>) {
  var by_quantile = gradients;
  let columns = QUANTILES * padded(params.batch);
  let size = half(params.outputs, columns);
  let first = row.member * 2u * size;
  for (var i = 0u; i < QUANTILES; i++) {
    let column = i * padded(params.batch) + row.index;
    for (var o = 0u; o < params.outputs; o++) {
      let by_output = select(0.0, by_quantile[i], o == row.action);
      gradient[first + o * columns + column] = by_output;
      gradient[first + size + column * padded(params.outputs) + o] = by_output;
    }
  }
}
