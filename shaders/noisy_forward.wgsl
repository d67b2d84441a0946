// A noisy layer (see noisy.wgsl) for environments that act, each of which has noise of its own at each step:
//
// y_o = b_o + sum_i mu_io x_i + f(e_o) (s_o + sum_i sigma_io f(e_i) x_i), and a ReLU if asked for; b and s are the biases' mu and sigma
//
// noisy_forward:        with noise by the members' seeds and steps, as in training
// noisy_forward_seeded: with noise by a seed of each environment's step, as in the evaluation of rollout.wgsl
//
// An invocation computes four outputs of an environment; sums are in the order of noisy_act.wgsl, and draws are the same.
// members [P], seeds [P, E], parameters [P, 2, N], input and output: matrices [features, E] of each member, in the first layout.

// Places and columns in fours, but those of matrices, which are the first member's, and what lies between it and the next one's.
struct Params {
  environments: u32, // E
  quads: u32, // N / 4
  first: u32, // of the block of mu
  sigma: u32, // of the block of sigma
  inputs: u32, // in ones
  columns: u32, // outputs
  module_columns: u32, // of each module: see noisy.wgsl
  relu: u32, // 1: with a ReLU
  input: vec2u,
  output: vec2u,
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(0) var<storage, read> seeds: array<u32>;
@group(0) @binding(1) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read> input: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

@compute @workgroup_size(GROUP)
fn noisy_forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.columns * params.environments) { return; } // guard
  forward_four(id, members[id.z].hyper.seed, members[id.z].clock.steps + id.x % params.environments);
}

@compute @workgroup_size(GROUP)
fn noisy_forward_seeded(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.columns * params.environments) { return; } // guard
  forward_four(id, seeds[id.z * params.environments + id.x % params.environments], 0u);
}

fn forward_four(id: vec3u, seed: u32, counter: u32) {
  let environment = id.x % params.environments;
  let column = id.x / params.environments;
  let inputs = (params.inputs + 3u) / 4u;
  let of_inputs = params.first + column / params.module_columns * inputs;
  let of_outputs = params.first + params.columns / params.module_columns * inputs + column;
  let mu = id.z * 2u * params.quads + params.first + column;
  let sigma = mu - params.first + params.sigma;
  let stride = padded(params.environments);
  let x = params.input.x + id.z * params.input.y + environment;
  var sums = array<vec4f, 2>();
  for (var i = 0u; i < inputs; i++) {
    let noise = noise_four(seed, STREAM_ACTING_NOISE, counter, of_inputs + i);
    for (var j = 0u; j < min(4u, params.inputs - 4u * i); j++) {
      let row = (4u * i + j) * params.columns;
      let value = input[x + (4u * i + j) * stride];
      sums[0] += parameters[mu + row] * value;
      sums[1] += parameters[sigma + row] * (noise[j] * value);
    }
  }
  let bias = params.inputs * params.columns;
  let noise = noise_four(seed, STREAM_ACTING_NOISE, counter, of_outputs);
  var y = (sums[0] + parameters[mu + bias]) + noise * (sums[1] + parameters[sigma + bias]);
  if (params.relu == 1u) { y = select(y, vec4f(), y <= vec4f()); } // Not max, which would hide a NaN.
  let first = params.output.x + id.z * params.output.y + environment;
  for (var j = 0u; j < 4u; j++) { output[first + (4u * column + j) * stride] = y[j]; }
}
