// Legal actions where there are masks: each action of each row as 0 or 1.

@group(0) @binding(7) var<storage, read> masks: array<f32>;

const ALL_LEGAL = false;

fn is_legal(at: u32) -> bool {
  return masks[at] > 0.0;
}
