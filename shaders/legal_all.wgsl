// Legal actions where there are no masks: all of them.

fn is_legal(at: u32) -> bool {
  return true;
}
