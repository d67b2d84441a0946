// A noisy layer (see noisy_forward.wgsl) for the environments in which a workgroup of rollout.wgsl plays, in two steps (see
// dense_act.wgsl, which says what is given and what is written; the barrier is between them):
//
// act_noise: x, and x o f(e) behind it, for each module that has noise for itself
//            own: modules, inputs in fours that the first block takes, how far behind it the second one begins, in fours
// act_noisy: y of a dense layer
//            own: whether a ReLU follows, how far behind mu sigma begins, and columns of a module, in fours

// The numbers of noise `number` and the three behind it, of the workgroup's environment e.
fn acting_noise(e: u32, number: u32) -> vec4f {
  let drawing = drawing_of(e);
  return noise_four(drawing.seed, STREAM_ACTING_NOISE, drawing.counter, number);
}

fn act_noise(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {
  let inputs = (layer.inputs + 3u) / 4u;
  for (var i = lane; i < inputs; i += GROUP) {
    let number = layer.first + i + select(0u, layer.own.z - layer.own.y, i >= layer.own.y);
    for (var e = 0u; e < TOGETHER; e++) {
      let x = values[(places.x + i) * TOGETHER + e];
      values[(places.y + i) * TOGETHER + e] = x;
      for (var m = 0u; m < layer.own.x; m++) {
        let noise = acting_noise(e, number + m * inputs);
        values[(places.y + (1u + m) * inputs + i) * TOGETHER + e] = noise * x;
      }
    }
  }
}

fn act_noisy(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {
  let inputs = (layer.inputs + 3u) / 4u;
  let modules = layer.columns / layer.own.z;
  for (var column = lane; column < layer.columns; column += GROUP) {
    let noisy = places.x + (1u + column / layer.own.z) * inputs;
    let block = NoisyBlock(first + column, layer.own.y, layer.columns, layer.inputs);
    let number = layer.first + modules * inputs + column;
    act_noisy_column(block, vec3u(places.x, noisy, places.y + column), number);
    for (var e = 0u; e < select(0u, TOGETHER, layer.own.x == 1u); e++) {
      let at = (places.y + column) * TOGETHER + e;
      values[at] = select(values[at], vec4f(), values[at] <= vec4f()); // Not max, which would hide a NaN.
    }
  }
}

// Four columns of a block.
struct NoisyBlock {
  mu: u32, // the first of them, among the parameters
  sigma: u32, // how far behind mu
  columns: u32, // of the block
  inputs: u32, // its rows without the bias
}

// Their outputs: `places` are those of x, of x o f(e) and of the result; `number` is that of the outputs' draw.
fn act_noisy_column(block: NoisyBlock, places: vec3u, number: u32) {
  var sums = array<vec4f, TOGETHER>(); // Written out: without, naga keeps the sums of the column before.
  var noisy_sums = array<vec4f, TOGETHER>();
  for (var i = 0u; i < (block.inputs + 3u) / 4u; i++) {
    let at = block.mu + 4u * i * block.columns;
    let mu = block_of_parameters(at, block.columns);
    let sigma = block_of_parameters(at + block.sigma, block.columns);
    for (var e = 0u; e < TOGETHER; e++) {
      let x = values[(places.x + i) * TOGETHER + e];
      let z = values[(places.y + i) * TOGETHER + e];
      sums[e] = (((sums[e] + mu[0] * x.x) + mu[1] * x.y) + mu[2] * x.z) + mu[3] * x.w;
      noisy_sums[e] = (((noisy_sums[e] + sigma[0] * z.x) + sigma[1] * z.y) + sigma[2] * z.z) + sigma[3] * z.w;
    }
  }
  let bias = block.mu + block.inputs * block.columns;
  for (var e = 0u; e < TOGETHER; e++) {
    let noise = acting_noise(e, number);
    let y = (sums[e] + parameters[bias]) + noise * (noisy_sums[e] + parameters[bias + block.sigma]);
    values[places.z * TOGETHER + e] = y;
  }
}

fn block_of_parameters(at: u32, columns: u32) -> mat4x4f {
  return mat4x4f(parameters[at], parameters[at + columns], parameters[at + 2u * columns], parameters[at + 3u * columns]);
}
