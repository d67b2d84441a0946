// A uniform choice among legal actions, of every kernel that explores. It calls is_legal of legal_all.wgsl, legal_masked.wgsl or
// legal_state.wgsl.

// The legal action that a random word picks, for the row whose mask begins at `mask`; 0 where there is none.
fn random_legal(word: u32, mask: u32) -> u32 {
  if (ALL_LEGAL) { return below(word, ACTIONS); }
  var remaining = below(word, legal_count(mask));
  for (var a = 0u; a < ACTIONS; a++) {
    if (!is_legal(mask + a)) { continue; }
    if (remaining == 0u) { return a; }
    remaining--;
  }
  return 0u;
}

fn legal_count(mask: u32) -> u32 {
  var legal = 0u;
  for (var a = 0u; a < ACTIONS; a++) { legal += u32(is_legal(mask + a)); }
  return legal;
}
