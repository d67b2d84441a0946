/** The noise of an update in a network's weights: the host side of `shaders/noisy.wgsl`. @module */
import shader from "../../shaders/noisy.wgsl" with { type: "text" };
import type { Gpu } from "../gpu/device.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise, memberModule, randomModule } from "./elementwise.ts";
import type { Members } from "./member.ts";
import type { NetworkLayout } from "./model.ts";
import { moduleQuads, noiseModules, noiseQuads } from "./noisy.ts";

const file = { name: "noisy.wgsl", text: shader };

/** Whether a network has noise. */
export function isNoisy({ blocks }: Pick<NetworkLayout, "blocks">): boolean {
  return blocks.some(({ noiseOf }) => noiseOf !== undefined);
}

/** What is drawn for the updates of networks of one layout. */
export interface Noise {
  /** What is laid out. */
  readonly network: NetworkLayout;
  /** By which an invocation finds its block of weights, those of sigma left out: `[blocks, 7]`. */
  readonly blocks: Tensor<"u32">;
  /** The numbers of an update, of the online and of the target network: `[P, 2, numbers]`. */
  readonly numbers: Tensor<"f32">;
  /** Tiles of all blocks that have a row in `blocks`. */
  readonly tiles: number;
}

/** What noisy networks of `members` members need in an update. */
export function createNoise(gpu: Gpu, network: NetworkLayout, members: number): Noise {
  let [tiles, numbers] = [0, 0];
  const rows = network.layers.flatMap(({ blocks }) =>
    blocks.filter(({ noiseOf }) => noiseOf === undefined).map((block, i) => {
      const { offset, inputs, rows, columns } = block;
      const sigma = blocks.find(({ noiseOf }) => noiseOf === i);
      const places = [offset / 4, inputs, columns / 4, (sigma?.offset ?? 0) / 4, moduleQuads(block)];
      const row = [tiles, ...places, numbers];
      tiles += rows * columns / 16;
      if (sigma) numbers += noiseQuads(block);
      return row;
    })
  );
  const table = new Tensor(gpu, [rows.length, 7], { dtype: "u32", label: "noisy blocks" });
  table.write(Uint32Array.from(rows.flat()));
  const drawn = new Tensor<"f32">(gpu, [members, 2, 4 * numbers], { label: "noise" });
  return { network, blocks: table, numbers: drawn, tiles };
}

const kernel = { file, modules: [...noiseModules, memberModule, randomModule] };

/** Draws the numbers of each member's next update. */
export function drawNoise(program: Recorder, members: Members, noise: Noise): void {
  const { blocks, numbers: drawn } = noise;
  const sizes = sizesOf(noise);
  dispatchElementwise(program, {
    ...kernel,
    entryPoint: "noisy_draw",
    invocations: 2 * sizes.numbers,
    members: members.shape[0]!,
  }, { tensors: { members, blocks, drawn }, sizes });
}

/** Whose numbers are taken, and both forms of its parameters: `[P, 2, N]`. */
export interface NoisyWeights {
  /** Each has a draw of its own. */
  readonly of: "online" | "target";
  /** Mu and sigma. */
  readonly parameters: Tensor<"f32">;
  /** Result: sums with noise where mu lies, and what has no noise as it is. Of `target`, the first layout alone. */
  readonly weights: Tensor<"f32">;
}

/** Weights with the noise that was drawn last. */
export function noisyWeights(program: Recorder, noise: Noise, args: NoisyWeights): void {
  const { parameters, weights } = args;
  dispatchElementwise(program, {
    ...kernel,
    entryPoint: "noisy_weights",
    invocations: noise.tiles,
    members: parameters.shape[0]!,
  }, {
    tensors: { blocks: noise.blocks, noise: noise.numbers, parameters, weights },
    sizes: { ...sizesOf(noise), network: args.of === "online" ? 0 : 1 },
  });
}

/** Adds to `gradient` `[P, N]`, which has derivatives by the online network's weights where mu lies, those by sigma. */
export function noiseGradient(program: Recorder, noise: Noise, gradient: Tensor<"f32">): void {
  dispatchElementwise(program, {
    ...kernel,
    entryPoint: "noisy_gradient",
    invocations: noise.tiles,
    members: gradient.shape[0]!,
  }, { tensors: { blocks: noise.blocks, noise: noise.numbers, gradient }, sizes: sizesOf(noise) });
}

function sizesOf({ network, blocks, numbers, tiles }: Noise) {
  return {
    quads: network.total / 4,
    tiles,
    blocks: blocks.shape[0]!,
    numbers: numbers.shape[2]! / 4,
  };
}
