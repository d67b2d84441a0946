// The operands of a matrix product, in storage: of any size, for any number of members.

const WINDOWED = false;

@group(0) @binding(0) var<storage, read> left: array<vec4f>;
@group(0) @binding(1) var<storage, read> right: array<vec4f>;
