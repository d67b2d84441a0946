// What is learned from the TD error of a row's one value (see td.wgsl).
//
// e = y - Q(s, a),  loss = mean of weight e^2 (MSE) or of weight Huber_delta(e)
//
// Q is what the head makes of the last layer's outputs: action_value. The loss's derivative by an output is the head's too:
// output_gradient (see head_value.wgsl).

override HUBER: bool = false;

// Learns the target y. Returns the row's loss and Q(s, a).
fn learn_target(row: Row, y: f32) -> vec2f {
  let value = action_value(row.current, row.action);
  let error = y - value;
  store_td(row, y, error);
  var loss = error * error;
  var slope = 2.0 * error;
  if (HUBER) {
    let delta = members[row.member].hyper.huber_delta;
    slope = clamp(error, -delta, delta);
    loss = select(delta * (abs(error) - 0.5 * delta), 0.5 * error * error, abs(error) <= delta);
  }
  let by_value = -slope * row_share() * row.outcome.w;
  for (var o = 0u; o < params.outputs; o++) {
    store_gradient(row, o, output_gradient(row.current, row.action, o, by_value));
  }
  return vec2f(loss, value);
}
