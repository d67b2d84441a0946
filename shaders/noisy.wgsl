// The weights of noisy layers (Fortunato et al., 2018) as an update computes with them, and what it learns of the noise's scale.
//
// noisy_draw:     f(e_i) of the inputs and f(e_o) of the outputs of each block, for both networks
// noisy_weights:  w = mu + sigma o noise, where the noise of weight (i, o) is f(e_i) f(e_o), and of bias o f(e_o)
// noisy_gradient: dsigma = dw o noise; dmu is dw
//
// A draw belongs to an update: it follows from the member's seed, the number of its updates so far, and the network's stream.
// Blocks that are not noisy come out as they are, so that all passes of the update read one tensor.
//
// members [P], blocks [L], noise [P, 2, M] (fours, of the online and of the target network: block after block, the inputs of each
// of its modules, then the outputs), parameters and weights [P, 2, N], both layouts, gradient [P, N].

struct Params {
  quads: u32, // N / 4
  tiles: u32, // of all blocks but those of sigma
  blocks: u32, // L
  numbers: u32, // M
  network: u32, // 0: online, 1: target
}

// Places, rows and columns in fours.
struct NoisyBlock {
  tile: u32, // its first one
  first: u32,
  inputs: u32, // rows, the bias left out; in ones
  columns: u32,
  sigma: u32, // first of its sigma; 0 for a block without noise
  module_columns: u32, // of each module that it is made of: those have the noise of their inputs for themselves
  number: u32, // first among M
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(1) var<storage, read> blocks: array<NoisyBlock>;
@group(0) @binding(2) var<storage, read_write> drawn: array<vec4f>;
@group(0) @binding(2) var<storage, read> noise: array<vec4f>;
@group(0) @binding(3) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> gradient: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

// Draws of a block are numbered from its place among the parameters on.
@compute @workgroup_size(GROUP)
fn noisy_draw(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= 2u * params.numbers) { return; } // guard
  let network = id.x / params.numbers;
  let number = id.x % params.numbers;
  var block = blocks[0];
  for (var l = 1u; l < params.blocks; l++) {
    if (number >= blocks[l].number && blocks[l].sigma > 0u) { block = blocks[l]; }
  }
  let seed = members[id.z].hyper.seed;
  let stream = select(STREAM_NOISE, STREAM_TARGET_NOISE, network == 1u);
  let four = noise_four(seed, stream, members[id.z].clock.updates, block.first + number - block.number);
  drawn[2u * id.z * params.numbers + id.x] = four;
}

// An invocation takes a tile of 4 x 4 of one block, as in optimizer.wgsl.
@compute @workgroup_size(GROUP)
fn noisy_weights(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tiles) { return; } // guard
  let at = tile_of(id.x);
  let member = id.z * 2u * params.quads;
  var tile: mat4x4f;
  for (var j = 0u; j < 4u; j++) { tile[j] = parameters[member + at.block.first + at.own + j * at.block.columns]; }
  if (at.block.sigma > 0u) {
    let numbers = noise_of(at, (2u * id.z + params.network) * params.numbers);
    for (var j = 0u; j < 4u; j++) {
      let sigma = parameters[member + at.block.sigma + at.own + j * at.block.columns];
      tile[j] += sigma * (numbers.rows[j] * numbers.columns);
    }
  }
  for (var j = 0u; j < 4u; j++) { weights[member + at.block.first + at.own + j * at.block.columns] = tile[j]; }
  let inputs = (at.block.inputs + 3u) / 4u;
  // The bias is not transposed, nor is anything of the target network, which has no backward pass. llvmpipe compiles a kernel anew
  // for each value of a uniform that alone decides a branch.
  if (at.row + select(params.network, 0u, id.x == 0xffffffffu) * inputs >= inputs) { return; }
  let flipped = transpose(tile);
  let transposed = member + params.quads + at.block.first + 4u * at.column * inputs + at.row;
  for (var j = 0u; j < 4u; j++) { weights[transposed + j * inputs] = flipped[j]; }
}

@compute @workgroup_size(GROUP)
fn noisy_gradient(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tiles) { return; } // guard
  let at = tile_of(id.x);
  if (at.block.sigma == 0u) { return; }
  let numbers = noise_of(at, 2u * id.z * params.numbers);
  for (var j = 0u; j < 4u; j++) {
    let here = id.z * params.quads + at.own + j * at.block.columns;
    gradient[here + at.block.sigma] = gradient[here + at.block.first] * (numbers.rows[j] * numbers.columns);
  }
}

// A tile of a block: where it stands in it.
struct Tile {
  block: NoisyBlock,
  row: u32, // in fours, as are the rest
  column: u32,
  own: u32, // its first four from the block's on
}

fn tile_of(index: u32) -> Tile {
  var block = blocks[0];
  for (var l = 1u; l < params.blocks; l++) {
    if (index >= blocks[l].tile) { block = blocks[l]; }
  }
  let row = (index - block.tile) / block.columns;
  let column = (index - block.tile) % block.columns;
  return Tile(block, row, column, 4u * row * block.columns + column);
}

// The factors of a tile's noise. The bias, and what fills up the rows behind it, has that of the outputs alone.
struct Factors {
  rows: vec4f,
  columns: vec4f,
}

fn noise_of(at: Tile, numbers: u32) -> Factors {
  let inputs = (at.block.inputs + 3u) / 4u;
  let modules = at.block.columns / at.block.module_columns;
  let first = numbers + at.block.number;
  let columns = noise[first + modules * inputs + at.column];
  if (at.row >= inputs) { return Factors(vec4f(1.0), columns); }
  let rows = noise[first + at.column / at.block.module_columns * inputs + at.row];
  return Factors(select(vec4f(1.0), rows, 4u * at.row + vec4u(0u, 1u, 2u, 3u) < vec4u(at.block.inputs)), columns);
}
