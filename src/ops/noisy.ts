/** Blocks with noise (Fortunato et al., 2018): what they are made of, and how a layer of them acts. @module */
import noiseText from "../../shaders/noise.wgsl" with { type: "text" };
import actingText from "../../shaders/noisy_act.wgsl" with { type: "text" };
import forwardText from "../../shaders/noisy_forward.wgsl" with { type: "text" };
import type { ShaderFile } from "../gpu/kernel.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { dispatchElementwise, layoutModule, memberModule, randomModule, sineModule } from "./elementwise.ts";
import type { ActingLayer, Block, BlockSpec, ForwardArguments } from "./layer.ts";
import { aligned, padded } from "./layout.ts";

/** Numbers of factorized noise. */
export const noiseModules: readonly ShaderFile[] = [{ name: "noise.wgsl", text: noiseText }, sineModule];

/** The functions by which noisy layers act. */
export const noisyActing: ShaderFile = { name: "noisy_act.wgsl", text: actingText };

/** Sigma at the start, times the root of the inputs: sigma_0 of the paper. */
export const usualSigma = 0.5;

/**
 * The blocks of a layer, each `mu`, and behind all of them `sigma` of each, which starts at `sigma / sqrt(inputs)`. The names in
 * checkpoints are those of CleanRL's `NoisyLinear`. Without `sigma` they are as they were.
 */
export function withNoise(blocks: readonly BlockSpec[], sigma: number | undefined): readonly BlockSpec[] {
  if (sigma === undefined) return blocks;
  const named = (block: BlockSpec, end: string) => ({
    ...block,
    weight: `${block.weight}_${end}`,
    bias: `${block.bias}_${end}`,
  });
  return [
    ...blocks.map((block) => named(block, "mu")),
    ...blocks.map((block, i): BlockSpec => {
      const start = sigma / Math.sqrt(block.inputs);
      return { ...named(block, "sigma"), noiseOf: i, initial: { weight: start, bias: start } };
    }),
  ];
}

/** Fours of floats that a block takes. */
export function blockQuads({ inputs, outputs }: Pick<BlockSpec, "inputs" | "outputs">): number {
  return aligned(padded(inputs + 1) * padded(outputs)) / 4;
}

/** Fours of outputs of each module of a block. */
export function moduleQuads({ outputs, modules = [""] }: Pick<BlockSpec, "outputs" | "modules">): number {
  return padded(outputs) / 4 / modules.length;
}

/** Fours of numbers that a block's noise is made of: for the inputs of each of its modules, and for the outputs. */
export function noiseQuads(block: Pick<BlockSpec, "inputs" | "outputs" | "modules">): number {
  return (block.modules?.length ?? 1) * padded(block.inputs) / 4 + padded(block.outputs) / 4;
}

/** How a layer with noise acts: by `act`, which is given the inputs and, behind them, the inputs with noise. */
export function actWithNoise(
  blocks: readonly BlockSpec[],
  act: Pick<ActingLayer, "file" | "function"> & { readonly own: readonly number[] },
): readonly ActingLayer[] {
  const [first, second] = blocks.slice(0, blocks.length / 2) as [BlockSpec, BlockSpec?];
  const modules = first.modules?.length ?? 1;
  const ofFirst = padded(first.inputs) / 4;
  const inputs = second ? 2 * ofFirst : ofFirst;
  const files = [noisyActing, ...noiseModules]; // Acting has random.wgsl in any case.
  return [
    {
      file: noisyActing,
      modules: files,
      function: "act_noise",
      own: [modules, ofFirst, blockQuads(first)],
      width: 4 * (1 + modules) * inputs,
    },
    { ...act, modules: files },
  ];
}

/** What of the input's and the output's rows a block joins. */
export interface NoisyPart {
  /** Its mu. */
  readonly mu: Block;
  /** Its sigma. */
  readonly sigma: Block;
  /** First row of the input that it reads. */
  readonly input: number;
  /** First row of the output that it writes. */
  readonly output: number;
}

/** A layer's outputs for environments that act, each with the noise of its step: see `Pass.noise`. */
export function noisyForward(
  program: Recorder,
  { passes, batch, input, output }: ForwardArguments,
  { parts, relu }: { readonly parts: readonly NoisyPart[]; readonly relu: boolean },
): void {
  for (const [pass, { parameters, input: matrix, noise }] of passes.entries()) {
    const draws = "seeds" in noise!
      ? { entryPoint: "noisy_forward_seeded", tensors: noise }
      : { entryPoint: "noisy_forward", tensors: { members: noise! } };
    const [count, , total] = parameters.shape as [number, number, number];
    for (const { mu, sigma, ...rows } of parts) {
      const place = (tensor: typeof input, layout: number, row: number) => [
        layout * tensor.shape[2]! + row * padded(batch),
        tensor.size / count,
      ];
      dispatchElementwise(program, {
        file: { name: "noisy_forward.wgsl", text: forwardText },
        modules: [...noiseModules, memberModule, randomModule, layoutModule],
        entryPoint: draws.entryPoint,
        invocations: mu.columns / 4 * batch,
        members: count,
      }, {
        tensors: { ...draws.tensors, parameters, input, output },
        sizes: {
          environments: batch,
          quads: total / 4,
          first: mu.offset / 4,
          sigma: sigma.offset / 4,
          inputs: mu.inputs,
          columns: mu.columns / 4,
          module_columns: moduleQuads(mu),
          relu: Number(relu),
          input: place(input, 2 * matrix, rows.input),
          output: place(output, 2 * pass, rows.output),
        },
      });
    }
  }
}
