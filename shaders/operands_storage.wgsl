// The operands of two matrix products, in storage: of any size, for any number of members.

const WINDOWED = false;

@group(0) @binding(0) var<storage, read> left: array<vec4f>;
@group(0) @binding(1) var<storage, read> right: array<vec4f>;
@group(0) @binding(2) var<storage, read> other_left: array<vec4f>;
@group(0) @binding(3) var<storage, read> other_right: array<vec4f>;
