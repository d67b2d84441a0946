// Functions of a line or two, of numbers and of bits, lane by lane as in exponential.wgsl.

fn fract_(x: F) -> F {
  return x - floor(x);
}

fn sign_(x: F) -> F {
  return select(select(F(0.0), F(-1.0), x < F(0.0)), F(1.0), x > F(0.0));
}

fn sign_signed(x: I) -> I {
  return min(max(x, I(-1)), I(1));
}

fn step_(edge: F, x: F) -> F {
  return select(F(0.0), F(1.0), edge <= x);
}

fn mix_(a: F, b: F, t: F) -> F {
  return a * (1.0 - t) + b * t;
}

fn saturate_(x: F) -> F {
  return bounded(x, 0.0, 1.0);
}

fn smoothstep_(low: F, high: F, x: F) -> F {
  let t = saturate_((x - low) / (high - low));
  return t * t * (3.0 - 2.0 * t);
}

fn degrees_(x: F) -> F {
  return x * 57.29578;
}

fn radians_(x: F) -> F {
  return x * 1.7453292e-2;
}

fn inverseSqrt_(x: F) -> F {
  return 1.0 / sqrt(x);
}

fn fma_(a: F, b: F, c: F) -> F {
  return a * b + c;
}

// The exponent of the first set bit: the bit after it is cleared first, so that rounding cannot carry. -127 for 0.
fn exponent_of_bits(x: U) -> I {
  return bitcast<I>(bitcast<U>(F(x & ~(x >> U(1u)))) >> U(23u)) - 127;
}

fn countOneBits_(x: U) -> U {
  let pairs = x - ((x >> U(1u)) & U(0x55555555u));
  let fours = (pairs & U(0x33333333u)) + ((pairs >> U(2u)) & U(0x33333333u));
  let bytes = (fours + (fours >> U(4u))) & U(0x0f0f0f0fu);
  return (bytes * 0x01010101u) >> U(24u);
}

fn firstLeadingBit_(x: U) -> U {
  return bitcast<U>(max(exponent_of_bits(x), I(-1)));
}

fn firstLeadingBit_signed(x: I) -> I {
  return bitcast<I>(firstLeadingBit_(bitcast<U>(x ^ (x >> U(31u)))));
}

fn countLeadingZeros_(x: U) -> U {
  return 31u - firstLeadingBit_(x);
}

fn firstTrailingBit_(x: U) -> U {
  return firstLeadingBit_(x & (~x + 1u));
}

fn countTrailingZeros_(x: U) -> U {
  return min(firstTrailingBit_(x), U(32u));
}

fn reverseBits_(x: U) -> U {
  let ones = ((x >> U(1u)) & U(0x55555555u)) | ((x & U(0x55555555u)) << U(1u));
  let twos = ((ones >> U(2u)) & U(0x33333333u)) | ((ones & U(0x33333333u)) << U(2u));
  let fours = ((twos >> U(4u)) & U(0x0f0f0f0fu)) | ((twos & U(0x0f0f0f0fu)) << U(4u));
  let bytes = ((fours >> U(8u)) & U(0x00ff00ffu)) | ((fours & U(0x00ff00ffu)) << U(8u));
  return (bytes >> U(16u)) | (bytes << U(16u));
}

fn extractBits_(x: U, offset: U, count: U) -> U {
  let first = min(offset, U(32u));
  let most = min(count, 32u - first);
  let field = (x << ((32u - first - most) & U(31u))) >> ((32u - most) & U(31u));
  return select(field, U(0u), most == U(0u));
}

fn extractBits_signed(x: I, offset: U, count: U) -> I {
  let first = min(offset, U(32u));
  let most = min(count, 32u - first);
  let field = (x << ((32u - first - most) & U(31u))) >> ((32u - most) & U(31u));
  return select(field, I(0), most == U(0u));
}

fn insertBits_(x: U, bits: U, offset: U, count: U) -> U {
  let first = min(offset, U(32u));
  let most = min(count, 32u - first);
  let mask = select(U(0xffffffffu) >> ((32u - most) & U(31u)), U(0u), most == U(0u)) << (first & U(31u));
  return (x & ~mask) | ((bits << (first & U(31u))) & mask);
}
