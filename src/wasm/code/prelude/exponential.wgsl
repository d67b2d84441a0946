// Exponentials, logarithms, powers and hyperbolic functions. Each works lane by lane: F, I and U stand for f32, i32
// and u32, or for vectors of four. Selections in place of branches, and every comparison is false for a NaN, which so
// comes through. Rounding errors are told by masks and exact differences, whether products and sums are fused or not.
//
// Sources: range reductions and the forms of the polynomials from Cephes (Moshier, 1992); log2 in two parts and pow
// from FDLIBM's e_pow.c (Sun Microsystems, 1993). Coefficients: our own minimax fits of the relative error.

// In [low, high]; a NaN stays.
fn bounded(x: F, low: f32, high: f32) -> F {
  let above = select(x, F(low), x < F(low));
  return select(above, F(high), above > F(high));
}

// The size with its sign turned where `sign` is negative, -0 among them.
fn signed(size: F, sign: F) -> F {
  return bitcast<F>(bitcast<U>(size) ^ (bitcast<U>(sign) & U(0x80000000u)));
}

// x in its first 12 bits: a product of two such is exact.
fn leading(x: F) -> F {
  return bitcast<F>(bitcast<U>(x) & U(0xfffff000u));
}

// 2^n for n in [-126, 127].
fn power_of_two(n: I) -> F {
  return bitcast<F>((n + 127) << U(23u));
}

// x 2^n for x about 1 and n in [-250, 250], in two steps: only the second can round.
fn scaled(x: F, n: I) -> F {
  let half = n >> U(1u);
  return x * power_of_two(half) * power_of_two(n - half);
}

// 2^(k + r) for whole k in [-250, 250] and |r| <= 0.5.
fn exp2_of_parts(k: F, r: F) -> F {
  let p = ((((1.3353823e-5 * r + 1.5463798e-4) * r + 1.3342326e-3) * r + 9.61805e-3) * r + 5.5503994e-2) * r;
  return scaled(1.0 + ((p + 0.2402265) * r + 0.6931472) * r, I(k));
}

fn exp2_(x: F) -> F {
  let near = bounded(x, -151.0, 129.0);
  let k = round(near);
  return exp2_of_parts(k, near - k);
}

// 2^n e^x, for a small n.
fn exp_times(x: F, n: i32) -> F {
  let near = bounded(x, -105.0, 91.0);
  let k = round(near * 1.442695);
  let r = (near - k * 0.693359375) - k * -2.1219444e-4;
  let p = (((1.3813949e-3 * r + 8.370181e-3) * r + 4.16685e-2) * r + 0.16666508) * r + 0.49999994;
  return scaled(1.0 + (r + r * r * p), I(k) + n);
}

fn exp_(x: F) -> F {
  return exp_times(x, 0);
}

// x = 2^exponent (1 + fraction), 1 + fraction in [sqrt(1/2), sqrt(2)).
struct Split {
  exponent: F,
  fraction: F,
}

// Of a positive x. The bits of one below 2^-126 are a whole number of 2^-149, taken as such.
fn split(x: F) -> Split {
  let bits = bitcast<I>(x);
  let small = bits < I(0x00800000);
  let normal = select(bits, bitcast<I>(F(bits)), small);
  let exponent = (normal - 0x3f3504f3) >> U(23u);
  let fraction = bitcast<F>(normal - (exponent << U(23u))) - 1.0;
  return Split(F(exponent - select(I(0), I(149), small)), fraction);
}

// log(1 + f) - f + f^2 / 2 for f in [sqrt(1/2) - 1, sqrt(2) - 1].
fn log_remainder(f: F) -> F {
  let p = (((-7.635367e-2 * f + 0.12761861) * f - 0.13159978) * f + 0.14201702) * f - 0.16623373;
  return f * f * f * (((p * f + 0.2000123) * f - 0.2500082) * f + 0.3333333);
}

// `result`, a logarithm of x, but for zeros, infinity, NaN and negative x.
fn log_or_limit(result: F, x: F) -> F {
  let bits = bitcast<U>(x);
  let limit = select(select(U(0x7fc00000u), bits, x >= F(0.0)), U(0xff800000u), x == F(0.0));
  return bitcast<F>(select(bitcast<U>(result), limit, bits - 1u >= U(0x7f7fffffu)));
}

fn log_(x: F) -> F {
  let parts = split(x);
  let f = parts.fraction;
  let low = (log_remainder(f) + parts.exponent * -2.1219444e-4) - 0.5 * f * f;
  return log_or_limit((low + f) + parts.exponent * 0.693359375, x);
}

fn log2_(x: F) -> F {
  let parts = split(x);
  let f = parts.fraction;
  let square = 0.5 * f * f;
  let high = leading(f - square);
  let low = ((f - high) - square) + log_remainder(f);
  let tail = (low + high) * 3.122284e-4 + low * 1.4423828125;
  return log_or_limit((tail + high * 1.4423828125) + parts.exponent, x);
}

// log(1 + x) for x > -1. What rounding 1 + x loses is added again.
fn log_of_one_plus(x: F) -> F {
  let sum = bitcast<F>(bitcast<U>(1.0 + x) & U(0xfffffffeu));
  return log_(sum) + select(F(0.0), (x - (sum - 1.0)) / sum, sum < F(1e9));
}

