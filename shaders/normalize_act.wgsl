// Layer normalization (see normalize.wgsl and scale.wgsl) for the environments in which a workgroup of rollout.wgsl plays (see
// dense_act.wgsl, which says what is given and what is written).
//
// act_normalize: own: groups of features
// act_scale:     own: whether a ReLU follows

fn act_normalize(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {
  let columns = layer.columns / layer.own.x; // of a group
  let width = layer.inputs / layer.own.x;
  for (var i = lane; i < TOGETHER * layer.own.x; i += GROUP) {
    let e = i % TOGETHER;
    let start = i / TOGETHER * columns;
    var sum = vec4f();
    for (var c = 0u; c < columns; c++) { sum += values[(places.x + start + c) * TOGETHER + e]; }
    let mean = (sum.x + sum.y + sum.z + sum.w) / f32(width);
    var squares = vec4f();
    for (var c = 0u; c < columns; c++) {
      let rest = values[(places.x + start + c) * TOGETHER + e] - mean;
      squares += select(vec4f(), rest * rest, features_of(c) < vec4u(width));
    }
    let root = 1.0 / sqrt((squares.x + squares.y + squares.z + squares.w) / f32(width) + 1e-5);
    for (var c = 0u; c < columns; c++) {
      let y = (values[(places.x + start + c) * TOGETHER + e] - mean) * root;
      values[(places.y + start + c) * TOGETHER + e] = select(vec4f(), y, features_of(c) < vec4u(width));
    }
  }
}

fn features_of(column: u32) -> vec4u {
  return 4u * column + vec4u(0u, 1u, 2u, 3u);
}

fn act_scale(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {
  for (var column = lane; column < layer.columns; column += GROUP) {
    let gain = parameters[first + column];
    let offset = parameters[first + layer.columns + column];
    for (var e = 0u; e < TOGETHER; e++) {
      var y = gain * values[(places.x + column) * TOGETHER + e] + offset;
      if (layer.own.x == 1u) { y = select(y, vec4f(), y <= vec4f()); } // Not max, which would hide a NaN.
      values[(places.y + column) * TOGETHER + e] = y;
    }
  }
}
