// A convolution (see conv.wgsl) for the environments in which a workgroup of rollout.wgsl plays (see dense_act.wgsl, which says what
// is given and what is written).
//
// own: channels of the board and, above 16 bits, whether a ReLU follows; its rows and columns, 16 bits each; those of the places,
// likewise; and the zeros before its rows and columns, the stride and the size of the kernel, 8 bits each.

// What one invocation writes has to be whole fours of outputs: of four channels it takes four places where those fill them, else all.
// CHANNEL_FOURS times four channels share what is read of the inputs. Sums are in the order of conv_forward.
fn act_conv(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {
  let channels = layer.own.x & 0xffffu;
  let relu = layer.own.x > 0xffffu;
  let board = vec2u(layer.own.y >> 16u, layer.own.y & 0xffffu);
  let columns = layer.own.z & 0xffffu;
  let count = (layer.own.z >> 16u) * columns;
  let zeros = vec2u(layer.own.w >> 24u, (layer.own.w >> 16u) & 0xffu);
  let stride = (layer.own.w >> 8u) & 0xffu;
  let size = layer.own.w & 0xffu;
  let plane = board.x * board.y;
  let quads = (4u * layer.columns / count + 3u) / 4u; // fours of channels of the output
  let run = select(count, 4u, count % 4u == 0u);
  let bias = first + size * size * ((channels + 3u) / 4u * 4u) * quads;
  let shares = (quads + CHANNEL_FOURS - 1u) / CHANNEL_FOURS;
  for (var unit = lane; unit < shares * (count / run); unit += GROUP) {
    let quad = unit % shares * CHANNEL_FOURS;
    let begin = unit / shares * run;
    for (var p = begin; p < begin + run; p++) {
      let origin = stride * vec2u(p / columns, p % columns);
      let corner = origin - zeros; // Wraps where it is before the board, and is right again once a place of the kernel is added.
      let before = zeros - min(zeros, origin);
      let end = min(vec2u(size), board - corner);
      var sums = array<vec4f, CHANNEL_FOURS * TOGETHER>(); // Written out: without, naga keeps the sums of the place before.
      for (var row = before.x; row < end.x; row++) {
        for (var column = before.y; column < end.y; column++) {
          let weights = first + (row * size + column) * ((channels + 3u) / 4u * 4u) * quads;
          let input = (corner.x + row) * board.y + corner.y + column;
          for (var c = 0u; c < channels; c++) {
            let i = c * plane + input;
            for (var e = 0u; e < TOGETHER; e++) {
              let x = values[(places.x + i / 4u) * TOGETHER + e][i % 4u];
              for (var q = 0u; q < CHANNEL_FOURS; q++) {
                sums[CHANNEL_FOURS * e + q] += parameters[weights + c * quads + min(quad + q, quads - 1u)] * x;
              }
            }
          }
        }
      }
      for (var e = 0u; e < TOGETHER; e++) {
        for (var q = 0u; q < CHANNEL_FOURS; q++) {
          var y = sums[CHANNEL_FOURS * e + q] + parameters[bias + min(quad + q, quads - 1u)];
          if (relu) { y = select(y, vec4f(), y <= vec4f()); } // Not max, which would hide a NaN.
          for (var k = 0u; k < 4u; k++) {
            let o = (4u * (quad + q) + k) * count + p;
            if (o < 4u * layer.columns) { values[(places.y + o / 4u) * TOGETHER + e][o % 4u] = y[k]; }
          }
        }
      }
    }
  }
}
