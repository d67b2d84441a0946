// Trigonometric functions and their inverses, lane by lane as in exponential.wgsl.
//
// Sources: reduction by parts of pi / 2 (Cody and Waite, 1980) and the forms of the polynomials as in Cephes (Moshier,
// 1992); coefficients are our own minimax fits of the relative error.

// x - k pi / 2 for whole k. The first three parts of pi / 2 have eight bits: their products are exact up to k = 65536.
// Beyond, where x tells little of its angle, the rest is still one of at most 0.8.
fn reduced(x: F, k: F) -> F {
  let rest = ((x - k * 1.5703125) - k * 4.825592041015625e-4) - k * 1.2665987014770508e-6;
  return bounded(rest - k * 9.920936e-10, -0.8, 0.8);
}

fn sin_near_zero(r: F) -> F {
  let z = r * r;
  return r + r * z * ((-1.9508737e-4 * z + 8.332113e-3) * z - 0.16666654);
}

fn cos_near_zero(r: F) -> F {
  let z = r * r;
  return 1.0 + (z * z * ((2.4425724e-5 * z - 1.3887252e-3) * z + 4.1666646e-2) - 0.5 * z);
}

// sin(r + n pi / 2)
fn sin_of_parts(r: F, n: I) -> F {
  let size = select(sin_near_zero(r), cos_near_zero(r), (n & I(1)) == I(1));
  return select(size, -size, (n & I(2)) == I(2));
}

fn sin_(x: F) -> F {
  let size = abs(x);
  let k = round(size * 0.63661975);
  return signed(sin_of_parts(reduced(size, k), I(k)), x);
}

fn cos_(x: F) -> F {
  let size = abs(x);
  let k = round(size * 0.63661975);
  return sin_of_parts(reduced(size, k), (I(k) & I(3)) + 1);
}

fn tan_(x: F) -> F {
  let size = abs(x);
  let k = round(size * 0.63661975);
  let r = reduced(size, k);
  let sine = sin_near_zero(r);
  let cosine = cos_near_zero(r);
  let odd = (I(k) & I(1)) == I(1);
  return signed(select(sine, -cosine, odd) / select(cosine, sine, odd), x);
}

// atan(n / d) for n >= 0 and d > 0: about 0, or from pi / 4 or pi / 2 on.
fn atan_of_ratio(n: F, d: F) -> F {
  let steep = n > d * 2.4142135;
  let middle = n > d * 0.41421357;
  let t = select(select(n, n - d, middle), -d, steep) / select(select(d, n + d, middle), n, steep);
  let z = t * t;
  let p = (((-6.055197e-2 * z + 0.1058511) * z - 0.14242414) * z + 0.19998416) * z - 0.33333313;
  let base = select(select(F(0.0), F(0.7853982), middle), F(1.5707964), steep);
  return base + (t + (base * -2.7827534e-8 + t * z * p)); // what pi in binary32 is too large by
}

fn atan_(x: F) -> F {
  return signed(atan_of_ratio(abs(x), F(1.0)), x);
}

// Signed zeros and infinities as in C.
fn atan2_(y: F, x: F) -> F {
  let larger = max(abs(x), abs(y));
  let scale = select(F(1.0), F(0.25), larger > F(1e38)); // the sum of both stays finite
  let same = abs(x) == abs(y); // zeros and infinities among them
  let n = select(abs(y) * scale, select(F(0.0), F(1.0), larger > F(0.0)), same);
  let d = select(abs(x) * scale, F(1.0), same);
  let angle = atan_of_ratio(n, d);
  let left = bitcast<U>(x) >= U(0x80000000u);
  return signed(select(angle, 3.1415927 - (angle + 8.742278e-8), left), y);
}

// asin(s) for s in [0, 0.5] with z = s^2.
fn asin_near_zero(s: F, z: F) -> F {
  let p = (((4.2196296e-2 * z + 2.4162967e-2) * z + 4.547349e-2) * z + 7.495275e-2) * z + 0.16666754;
  return s + s * z * p;
}

fn asin_(x: F) -> F {
  let size = abs(x);
  let large = size > F(0.5);
  let z = select(size * size, 0.5 - 0.5 * size, large);
  let angle = asin_near_zero(select(size, sqrt(z), large), z);
  return signed(select(angle, 1.5707964 - (2.0 * angle + 4.371139e-8), large), x);
}

fn acos_(x: F) -> F {
  let size = abs(x);
  let large = size > F(0.5);
  let z = select(size * size, 0.5 - 0.5 * size, large);
  let angle = asin_near_zero(select(size, sqrt(z), large), z);
  let beyond = select(2.0 * angle, 3.1415927 - (2.0 * angle + 8.742278e-8), x < F(0.0));
  return select(1.5707964 - (signed(angle, x) + 4.371139e-8), beyond, large);
}
