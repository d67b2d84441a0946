// The parameters of networks that act, in storage.

@group(0) @binding(0) var<storage, read> parameters: array<vec4f>;
