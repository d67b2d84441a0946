// Munchausen targets (Vieillard et al., 2020), a row at a time (see td.wgsl and td_error.wgsl): the log-policy is part of the
// reward, and what is bootstrapped is soft, over the legal actions.
//
// V(s) = tau log sum_a exp(Q_target(s, a) / tau)
// y = r + alpha max(Q_target(s, a) - V(s), CLIP) + discount V(s'),  where Q_target(s, a) - V(s) = tau log pi(a|s)
//
// The pass that selects is the target network's of s.

override ALPHA: f32 = 0.9;
override TEMPERATURE: f32 = 0.03;
override CLIP: f32 = -1.0;

fn learn_row(row: Row) -> vec2f {
  let past = pass_of(row.member, SELECT) + row.index;
  let mask = mask_of(row.member * params.batch + row.index);
  let log_policy = action_value(past, row.action) - soft_value(past, mask + padded(ACTIONS));
  let reward = row.outcome.y + ALPHA * clamp(log_policy, CLIP, 0.0);
  return learn_target(row, reward + discounted(row, soft_value(row.next, mask)));
}

fn soft_value(at: u32, mask: u32) -> f32 {
  let largest = action_value(at, best_action(at, mask));
  var sum = 0.0;
  for (var a = 0u; a < ACTIONS; a++) {
    if (is_legal(mask + a)) { sum += exp((action_value(at, a) - largest) / TEMPERATURE); }
  }
  return largest + TEMPERATURE * log(sum);
}
