// Sums in two floats, of 48 bits together: a total, and the rest that rounding took off it.

// Adds a value to a sum (total, rest). `zero` is 0, which the compiler must not know.
fn add_to(sum: vec2f, value: f32, zero: u32) -> vec2f {
  let added = two_sum(sum.x, value, zero);
  return two_sum(added.x, added.y + sum.y, zero);
}

// a + b, and what rounding takes off it (Dekker, 1971). WGSL lets a compiler take (a + b) - a for b; so both results pass
// through integers and a zero that it does not know.
fn two_sum(a: f32, b: f32, zero: u32) -> vec2f {
  let is_larger = abs(a) >= abs(b);
  let sum = bitcast<f32>(bitcast<u32>(a + b) ^ zero);
  let added = bitcast<f32>(bitcast<u32>(sum - select(b, a, is_larger)) ^ zero);
  return vec2f(sum, select(a, b, is_larger) - added);
}
