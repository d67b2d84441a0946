// The parameters of networks that act, in a uniform window of 64 KiB: where they fit. See operands_uniform.wgsl.

@group(0) @binding(0) var<uniform> parameters: array<vec4f, 4096>;
