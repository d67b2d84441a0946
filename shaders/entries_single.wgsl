// The entries of an action that a head with several an action reads, without dueling: action a's entry j is output
// ENTRIES a + j. The host appends ENTRIES; entries_dueling.wgsl has the same functions for two streams.

fn action_entry(at: u32, action: u32, j: u32) -> f32 {
  return output_of(at, action * ENTRIES + j);
}

// Which entry an output belongs to; ENTRIES and more for one that is none.
fn entry_of_output(o: u32) -> u32 {
  return o % ENTRIES;
}

// The derivative of the action's entries by output `o`, as far as it is not 0: see entry_of_output.
fn entry_slope_by_output(action: u32, o: u32) -> f32 {
  return select(0.0, 1.0, o / ENTRIES == action);
}
