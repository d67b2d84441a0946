// Learning quantiles of returns by the quantile Huber loss (QR-DQN and IQN, Dabney et al., 2018a and b), a row at a time (see
// td.wgsl).
//
// u_ij = R + discount theta_j(s', a*) - theta_i(s, a)
// loss = sum_i mean_j |tau_i - [u_ij < 0]| Huber_kappa(u_ij) / kappa
//
// The target y is the mean over j of R + discount theta_j; the error by which others judge the row is its loss.
//
// Where quantiles stand, and at which fractions tau they are, is the business of a file behind this one (quantiles_fixed.wgsl,
// quantiles_drawn.wgsl):
//
//   fn quantile_of(row: Row, i: u32) -> f32           theta_i(s, a), i below QUANTILES
//   fn target_quantile(row: Row, j: u32) -> f32       theta_j(s', a*), j below TARGETS
//   fn fraction_of(row: Row, i: u32) -> f32           tau_i
//   fn store_by_quantiles(row: Row, gradients: array<f32, QUANTILES>)
//       writes the gradient by the row's outputs, from the derivatives by theta_i(s, a)
//
// The host appends QUANTILES and TARGETS.

override KAPPA: f32 = 1.0;

fn learn_row(row: Row) -> vec2f {
  var targets = array<vec4f, (TARGETS + 3u) / 4u>();
  var y = 0.0;
  for (var j = 0u; j < TARGETS; j++) {
    let z = row.outcome.y + discounted(row, target_quantile(row, j));
    targets[j / 4u][j % 4u] = z;
    y += z;
  }
  var gradients = array<f32, QUANTILES>();
  let share = 1.0 / f32(TARGETS);
  var losses = vec4f();
  var value = 0.0;
  for (var i = 0u; i < QUANTILES; i++) {
    let quantile = quantile_of(row, i);
    let tau = fraction_of(row, i);
    var by_quantile = vec4f();
    for (var j = 0u; j < (TARGETS + 3u) / 4u; j++) {
      let is_there = 4u * j + vec4u(0u, 1u, 2u, 3u) < vec4u(TARGETS);
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
  store_by_quantiles(row, gradients);
  return vec2f(loss, value * (1.0 / f32(QUANTILES)));
}
