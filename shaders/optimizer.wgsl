// One optimizer step over all parameters, with PyTorch's semantics. lr is the clock's; c1, c2 its bias terms 1 - beta^t.
//
// g <- clamp(scale g, +-clip_value), and for all but AdamW g <- g + weight_decay p
// 0 Adam     m <- beta1 m + (1 - beta1) g,  v <- beta2 v + (1 - beta2) g^2
//            p <- p - lr (m / c1) / (sqrt(v) / sqrt(c2) + epsilon)
//            AMSGrad: v in the denominator is the largest v so far
// 1 AdamW    first p <- p - lr weight_decay p, then as Adam
// 2 RMSProp  v <- alpha v + (1 - alpha) g^2,  u = g / (sqrt(v) + epsilon),  m <- momentum m + u,  p <- p - lr m
//            centered: a <- alpha a + (1 - alpha) g, and v - a^2 in the denominator; EPSILON_INSIDE: sqrt(v + epsilon) there
// 3 SGD      m <- momentum m + g,  p <- p - lr m
// 4 RAdam    m and v as Adam's,  p <- p - lr (m / c1) r / ((sqrt(v) + epsilon) / sqrt(c2)), or without what follows m / c1
//            where the variance of v cannot be told yet (Liu et al., 2020): see rectification
//
// and, where the target network follows updates, it does so (target_rule.wgsl) if that is due
//
// An invocation takes a tile of 4 x 4 of one block of parameters, and writes it to both layouts. Members that rest stay as they
// are. members [P], blocks [L] (first tile, first vec4, inputs / 4 rounded up, columns / 4), gradient [P, N], scale [P, 2],
// parameters and target [P, 2, N], state [P, K, N] (m, v, and the largest v or a).

struct Params {
  quads: u32, // N / 4
  tiles: u32, // of all blocks
  blocks: u32, // L
  slots: u32, // K
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(1) var<storage, read> blocks: array<vec4u>;
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read> scale: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> state: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> target_parameters: array<vec4f>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;
override ALGORITHM: u32 = 0;
override AMSGRAD: bool = false;
override CENTERED: bool = false;
override EPSILON_INSIDE: bool = false;

@compute @workgroup_size(GROUP)
fn optimizer_step(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tiles || members[id.z].clock.halted == 1u) { return; } // guard
  _ = step_tile(tile_of(id), id.z);
}

// The target network follows every update whose clock says so.
@compute @workgroup_size(GROUP)
fn optimizer_step_and_sync(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.tiles || members[id.z].clock.halted == 1u) { return; } // guard
  let tile = tile_of(id);
  let online = step_tile(tile, id.z);
  if (members[id.z].clock.sync == 0u) { return; }
  let tau = members[id.z].hyper.tau;
  for (var j = 0u; j < 4u; j++) {
    let at = id.z * 2u * params.quads + tile.first + j * tile.columns;
    target_parameters[at] = followed(target_parameters[at], online[j], tau);
  }
}

// A tile of a block: its first four among those of the member, and where it stands in its block.
struct Tile {
  first: u32,
  row: u32, // in fours, as are the rest
  column: u32,
  inputs: u32,
  columns: u32,
  block: u32, // first four of the block
}

fn tile_of(id: vec3u) -> Tile {
  var block = blocks[0];
  for (var l = 1u; l < params.blocks; l++) {
    if (id.x >= blocks[l].x) { block = blocks[l]; }
  }
  let row = (id.x - block.x) / block.w;
  let column = (id.x - block.x) % block.w;
  return Tile(block.y + 4u * row * block.w + column, row, column, block.z, block.w, block.y);
}

// Steps a tile in both layouts, and returns its new values.
fn step_tile(at: Tile, member: u32) -> mat4x4f {
  let h = members[member].hyper;
  let clock = members[member].clock;
  let bias = sqrt(clock.correction2);
  var rule = Rule(
    scale[member].x, h.clip_value, h.weight_decay, h.beta1, h.beta2, h.momentum, h.alpha, h.optimizer_epsilon,
    clock.learning_rate, clock.learning_rate / clock.correction1, 1.0 / bias, 0.0,
  );
  if (ALGORITHM == 4u) { rule.rectification = rectification(h.beta2, clock) * bias; }
  let natural = member * 2u * params.quads;
  var tile: mat4x4f;
  for (var j = 0u; j < 4u; j++) {
    let here = at.first + j * at.columns;
    let g = gradient[member * params.quads + here];
    tile[j] = stepped(rule, parameters[natural + here], g, member * params.slots * params.quads + here);
    parameters[natural + here] = tile[j];
  }
  if (at.row < at.inputs) { // The bias is not transposed.
    let flipped = transpose(tile);
    let transposed = natural + params.quads + at.block + 4u * at.column * at.inputs + at.row;
    for (var j = 0u; j < 4u; j++) { parameters[transposed + j * at.inputs] = flipped[j]; }
  }
  return tile;
}

