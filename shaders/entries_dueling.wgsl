// The entries of an action by dueling streams (Wang et al., 2016): what the state is worth, and by how much the action is better
// than the mean of all.
//
// entry_j(s, a) = V_j(s) + A_j(s, a) - mean over a' of A_j(s, a')
//
// Outputs: V in the first ENTRIES, filled up to fours; then A, action by action. The host appends ENTRIES.

fn action_entry(at: u32, action: u32, j: u32) -> f32 {
  var sum = 0.0;
  for (var a = 0u; a < ACTIONS; a++) { sum += output_of(at, advantage_output(a, j)); }
  return output_of(at, j) + output_of(at, advantage_output(action, j)) - sum / f32(ACTIONS);
}

fn advantage_output(action: u32, j: u32) -> u32 {
  return (ENTRIES + 3u) / 4u * 4u + action * ENTRIES + j;
}

fn entry_of_output(o: u32) -> u32 {
  return select(o, (o - advantage_output(0u, 0u)) % ENTRIES, o >= advantage_output(0u, 0u));
}

fn entry_slope_by_output(action: u32, o: u32) -> f32 {
  let first = advantage_output(0u, 0u);
  if (o < first) { return select(0.0, 1.0, o < ENTRIES); }
  return select(0.0, 1.0, (o - first) / ENTRIES == action) - 1.0 / f32(ACTIONS);
}
