/** A layer as a user may bring one: `y = gain x + offset`, feature by feature. @module */
import {
  dispatchElementwise,
  type Layer,
  type LayerKind,
  layoutModule,
  padded,
} from "../../src/learner/mod.ts";

const shader = `
// forward:       y[f, b] = gain[f] x[f, b] + offset[f]
// backward:      dgain[f] = sum_b x[f, b] dy[f, b],  doffset[f] = sum_b dy[f, b]
// input_gradient: dx[f, b] = gain[f] dy[f, b], times x[f, b] > 0 where x left a ReLU
//
// The block is a matrix [1 + 1, features]: gain, then offset. Matrices are kept in both layouts (layout.wgsl).

struct Params {
  features: u32,
  batch: u32,
  total: u32, // N
  block: u32, // first float of the block among N
  input: u32, // which of the member's matrices is read, and of how many
  inputs: u32,
  output: u32,
  outputs: u32,
  rectified: u32,
}

@group(0) @binding(0) var<storage, read> parameters: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;
@group(0) @binding(3) var<storage, read> output_gradient: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(5) var<storage, read_write> input_gradient: array<f32>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;

@compute @workgroup_size(GROUP)
fn gain_forward(@builtin(global_invocation_id) id: vec3u) {
  let f = id.x / params.batch;
  let b = id.x % params.batch;
  if (f >= params.features) { return; } // guard
  let block = id.z * 2u * params.total + params.block;
  let matrix = half(params.features, params.batch);
  let source = (id.z * params.inputs + params.input) * 2u * matrix;
  let to = (id.z * params.outputs + params.output) * 2u * matrix;
  let y = parameters[block + f] * input[source + f * padded(params.batch) + b] + parameters[block + padded(params.features) + f];
  output[to + f * padded(params.batch) + b] = y;
  output[to + matrix + b * padded(params.features) + f] = y;
}

@compute @workgroup_size(GROUP)
fn gain_backward(@builtin(global_invocation_id) id: vec3u) {
  let f = id.x;
  if (f >= params.features) { return; } // guard
  let block = id.z * params.total + params.block;
  let matrix = half(params.features, params.batch);
  var sum = vec2f();
  for (var b = 0u; b < params.batch; b++) {
    let dy = output_gradient[id.z * 2u * matrix + f * padded(params.batch) + b];
    sum += vec2f(dy * input[id.z * params.inputs * 2u * matrix + f * padded(params.batch) + b], dy);
  }
  gradient[block + f] = sum.x;
  gradient[block + padded(params.features) + f] = sum.y;
}

@compute @workgroup_size(GROUP)
fn gain_input_gradient(@builtin(global_invocation_id) id: vec3u) {
  let f = id.x / params.batch;
  let b = id.x % params.batch;
  if (f >= params.features) { return; } // guard
  let matrix = half(params.features, params.batch);
  let at = f * padded(params.batch) + b;
  let gain = parameters[id.z * 2u * params.total + params.block + f];
  var dx = gain * output_gradient[id.z * 2u * matrix + at];
  if (params.rectified == 1u && input[id.z * params.inputs * 2u * matrix + at] <= 0.0) { dx = 0.0; }
  input_gradient[id.z * 2u * matrix + at] = dx;
  input_gradient[id.z * 2u * matrix + matrix + b * padded(params.features) + f] = dx;
}
`;

const acting = `
fn act_gain(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {
  for (var column = lane; column < layer.columns; column += GROUP) {
    for (var e = 0u; e < TOGETHER; e++) {
      let x = values[(places.x + column) * TOGETHER + e];
      values[(places.y + column) * TOGETHER + e] = parameters[first + column] * x + parameters[first + layer.columns + column];
    }
  }
}
`;

const file = { name: "gain.wgsl", text: shader };

/** The layer, with the option `gain`, 1 by default. */
export const gainKind: LayerKind = {
  kind: "gain",
  options: ["gain"],
  create: ({ gain = 1 }) => (shape): Layer => {
    const features = shape.reduce((product, extent) => product * extent, 1);
    return {
      input: shape,
      output: shape,
      relu: false,
      blocks: [{
        inputs: 1,
        outputs: features,
        weight: "gain",
        bias: "offset",
        shape: [features],
        initial: { weight: Number(gain), bias: 0 },
      }],
      acting: { file: { name: "gain_act.wgsl", text: acting }, function: "act_gain" },
      forward(program, { blocks: [block], batch, passes, input, output }) {
        for (const [pass, { parameters, input: matrix }] of passes.entries()) {
          dispatchElementwise(program, {
            file,
            entryPoint: "gain_forward",
            modules: [layoutModule],
            invocations: features * batch,
            members: parameters.shape[0]!,
          }, {
            tensors: { parameters, input, output },
            sizes: {
              features,
              batch,
              total: parameters.shape[2]!,
              block: block!.offset,
              input: matrix,
              inputs: input.shape[1]! / 2,
              output: pass,
              outputs: output.shape[1]! / 2,
            },
          });
        }
      },
      backward(program, args) {
        const { blocks: [block], batch, parameters, input, outputGradient, gradient, inputGradient } = args;
        const shared = { file, modules: [layoutModule], members: parameters.shape[0]! };
        const sizes = {
          features,
          batch,
          total: parameters.shape[2]!,
          block: block!.offset,
          inputs: input.shape[1]! / 2,
          rectified: Number(args.rectified),
        };
        dispatchElementwise(program, {
          ...shared,
          entryPoint: "gain_backward",
          invocations: padded(features),
        }, {
          tensors: { input, output_gradient: outputGradient, gradient },
          sizes,
        });
        if (!inputGradient) return;
        dispatchElementwise(program, {
          ...shared,
          entryPoint: "gain_input_gradient",
          invocations: features * batch,
        }, {
          tensors: { parameters, input, output_gradient: outputGradient, input_gradient: inputGradient },
          sizes,
        });
      },
    };
  },
};
