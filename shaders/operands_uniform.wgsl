// The operands of two matrix products, as uniform windows of 64 KiB that start at the operand: for matrices that fit.
// A software rasteriser reads them about twice as fast as storage.

const WINDOWED = true;

@group(0) @binding(0) var<uniform> left: array<vec4f, 4096>;
@group(0) @binding(1) var<uniform> right: array<vec4f, 4096>;
@group(0) @binding(2) var<uniform> other_left: array<vec4f, 4096>;
@group(0) @binding(3) var<uniform> other_right: array<vec4f, 4096>;
