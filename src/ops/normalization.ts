/** Layer normalization (Ba et al., 2016), as two layers: the host side of `shaders/normalize.wgsl` and `shaders/scale.wgsl`. @module */
import actingText from "../../shaders/normalize_act.wgsl" with { type: "text" };
import normalizeText from "../../shaders/normalize.wgsl" with { type: "text" };
import scaleText from "../../shaders/scale.wgsl" with { type: "text" };
import { whole } from "../core/numbers.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { assertTurns } from "../gpu/software.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise } from "./elementwise.ts";
import { type LayerSpec, widthOf } from "./layer.ts";
import { padded } from "./layout.ts";

const actingFile = { name: "normalize_act.wgsl", text: actingText };
const normalizeFile = { name: "normalize.wgsl", text: normalizeText };
const scaleFile = { name: "scale.wgsl", text: scaleText };

/** What is normalized, and what follows. */
export interface NormalizationOptions {
  /** Whose parameters they are in a checkpoint, in equal shares: see `BlockSpec`. Each share is normalized by itself. */
  readonly modules?: readonly string[];
  /** Whether a ReLU follows. */
  readonly relu: boolean;
}

/**
 * `y = gain (x - mean) / sqrt(variance + 1e-5) + offset` over the features of each row, be it a board (`torch.nn.LayerNorm` of its
 * shape), and a ReLU if asked for. Both layers are parts of the one before them: their parameters are its `norm`.
 *
 * @throws {UsageError} By their passes, where a software adapter would end the loops over so many features.
 */
export function layerNormalization({ modules, relu }: NormalizationOptions): readonly LayerSpec[] {
  return [normalize(modules?.length ?? 1), scale({ ...modules ? { modules } : {}, relu })];
}

/** Where matrix `matrix` of the members lies, in fours, in layout 0 or 1 of it. */
function place(tensor: Tensor<"f32">, matrix: number, layout = 0): [first: number, share: number] {
  return [(2 * matrix + layout) * tensor.shape[2]! / 4, tensor.size / tensor.shape[0]! / 4];
}

/** Features of mean 0 and variance 1, in so many groups. */
function normalize(groups: number): LayerSpec {
  return (input) => {
    const features = widthOf(input);
    const width = features / groups;
    const sizesOf = (batch: number) => ({ width, groups, batch: padded(batch) / 4 });
    /** A kernel whose loops go so many times over the features of a group. */
    const kernel = (
      program: Recorder,
      { times, batch, members }: Record<"times" | "batch" | "members", number>,
    ) => {
      assertTurns(program.gpu, {
        what: `normalize ${whole(width)} features`,
        turns: Math.ceil(times * width) + Math.ceil(times),
      });
      return { file: normalizeFile, invocations: groups * padded(batch) / 4, members };
    };
    return {
      input,
      output: input,
      relu: false,
      readsFirstLayouts: true,
      isPart: true,
      blocks: [],
      acting: { file: actingFile, function: "act_normalize", own: [groups] },
      forward(program, { batch, passes, input, output }) {
        for (const [pass, { input: matrix, both, parameters }] of passes.entries()) {
          dispatchElementwise(program, {
            ...kernel(program, { times: 2.25, batch, members: parameters.shape[0]! }),
            entryPoint: "normalize_forward",
          }, {
            tensors: { input, output },
            sizes: {
              ...sizesOf(batch),
              input: place(input, matrix),
              output: place(output, pass),
              second: output.shape[2]! / 4,
              layouts: both ? 3 : 1,
            },
          });
        }
      },
      backward(program, { batch, parameters, input, outputGradient, inputGradient, rectified, layouts }) {
        if (!inputGradient) return;
        dispatchElementwise(program, {
          ...kernel(program, { times: 3.25, batch, members: parameters.shape[0]! }),
          entryPoint: "normalize_backward",
        }, {
          tensors: { input, gradient: outputGradient, output: inputGradient },
          sizes: {
            ...sizesOf(batch),
            input: place(input, 0),
            gradient: place(outputGradient, 0),
            output: place(inputGradient, 0),
            second: inputGradient.shape[2]! / 4,
            layouts,
            rectified: Number(rectified),
          },
        });
      },
    };
  };
}

/** A gain and an offset for each feature. */
function scale({ modules, relu }: NormalizationOptions): LayerSpec {
  return (input) => {
    const features = widthOf(input);
    const quads = padded(features) / 4;
    const sizesOf = (batch: number) => ({ features: quads, batch: padded(batch) / 4 });
    return {
      input,
      output: input,
      relu,
      isPart: true,
      blocks: [{
        inputs: 1,
        outputs: features,
        ...modules ? { modules } : {},
        weight: "norm.weight",
        bias: "norm.bias",
        ...modules ? { shape: [features / modules.length] } : { shape: input, biasShape: input },
        initial: { weight: 1, bias: 0 },
      }],
      acting: { file: actingFile, function: "act_scale", own: [Number(relu)] },
      forward(program, { blocks: [block], batch, passes, input, output }) {
        for (const [pass, { input: matrix, both, parameters }] of passes.entries()) {
          dispatchElementwise(program, {
            file: scaleFile,
            entryPoint: "scale_forward",
            invocations: quads * padded(batch) / 4,
            members: parameters.shape[0]!,
          }, {
            tensors: { parameters, input, output },
            sizes: {
              ...sizesOf(batch),
              weights: [block!.offset / 4, parameters.shape[2]! / 2],
              input: place(input, matrix),
              output: place(output, pass),
              second: output.shape[2]! / 4,
              layouts: both ? 3 : 1,
              rectified: Number(relu),
            },
          });
        }
      },
      backward(
        program,
        { blocks: [block], batch, parameters, input, outputGradient, inputGradient, ...args },
      ) {
        const members = parameters.shape[0]!;
        dispatchElementwise(program, {
          file: scaleFile,
          entryPoint: "scale_backward_weights",
          invocations: quads,
          members,
        }, {
          tensors: { input, gradient: outputGradient, output: args.gradient },
          sizes: {
            ...sizesOf(batch),
            rows: batch,
            weights: [block!.offset / 4, args.gradient.shape[1]! / 4],
            input: place(input, 0, 1),
            gradient: place(outputGradient, 0, 1),
          },
        });
        if (!inputGradient) return;
        dispatchElementwise(program, {
          file: scaleFile,
          entryPoint: "scale_backward",
          invocations: quads * padded(batch) / 4,
          members,
        }, {
          tensors: { parameters, input, gradient: outputGradient, output: inputGradient },
          sizes: {
            ...sizesOf(batch),
            weights: [block!.offset / 4, parameters.shape[2]! / 2],
            input: place(input, 0),
            gradient: place(outputGradient, 0),
            output: place(inputGradient, 0),
            second: inputGradient.shape[2]! / 4,
            layouts: args.layouts,
            rectified: Number(args.rectified),
          },
        });
      },
    };
  };
}
