// The head of C51 (Bellemare et al., 2017): an action's entries are the logits of a distribution of its return over atoms, which
// lie evenly from V_MIN to V_MAX. Its value is the mean.

override V_MIN: f32 = -10.0;
override V_MAX: f32 = 10.0;

// The distribution of an action's return, four atoms at a time; what fills up the last four has probability 0.
struct Distribution {
  p: array<vec4f, (ENTRIES + 3u) / 4u>, // exp(logit - largest): probabilities once they are divided by sum
  largest: f32, // logit
  sum: f32, // of p
}

fn distribution_of(at: u32, action: u32) -> Distribution {
  let entries = entries_at(at);
  var found = Distribution();
  found.largest = action_entry(at, action, 0u);
  for (var first = 0u; first < entries; first += 4u) {
    let logits = logits_from(at, action, first);
    found.p[first / 4u] = logits;
    found.largest = max(found.largest, max(max(logits.x, logits.y), max(logits.z, logits.w)));
  }
  var sum = vec4f();
  for (var i = 0u; i < (entries + 3u) / 4u; i++) {
    let p = exp(found.p[i] - found.largest);
    found.p[i] = p;
    sum += p;
  }
  found.sum = dot(sum, vec4f(1.0));
  return found;
}

// The logits of the four atoms from `first` on.
fn logits_from(at: u32, action: u32, first: u32) -> vec4f {
  var logits = vec4f(-3.0e38);
  for (var k = 0u; k < min(4u, ENTRIES - first); k++) { logits[k] = action_entry(at, action, first + k); }
  return logits;
}

// ENTRIES, whatever the row is: loops whose bound is known are unrolled, and take llvmpipe twice as long to compile.
fn entries_at(at: u32) -> u32 {
  return select(ENTRIES, 0u, at == 0xffffffffu);
}

fn atom_value(j: u32) -> f32 {
  return V_MIN + f32(j) * atom_distance();
}

// Of the four from atom `first` on.
fn atom_values(first: u32) -> vec4f {
  return V_MIN + (f32(first) + vec4f(0.0, 1.0, 2.0, 3.0)) * atom_distance();
}

fn atom_distance() -> f32 {
  return (V_MAX - V_MIN) / f32(ENTRIES - 1u);
}

// As of a Distribution, of which nothing is kept.
fn action_value(at: u32, action: u32) -> f32 {
  let entries = entries_at(at);
  var largest = vec4f(action_entry(at, action, 0u));
  for (var first = 0u; first < entries; first += 4u) { largest = max(largest, logits_from(at, action, first)); }
  let shift = max(max(largest.x, largest.y), max(largest.z, largest.w));
  var sum = vec4f();
  var mean = vec4f();
  for (var first = 0u; first < entries; first += 4u) {
    let p = exp(logits_from(at, action, first) - shift);
    sum += p;
    mean += atom_values(first) * p;
  }
  return dot(mean, vec4f(1.0)) / dot(sum, vec4f(1.0));
}
