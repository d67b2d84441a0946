// Counter-based random numbers: PCG4D of (seed, stream, counter, lane) and a mixer that makes every bit uniform, as the low
// bits of PCG4D's words are not. The host twin is src/core/random.ts.
// Sources: Jarzynski and Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020; C. Wellons' lowbias32, "Prospecting
// for Hash Functions", 2018.

const STREAM_PARAMETERS = 1u;
const STREAM_ENVIRONMENT = 2u;
const STREAM_EXPLORATION = 4u;
const STREAM_REPLAY = 5u;
const STREAM_ACTING_NOISE = 8u;
const STREAM_NOISE = 9u;
const STREAM_TARGET_NOISE = 10u;
const STREAM_FRACTIONS = 11u;
const STREAM_TARGET_FRACTIONS = 12u;

fn pcg4d(input: vec4u) -> vec4u {
  var v = input * 1664525u + 1013904223u;
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  v ^= v >> vec4u(16u);
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  v = (v ^ (v >> vec4u(16u))) * 0x7feb352du;
  v = (v ^ (v >> vec4u(15u))) * 0x846ca68bu;
  return v ^ (v >> vec4u(16u));
}

// A number in [0, 1) from the upper 24 bits of a word: exact in float32.
fn unit_interval(word: u32) -> f32 {
  return f32(word >> 8u) / 16777216.0;
}

// An integer in [0, count): the high word of the 64-bit product of word and count, from 16-bit halves.
fn below(word: u32, count: u32) -> u32 {
  let low = (word & 0xffffu) * (count & 0xffffu);
  let middle = (word >> 16u) * (count & 0xffffu) + (low >> 16u);
  let other = (word & 0xffffu) * (count >> 16u) + (middle & 0xffffu);
  return (word >> 16u) * (count >> 16u) + (middle >> 16u) + (other >> 16u);
}
