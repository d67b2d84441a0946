// The head of C51 (Bellemare et al., 2017): an action's entries are the logits of a distribution of its return over atoms, which
// lie evenly from V_MIN to V_MAX. Its value is the mean.

override V_MIN: f32 = -10.0;
override V_MAX: f32 = 10.0;

// A softmax of an action's logits: p_j = exp(logit_j - largest) / sum.
struct ActionSoftmax {
  largest: f32,
  sum: f32,
}

fn action_softmax(at: u32, action: u32) -> ActionSoftmax {
  var largest = action_entry(at, action, 0u);
  for (var j = 1u; j < ENTRIES; j++) { largest = max(largest, action_entry(at, action, j)); }
  var sum = 0.0;
  for (var j = 0u; j < ENTRIES; j++) { sum += exp(action_entry(at, action, j) - largest); }
  return ActionSoftmax(largest, sum);
}

fn atom_value(j: u32) -> f32 {
  return V_MIN + f32(j) * atom_distance();
}

fn atom_distance() -> f32 {
  return (V_MAX - V_MIN) / f32(ENTRIES - 1u);
}

fn action_value(at: u32, action: u32) -> f32 {
  let softmax = action_softmax(at, action);
  var mean = 0.0;
  for (var j = 0u; j < ENTRIES; j++) { mean += atom_value(j) * exp(action_entry(at, action, j) - softmax.largest); }
  return mean / softmax.sum;
}
