// Learning quantiles of returns, a row at a time (QR-DQN, Dabney et al., 2018; see td.wgsl and head_quantile.wgsl).
//
// u_ij = R + discount theta_j(s', a*) - theta_i(s, a)
// loss = sum_i mean_j |tau_i - [u_ij < 0]| Huber_kappa(u_ij) / kappa
//
// The target y is the mean over j of R + discount theta_j; the error by which others judge the row is its loss.

override KAPPA: f32 = 1.0;

fn learn_row(row: Row) -> vec2f {
  var targets = array<f32, ENTRIES>();
  var y = 0.0;
  for (var j = 0u; j < ENTRIES; j++) {
    targets[j] = row.outcome.y + discounted(row, action_entry(row.next, row.best, j));
    y += targets[j];
  }
  var gradients = array<f32, ENTRIES>();
  let share = 1.0 / f32(ENTRIES);
  var loss = 0.0;
  var value = 0.0;
  for (var i = 0u; i < ENTRIES; i++) {
    let quantile = action_entry(row.current, row.action, i);
    let tau = (f32(i) + 0.5) * share;
    var by_quantile = 0.0;
    for (var j = 0u; j < ENTRIES; j++) {
      let u = targets[j] - quantile;
      let weight = select(tau, 1.0 - tau, u < 0.0);
      loss += weight * select(abs(u) - 0.5 * KAPPA, 0.5 * u * u / KAPPA, abs(u) <= KAPPA);
      by_quantile -= weight * clamp(u / KAPPA, -1.0, 1.0);
    }
    value += quantile;
    gradients[i] = row_share() * row.outcome.w * share * by_quantile;
  }
  loss *= share;
  store_td(row, y * share, loss);
  for (var o = 0u; o < params.outputs; o++) {
    let j = entry_of_output(o);
    var by_output = 0.0;
    if (j < ENTRIES) { by_output = gradients[j] * entry_slope_by_output(row.action, o); }
    store_gradient(row, o, by_output);
  }
  return vec2f(loss, value * share);
}
