// Sines of a part of the circle, where WGSL's own are too coarse: they are good to 2^-11.

// sin(pi / 2 t) for t from -1 to 1, by its series: what is left out is below 6e-8 of it.
fn sine_of_quarters(t: vec4f) -> vec4f {
  let z = t * t;
  let high = 0.00016044119 - z * 3.5988433e-6;
  return t * (1.5707964 - z * (0.6459641 - z * (0.07969263 - z * (0.0046817541 - z * high))));
}
