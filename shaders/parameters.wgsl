// Initial parameters of one block.
//
// rule 0, torch.nn:         weight and bias uniform in +-1 / sqrt(fan-in)
// rule 1, He et al. (2015): weight uniform in +-sqrt(6 / fan-in), bias 0
// rule 2, constants:        as params says
//
// A block is a matrix [inputs + 1, outputs]: its weights, then its bias as the last row; both extents padded with zeros
// to fours. parameters [P, 2, N] holds every block in this layout, then its weights transposed, [outputs, inputs].
// An invocation draws four columns of a row.

struct Params {
  inputs: u32,
  outputs: u32,
  channels: u32, // of each padded(channels) rows the first `channels` are parameters, the others 0
  fan_in: u32, // rows that are parameters
  first: u32, // first float of the block among N
  total: u32, // N
  rule: u32,
  index: u32, // number of the block: its draws' counter
  weight: f32, // of rule 2
  bias: f32,
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(1) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

@compute @workgroup_size(GROUP)
fn parameters_initialize(@builtin(global_invocation_id) id: vec3u) {
  let member = id.z;
  let rows = padded(params.inputs + 1u);
  let columns = padded(params.outputs);
  let row = id.x / (columns / 4u);
  let quad = id.x % (columns / 4u);
  if (row >= rows) { return; } // guard
  let is_bias = row == params.inputs;
  let he = params.rule == 1u;
  let bound = select(1.0, sqrt(6.0), he) / sqrt(f32(params.fan_in));
  let first = member * 2u * params.total + params.first;
  let inputs = padded(params.inputs);
  for (var column = 4u * quad; column < 4u * quad + 4u; column++) {
    let used = (is_bias || (row < params.inputs && row % padded(params.channels) < params.channels)) && column < params.outputs;
    let word = pcg4d(vec4u(members[member].hyper.seed, STREAM_PARAMETERS, params.index, row * params.outputs + column)).x;
    let drawn = bound * (2.0 * unit_interval(word) - 1.0);
    var value = select(drawn, 0.0, he && is_bias);
    if (params.rule == 2u) { value = select(params.weight, params.bias, is_bias); }
    value = select(0.0, value, used);
    parameters[first + row * columns + column] = value;
    if (row < inputs) { parameters[first + params.total + column * inputs + row] = value; }
  }
}
