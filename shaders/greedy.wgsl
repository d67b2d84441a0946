// The greedy choice, of every kernel that makes one. It calls action_value of the head (see head_value.wgsl) and is_legal of
// legal_all.wgsl, legal_masked.wgsl or legal_state.wgsl.

// The legal action with the largest value, for the row whose first output is at `at` and whose mask begins at `mask`; ties go to
// the lowest index.
fn best_action(at: u32, mask: u32) -> u32 {
  var chosen = -1;
  var best = 0.0;
  for (var a = 0u; a < ACTIONS; a++) {
    if (!is_legal(mask + a)) { continue; }
    let value = action_value(at, a);
    if (chosen < 0 || value > best) {
      chosen = i32(a);
      best = value;
    }
  }
  return u32(max(chosen, 0));
}
