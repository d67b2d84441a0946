// Learning quantiles of returns, a row at a time (QR-DQN, Dabney et al., 2018; see td.wgsl and head_quantile.wgsl).
//
// u_ij = R + discount theta_j(s', a*) - theta_i(s, a)
// loss = sum_i mean_j |tau_i - [u_ij < 0]| Huber_kappa(u_ij) / kappa
//
// The target y is the mean over j of R + discount theta_j; the error by which others judge the row is its loss.

override KAPPA: f32 = 1.0;

fn learn_row(row: Row) -> vec2f {
  var targets = array<vec4f, (ENTRIES + 3u) / 4u>();
  var y = 0.0;
  for (var j = 0u; j < ENTRIES; j++) {
    let z = row.outcome.y + discounted(row, action_entry(row.next, row.best, j));
    targets[j / 4u][j % 4u] = z;
    y += z;
  }
  var gradients = array<f32, ENTRIES>();
  let share = 1.0 / f32(ENTRIES);
  var losses = vec4f();
  var value = 0.0;
  for (var i = 0u; i < ENTRIES; i++) {
    let quantile = action_entry(row.current, row.action, i);
    let tau = (f32(i) + 0.5) * share;
    var by_quantile = vec4f();
    for (var j = 0u; j < (ENTRIES + 3u) / 4u; j++) {
      let is_there = 4u * j + vec4u(0u, 1u, 2u, 3u) < vec4u(ENTRIES);
      let u = select(vec4f(), targets[j] - quantile, is_there);
      let weight = select(vec4f(tau), vec4f(1.0 - tau), u < vec4f());
      let size = abs(u);
      losses += weight * select(size - 0.5 * KAPPA, 0.5 * u * u / KAPPA, size <= vec4f(KAPPA));
      by_quantile += weight * clamp(u / KAPPA, vec4f(-1.0), vec4f(1.0));
    }
    value += quantile;
    gradients[i] = -row_share() * row.outcome.w * share * dot(by_quantile, vec4f(1.0));
  }
  let loss = share * dot(losses, vec4f(1.0));
  store_td(row, y * share, loss);
  for (var o = 0u; o < params.outputs; o++) {
    let j = entry_of_output(o);
    var by_output = 0.0;
    if (j < ENTRIES) { by_output = gradients[j] * entry_slope_by_output(row.action, o); }
    store_gradient(row, o, by_output);
  }
  return vec2f(loss, value * share);
}
