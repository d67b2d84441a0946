// Legal actions where there are no masks: all of them.

const ALL_LEGAL = true;

fn is_legal(at: u32) -> bool {
  return true;
}
