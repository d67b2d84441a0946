// The quantiles of td_quantile.wgsl as entries of an action (see head_quantile.wgsl): entry i is at (2 i + 1) / (2 QUANTILES).

fn quantile_of(row: Row, i: u32) -> f32 {
  return action_entry(row.current, row.action, i);
}

fn target_quantile(row: Row, j: u32) -> f32 {
  return action_entry(row.next, row.best, j);
}

fn fraction_of(row: Row, i: u32) -> f32 {
  return (f32(i) + 0.5) * (1.0 / f32(QUANTILES));
}

fn store_by_quantiles(row: Row, gradients: array<f32, QUANTILES>) {
  var by_quantile = gradients;
  for (var o = 0u; o < params.outputs; o++) {
    let i = entry_of_output(o);
    var by_output = 0.0;
    if (i < QUANTILES) { by_output = by_quantile[i] * entry_slope_by_output(row.action, o); }
    store_gradient(row, o, by_output);
  }
}
