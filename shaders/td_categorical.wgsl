// Learning a distribution of returns over atoms, a row at a time (C51, Bellemare et al., 2017; see td.wgsl and
// head_categorical.wgsl).
//
// m = the target network's p(s', a*), each atom z moved to R + discount z within [V_MIN, V_MAX] and shared out between the two
//     atoms beside it, by nearness
// loss = -sum_j m_j log p_j(s, a)
//
// The target y is the mean of m; the error by which others judge the row is its loss. R + discount E p(s', a*) is the row's return:
// where it lies outside [V_MIN, V_MAX] no distribution over the atoms has that mean.

// How far outside counts, as a share of the distance between bounds: beyond what rounding does to a return on a bound.
const ROUNDING = 1e-5;

fn learn_row(row: Row) -> vec2f {
  let entries = entries_at(row.next);
  var targets = array<f32, ENTRIES>();
  var expected = 0.0;
  var following = distribution_of(row.next, row.best);
  for (var j = 0u; j < entries; j++) {
    let p = following.p[j / 4u][j % 4u] / following.sum;
    let moved = row.outcome.y + discounted(row, atom_value(j));
    expected += p * moved;
    let z = clamp(moved, V_MIN, V_MAX);
    let place = (z - V_MIN) / atom_distance();
    let lower = min(u32(place), ENTRIES - 1u);
    let share = place - f32(lower);
    targets[lower] += p * (1.0 - share);
    targets[min(lower + 1u, ENTRIES - 1u)] += p * share;
  }
  let beyond = max(expected - V_MAX, V_MIN - expected);
  if (beyond > ROUNDING * (V_MAX - V_MIN)) { tell_outside(expected, beyond); }
  var current = distribution_of(row.current, row.action);
  let normalizer = log(current.sum) + current.largest; // log p_j = logit_j - normalizer
  var loss = 0.0;
  var value = 0.0;
  var y = 0.0;
  for (var j = 0u; j < entries; j++) {
    let p = current.p[j / 4u][j % 4u] / current.sum;
    loss += targets[j] * (normalizer - action_entry(row.current, row.action, j));
    value += p * atom_value(j);
    y += targets[j] * atom_value(j);
    targets[j] = row_share() * row.outcome.w * (p - targets[j]); // From here on the derivative by the logit.
  }
  store_td(row, y, loss);
  for (var o = 0u; o < params.outputs; o++) {
    let j = entry_of_output(o);
    var by_output = 0.0;
    if (j < ENTRIES) { by_output = targets[j] * entry_slope_by_output(row.action, o); }
    store_gradient(row, o, by_output);
  }
  return vec2f(loss, value);
}
