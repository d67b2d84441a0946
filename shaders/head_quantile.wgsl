// The head of QR-DQN (Dabney et al., 2018): an action's entries are quantiles of its return, at (2 i + 1) / (2 ENTRIES). Its value
// is their mean.

fn action_value(at: u32, action: u32) -> f32 {
  var sum = 0.0;
  for (var j = 0u; j < ENTRIES; j++) { sum += action_entry(at, action, j); }
  return sum / f32(ENTRIES);
}
