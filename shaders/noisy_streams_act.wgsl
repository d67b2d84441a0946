// Two noisy linear layers side by side, each over a half of the inputs, for the environments in which a workgroup of rollout.wgsl
// plays: after act_noise of noisy_act.wgsl, whose functions it calls.
//
// own: columns of the first layer's outputs in fours, how far behind its mu that of the second one begins, and how far behind mu
// sigma does, in fours.

fn act_noisy_streams(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {
  let inputs = layer.inputs / 8u; // fours of a half
  for (var column = lane; column < layer.columns; column += GROUP) {
    let is_second = column >= layer.own.x;
    let columns = select(layer.own.x, layer.columns - layer.own.x, is_second);
    let own = select(column, column - layer.own.x, is_second);
    let distance = select(0u, layer.own.y, is_second);
    let place = places.x + select(0u, inputs, is_second);
    let block = NoisyBlock(first + distance + own, layer.own.z, columns, 4u * inputs);
    let number = layer.first + distance + inputs + own;
    act_noisy_column(block, vec3u(place, place + 2u * inputs, places.y + column), number);
  }
}