// A number as the sum of its first 12 bits and the rest.
struct Sum {
  high: F,
  low: F,
}

// log2(x) to some 35 bits for positive, finite x: 2 / (3 ln 2) s (3 + s^2 + s^4 P(s^2)) with s = f / (2 + f).
fn log2_in_two(x: F) -> Sum {
  let parts = split(x);
  let f = parts.fraction;
  let m = 1.0 + f;
  let d = leading(m + 1.0);
  let s = f / (m + 1.0);
  let s_high = leading(s);
  let s_low = ((f - s_high * d) - s_high * (m - (d - 1.0))) / (m + 1.0);
  let z = s * s;
  let rest = z * z * ((0.35127807 * z + 0.42820704) * z + 0.6000023) + s_low * (s_high + s);
  let z_high = s_high * s_high;
  let t = leading((3.0 + z_high) + rest);
  let t_low = rest - ((t - 3.0) - z_high);
  let p_low = s_low * t + t_low * s;
  let p = leading(s_high * t + p_low);
  let y_low = 1.2677205e-4 * p + 0.9617967 * (p_low - (p - s_high * t));
  let y_high = 0.961669921875 * p;
  let high = leading((y_high + y_low) + parts.exponent);
  return Sum(high, y_low - ((high - parts.exponent) - y_high));
}

// |x|^y for finite x other than 0, and for all y.
fn pow_of_size(x: F, y: F) -> F {
  let logarithm = log2_in_two(abs(x));
  let near = bounded(y, -1e12, 1e12);
  let y_high = leading(near);
  let high = bounded(y_high * logarithm.high, -200.0, 200.0);
  let low = bounded((near - y_high) * logarithm.high + near * logarithm.low, -1.0, 1.0);
  let k = round(high + low);
  return exp2_of_parts(k, (high - k) + low);
}

// Special cases as in C: pow(x, 0) and pow(1, y) are 1 even for a NaN, a negative x has powers for whole y alone.
fn pow_(x: F, y: F) -> F {
  let size = abs(x);
  let whole = trunc(y) == y;
  let odd = whole & (abs(y) < F(16777216.0)) & ((I(y) & I(1)) == I(1));
  let limit = select(U(0u), U(0x7f800000u), (size == F(0.0)) == (y < F(0.0)));
  let at_limit = (size == F(0.0)) | (bitcast<U>(size) == U(0x7f800000u));
  let power = bitcast<F>(select(bitcast<U>(pow_of_size(x, y)), limit, at_limit & (y == y)));
  let nowhere = ((x < F(0.0)) & !whole & !at_limit) | !(x == x);
  let result = bitcast<F>(select(bitcast<U>(select(power, signed(power, x), odd)), U(0x7fc00000u), nowhere));
  return select(result, F(1.0), (y == F(0.0)) | (x == F(1.0)));
}

fn sinh_(x: F) -> F {
  let size = abs(x);
  let z = x * x;
  let p = ((2.8169507e-6 * z + 1.983616e-4) * z + 8.33335e-3) * z + 0.16666667;
  let h = exp_times(size, -1);
  return select(signed(h - 0.25 / h, x), x + x * z * p, size < F(1.0));
}

fn cosh_(x: F) -> F {
  let h = exp_times(abs(x), -1);
  return h + 0.25 / h;
}

fn tanh_(x: F) -> F {
  let size = abs(x);
  let z = x * x;
  let p = (((-5.7049957e-3 * z + 2.0639097e-2) * z - 5.373972e-2) * z + 0.13331442) * z - 0.3333328;
  let large = 1.0 - 2.0 / (exp_times(size * 2.0, 0) + 1.0);
  return select(signed(large, x), x + x * z * p, size < F(0.625));
}

fn asinh_(x: F) -> F {
  let size = abs(x);
  let large = size > F(1e8);
  let above = size + size * size / (1.0 + sqrt(1.0 + size * size));
  return signed(log_of_one_plus(select(above, size, large)) + select(F(0.0), F(0.6931472), large), x);
}

fn acosh_(x: F) -> F {
  let t = x - 1.0;
  let large = x > F(1e8);
  let result = log_of_one_plus(select(t + sqrt(2.0 * t + t * t), x, large)) + select(F(0.0), F(0.6931472), large);
  return bitcast<F>(select(bitcast<U>(result), U(0x7fc00000u), x < F(1.0)));
}

fn atanh_(x: F) -> F {
  let size = abs(x);
  return signed(0.5 * log_of_one_plus(2.0 * size / (1.0 - size)), x);
}

// The factor by which ldexp goes on towards 2^n: one that leaves what is below 2^-126 to the last.
fn stride(n: I) -> I {
  return select(min(n, I(127)), I(-102), n < I(-126));
}

fn ldexp_(x: F, n: I) -> F {
  let first = stride(n);
  let second = stride(n - first);
  let third = max(stride(n - first - second), I(-126));
  return x * power_of_two(first) * power_of_two(second) * power_of_two(third);
}