// What a step takes of a member, loaded once an invocation.
struct Rule {
  scale: f32,
  clip: f32,
  weight_decay: f32,
  beta1: f32,
  beta2: f32,
  momentum: f32,
  alpha: f32,
  epsilon: f32,
  lr: f32,
  lr_corrected: f32, // lr / c1
  root_corrected: f32, // 1 / sqrt(c2)
  rectification: f32, // of RAdam: r sqrt(c2), 0 while there is none
}

// The new value of four parameters with gradient `raw`, whose running averages start at `first`.
fn stepped(rule: Rule, before: vec4f, raw: vec4f, first: u32) -> vec4f {
  let second = first + params.quads;
  var p = before;
  var g = rule.scale * raw;
  g = select(g, vec4f(rule.clip), g > vec4f(rule.clip)); // Not clamp, which would hide a NaN.
  g = select(g, vec4f(-rule.clip), g < vec4f(-rule.clip));
  if (ALGORITHM == 1u) {
    p -= rule.lr * rule.weight_decay * p;
  } else {
    g += rule.weight_decay * p;
  }
  if (ALGORITHM == 3u) {
    let m = faded(rule.momentum * state[first] + g);
    state[first] = m;
    return p - rule.lr * m;
  }
  let decay = select(rule.beta2, rule.alpha, ALGORITHM == 2u);
  var v = faded(decay * state[second] + (1.0 - decay) * g * g);
  state[second] = v;
  if (ALGORITHM == 2u) {
    if (CENTERED) {
      let third = second + params.quads;
      let mean = faded(decay * state[third] + (1.0 - decay) * g);
      state[third] = mean;
      v -= mean * mean;
    }
    if (EPSILON_INSIDE) { g /= sqrt(v + rule.epsilon); } else { g /= sqrt(v) + rule.epsilon; }
    let m = faded(rule.momentum * state[first] + g);
    state[first] = m;
    return p - rule.lr * m;
  }
  let m = faded(rule.beta1 * state[first] + (1.0 - rule.beta1) * g);
  state[first] = m;
  if (ALGORITHM == 4u) {
    if (rule.rectification == 0.0) { return p - rule.lr_corrected * m; }
    return p - rule.lr_corrected * rule.rectification * m / (sqrt(v) + rule.epsilon);
  }
  if (AMSGRAD) {
    let third = second + params.quads;
    v = max(v, state[third]);
    state[third] = v;
  }
  return p - rule.lr_corrected * m / (sqrt(v) * rule.root_corrected + rule.epsilon);
}

// RAdam's r after t updates; 0 for rho below 5, where the variance of 1 / sqrt(v) cannot be told.
//
//   rho_inf = 2 / (1 - beta2) - 1,  rho = rho_inf - 2 t beta2^t / (1 - beta2^t)
//   r = sqrt((rho - 4) (rho - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho))
fn rectification(beta2: f32, clock: Clock) -> f32 {
  let n = 1.0 - beta2;
  let rho_inf = 2.0 / n - 1.0;
  let t = f32(clock.updates);
  let x = -t * log_of_decay(n);
  var rho = rho_inf - 2.0 * t * (1.0 - clock.correction2) / clock.correction2;
  // The difference of two large numbers at first, which its series tells without loss: 1 / (e^x - 1) = 1/x - 1/2 + x/12 - ...
  if (x < 0.5) { rho = t * (1.0 - x / 6.0 * (1.0 - x * x / 60.0)) + n / 6.0 * (1.0 + 0.5 * n); }
  if (rho <= 5.0) { return 0.0; }
  return sqrt((rho - 4.0) / (rho_inf - 4.0) * ((rho - 2.0) / (rho_inf - 2.0)) * (rho_inf / rho));
}

// log(1 - n), of a small n by its series.
fn log_of_decay(n: f32) -> f32 {
  return select(log(1.0 - n), -n * (1.0 + n * (0.5 + n / 3.0)), n < 0.01);
}

// 0 in place of subnormal numbers, to which averages fade where the gradient stays 0, as it does behind a ReLU that is never
// positive. GPUs make them 0 by themselves; processors compute with them, a hundred times slower.
fn faded(average: vec4f) -> vec4f {
  return select(average, vec4f(), abs(average) < vec4f(1.1754944e-38));
}
