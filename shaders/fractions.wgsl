// The fractions tau at which an update asks for implicit quantiles, uniform in [0, 1): words of 24 bits, tau times 2^24.
//
// Sample j of row b of a batch of B, padded, stands in column j B + b. Its fraction follows from the member's seed, the number of
// its updates so far, the network's stream and the column.

const HALF_TURN = 16777216u; // 2^24

// Those of columns 4 quad to 4 quad + 3.
fn fractions_of_four(seed: u32, stream: u32, updates: u32, quad: u32) -> vec4u {
  return pcg4d(vec4u(seed, stream, updates, quad)) >> vec4u(8u);
}

// cos(pi turns / 2^24): of whole numbers, so that multiples of a fraction lose no digit.
fn cosines_of(turns: vec4u) -> vec4f {
  let turned = turns & vec4u(2u * HALF_TURN - 1u);
  let nearest = min(turned, 2u * HALF_TURN - turned);
  return sine_of_quarters(1.0 - vec4f(nearest) / 8388608.0);
}
