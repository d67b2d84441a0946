/** Hidden layers: dense or convolutions, normalized if asked for, with a ReLU. @module */
import { conv, type ConvOptions } from "./conv.ts";
import { dense, type DenseOptions } from "./dense.ts";
import type { LayerSpec } from "./layer.ts";
import { layerNormalization } from "./normalization.ts";

/** A {@linkcode DenseOptions} with a ReLU, and whether what that is given is normalized. */
export interface HiddenOptions extends Omit<DenseOptions, "relu"> {
  /** Whether the outputs of each of its modules are normalized row by row, before the ReLU. By default they are not. */
  readonly normalized?: boolean;
}

/** A {@linkcode ConvOptions} with a ReLU, and whether what that is given is normalized. */
export interface HiddenConvOptions extends Omit<ConvOptions, "relu"> {
  /** Whether all outputs for an observation are normalized together, before the ReLU. By default they are not. */
  readonly normalized?: boolean;
}

/** A dense hidden layer and its parts. */
export function hidden({ normalized = false, ...options }: HiddenOptions): readonly LayerSpec[] {
  if (!normalized) return [dense({ ...options, relu: true })];
  const { modules } = options;
  const normalization = layerNormalization({ ...modules ? { modules } : {}, relu: true });
  return [dense({ ...options, relu: false }), ...normalization];
}

/** A convolution and its parts. */
export function hiddenConv({ normalized = false, ...options }: HiddenConvOptions): readonly LayerSpec[] {
  if (!normalized) return [conv({ ...options, relu: true })];
  return [conv({ ...options, relu: false }), ...layerNormalization({ relu: true })];
}
