/** A network as a list of layers and a head, and where its parameters lie. @module */
import { fanIn } from "./block.ts";
import { dense } from "./dense.ts";
import type { Head } from "./head.ts";
import { type Block, type Layer, type LayerSpec, type Shape, widthOf } from "./layer.ts";
import { aligned, padded } from "./layout.ts";
import { valueHead } from "./td_value.ts";

/** What Q values are computed by: hidden layers one after another, a linear one, and what its outputs mean. */
export interface Model {
  /** Shape of an observation. */
  readonly observation: Shape;
  /** From the observation on. */
  readonly hidden: readonly LayerSpec[];
  /** What the outputs of the last layer mean. */
  readonly head: Head;
  /** Number of actions. */
  readonly actions: number;
}

/** A layer, and where its parameters lie. */
export interface PlacedLayer {
  /** Place in the network, from 0. */
  readonly index: number;
  /** Its number in checkpoints, from 0: parts of a layer have one. */
  readonly number: number;
  /** Width of what goes in. */
  readonly inputs: number;
  /** Width of what comes out. */
  readonly outputs: number;
  /** What computes. */
  readonly layer: Layer;
  /** Its parameters. */
  readonly blocks: readonly Block[];
}

/** The layers of a network and the floats they take. */
export interface NetworkLayout {
  /** What is laid out. */
  readonly model: Model;
  /** Widths from the observation to the last outputs, as in `[4, 128, 128, 2]`. */
  readonly widths: readonly number[];
  /** From the observation's on, one fewer than `widths`. */
  readonly layers: readonly PlacedLayer[];
  /** The parameters of all layers. */
  readonly blocks: readonly Block[];
  /** Floats of one member's network in one layout. */
  readonly total: number;
}

/** A multilayer perceptron: widths of the observation and of the hidden layers, ReLU after each, and the number of actions. */
export function perceptron(sizes: readonly number[], head: Head = valueHead): Model {
  const hidden = sizes.slice(1, -1).map((width) => dense({ width, relu: true }));
  return { observation: sizes.slice(0, 1), hidden, head, actions: sizes.at(-1)! };
}

/** Where the layers of a model lie, block after block. @throws {UsageError} When a layer cannot take what the one before it gives. */
export function networkLayout(model: Model): NetworkLayout {
  const { observation, hidden, head, actions } = model;
  const layers: PlacedLayer[] = [];
  const widths = [widthOf(observation)];
  const lastLayer = head.layer?.(actions) ?? dense({ width: head.outputs(actions), relu: false });
  let [shape, total, blockIndex] = [observation, 0, 0];
  for (const spec of [...hidden, lastLayer]) {
    const layer = spec(shape);
    const blocks = layer.blocks.map((block): Block => {
      const [rows, columns] = [padded(block.inputs + 1), padded(block.outputs)];
      const placed = { ...block, index: blockIndex++, offset: total, rows, columns };
      total = aligned(total + rows * columns);
      return placed;
    });
    const [inputs, outputs] = [widthOf(layer.input), widthOf(layer.output)];
    const number = (layers.at(-1)?.number ?? -1) + Number(!(layer.isPart ?? false));
    layers.push({ index: layers.length, number, inputs, outputs, layer, blocks });
    widths.push(outputs);
    shape = layer.output;
  }
  return { model, widths, layers, blocks: layers.flatMap(({ blocks }) => blocks), total };
}

/** Columns of what a layer writes for a batch in a pass of an update, at most or of one network: see {@linkcode Samples}. */
export function columnsOf({ layer: { samples } }: PlacedLayer, batch: number, of?: "online"): number {
  if (!samples) return batch;
  const { online, target } = samples.counts;
  return padded(batch) * (of ? online : Math.max(online, target));
}

/** The width of the observation and of each layer, parts of layers left out, as in `4-128-128-2`, or `4x10x10-16x8x8-128-3`. */
export function widthsText({ layers }: NetworkLayout): string {
  const whole = layers.filter(({ index }) => !(layers[index + 1]?.layer.isPart ?? false));
  const { input, output } = layers[0]!.layer;
  const observation = output.length > 1 ? input : [widthOf(input)]; // A dense layer flattens it.
  return [observation, ...whole.map(({ layer }) => layer.output)].map((shape) => shape.join("x")).join("-");
}

/** Multiply-adds of an observation with the weights of each block, which a convolution uses at each of its places. */
export function multiplyAdds({ layers }: Pick<NetworkLayout, "layers">): number[] {
  return layers.flatMap(({ outputs, blocks }) =>
    blocks.map((block) => block.inputs * (block.channels === undefined ? block.outputs : outputs))
  );
}

/** The blocks that hold parameters, and do not follow from those. */
export function learnedBlocks(blocks: readonly Block[]): readonly Block[] {
  return blocks.filter(({ isDerived = false }) => !isDerived);
}

/** Parameters of a network, without what fills up their rows. */
export function parameterCount({ blocks }: NetworkLayout): number {
  return learnedBlocks(blocks).reduce((sum, block) => sum + (fanIn(block) + 1) * block.outputs, 0);
}
