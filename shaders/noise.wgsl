// The numbers of factorized noise (Fortunato et al., 2018): f(e) of normal numbers e, with f(x) = sign(x) sqrt(|x|).
//
// Numbers come by fours, from one draw each (see random.wgsl), two by two as Box and Muller (1958) make them:
//   e_1 = r cos(a),  e_2 = r sin(a),  r = sqrt(-2 log u),  u uniform in (0, 1],  a uniform on the circle
// The signs of both are bits of their own, which leaves a quarter of the circle, and its sine to a series.

// f of four numbers: number `lane` of what is drawn at `counter`.
fn noise_four(seed: u32, stream: u32, counter: u32, lane: u32) -> vec4f {
  let words = pcg4d(vec4u(seed, stream, counter, lane));
  let u = vec2f((words.xz >> vec2u(8u)) + 1u) / 16777216.0;
  let radius = sqrt(-2.0 * log(u));
  let t = (vec2f(words.yw >> vec2u(9u)) + 0.5) / 8388608.0;
  let sines = sine_of_quarters(vec4f(1.0 - t.x, t.x, 1.0 - t.y, t.y));
  let size = sqrt(radius.xxyy * sines);
  let signs = words.yyww & vec4u(1u, 2u, 1u, 2u);
  return select(size, -size, signs == vec4u());
}
