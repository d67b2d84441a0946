// A dense layer (see dense.wgsl) for the environments in which a workgroup of rollout.wgsl plays.
//
// Such a file has a function for a kind of layer, which is given: the layer, the first vec4 of the member's parameters of it, where
// its inputs and its outputs begin among `values`, and the invocation's number. It reads and writes, for each environment e of
// TOGETHER, values[(place + i) * TOGETHER + e], the i-th four; the GROUP invocations share the work, without a barrier. What fills
// up the last four of a layer's outputs is 0.
//
// own: whether a ReLU follows.

// Sums are in the order of dense_forward.
fn act_dense(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {
  let inputs = (layer.inputs + 3u) / 4u;
  for (var column = lane; column < layer.columns; column += GROUP) {
    let start = first + column;
    var sums = array<vec4f, TOGETHER>(); // Written out: without, naga keeps the sums of the column before.
    for (var i = 0u; i < inputs; i++) {
      let at = start + 4u * i * layer.columns;
      let w = mat4x4f(
        parameters[at], parameters[at + layer.columns], parameters[at + 2u * layer.columns], parameters[at + 3u * layer.columns],
      );
      for (var e = 0u; e < TOGETHER; e++) {
        let x = values[(places.x + i) * TOGETHER + e];
        sums[e] = (((sums[e] + w[0] * x.x) + w[1] * x.y) + w[2] * x.z) + w[3] * x.w;
      }
    }
    let bias = parameters[start + layer.inputs * layer.columns];
    for (var e = 0u; e < TOGETHER; e++) {
      var y = sums[e] + bias;
      if (layer.own.x == 1u) { y = select(y, vec4f(), y <= vec4f()); } // Not max, which would hide a NaN.
      values[(places.y + column) * TOGETHER + e] = y;
    }
  }
}
