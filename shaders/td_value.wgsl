// Temporal-difference learning of one value an action, a row at a time (see td.wgsl and td_error.wgsl).
//
// y = R + discount Q_target(s', a*),  a* = argmax_a Q_select(s', a) over the legal actions

fn learn_row(row: Row) -> vec2f {
  return learn_target(row, row.outcome.y + discounted(row, action_value(row.next, row.best)));
}
