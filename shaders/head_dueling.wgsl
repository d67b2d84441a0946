// The head of dueling streams with one value an action (see head_value.wgsl and entries_dueling.wgsl).

fn action_value(at: u32, action: u32) -> f32 {
  return action_entry(at, action, 0u);
}

fn output_gradient(at: u32, action: u32, o: u32, by_value: f32) -> f32 {
  return select(0.0, by_value * entry_slope_by_output(action, o), entry_of_output(o) == 0u);
}
