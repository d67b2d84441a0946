// Two linear layers side by side, each over a half of the inputs, for the environments in which a workgroup of rollout.wgsl plays
// (see dense_act.wgsl, which says what is given and what is written).
//
// own: columns of the first layer's outputs in fours, and how far behind its parameters those of the second one begin, in fours.

fn act_streams(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {
  let inputs = layer.inputs / 8u; // fours of a half
  for (var column = lane; column < layer.columns; column += GROUP) {
    let is_second = column >= layer.own.x;
    let columns = select(layer.own.x, layer.columns - layer.own.x, is_second);
    let start = first + select(column, layer.own.y + column - layer.own.x, is_second);
    let place = places.x + select(0u, inputs, is_second);
    var sums = array<vec4f, TOGETHER>();
    for (var i = 0u; i < inputs; i++) {
      let at = start + 4u * i * columns;
      let w = mat4x4f(
        parameters[at], parameters[at + columns], parameters[at + 2u * columns], parameters[at + 3u * columns],
      );
      for (var e = 0u; e < TOGETHER; e++) {
        let x = values[(place + i) * TOGETHER + e];
        sums[e] = (((sums[e] + w[0] * x.x) + w[1] * x.y) + w[2] * x.z) + w[3] * x.w;
      }
    }
    let bias = parameters[start + 4u * inputs * columns];
    for (var e = 0u; e < TOGETHER; e++) { values[(places.y + column) * TOGETHER + e] = sums[e] + bias; }
  }
}
