/**
 * The `Summary` message: values of a moment under their tags.
 * Layout: https://github.com/tensorflow/tensorboard, tensorboard/compat/proto/summary.proto, histogram.proto, tensor.proto.
 *
 * @module
 */
import type { PbfWriter } from "npm:pbf@5.1.2";
import type { Histogram } from "./tensorboard_histogram.ts";

/** A number, stored as a 32-bit float. */
export interface ScalarSummary {
  /** Its name. What stands before a first `/` groups it. */
  readonly tag: string;
  /** The number. */
  readonly scalar: number;
}

/** A distribution. */
export interface HistogramSummary {
  /** Its name. */
  readonly tag: string;
  /** Its buckets. */
  readonly histogram: Histogram;
}

/** A picture. */
export interface ImageSummary {
  /** Its name. */
  readonly tag: string;
  /** A PNG file and its size in pixels. */
  readonly image: { readonly png: Uint8Array; readonly width: number; readonly height: number };
}

/** Data that one of TensorBoard's plugins understands. */
export interface PluginSummary {
  /** The name under which the plugin looks for it. */
  readonly tag: string;
  /** The plugin and its bytes. */
  readonly plugin: { readonly name: string; readonly content: Uint8Array };
}

/** One value under its tag. */
export type SummaryValue = ScalarSummary | HistogramSummary | ImageSummary | PluginSummary;

/** Writes a `Summary`. */
export function writeSummary(values: readonly SummaryValue[], pbf: PbfWriter): void {
  for (const value of values) pbf.writeMessage(1, writeValue, value);
}

function writeValue(value: SummaryValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, value.tag);
  if ("scalar" in value) pbf.writeFloatField(2, value.scalar);
  else if ("image" in value) pbf.writeMessage(4, writeImage, value.image);
  else if ("histogram" in value) pbf.writeMessage(5, writeHistogram, value.histogram);
  else {
    pbf.writeMessage(8, writeEmptyTensor, undefined); // All is in the metadata, but a value must have one.
    pbf.writeMessage(9, writeMetadata, value.plugin);
  }
}

function writeImage({ png, width, height }: ImageSummary["image"], pbf: PbfWriter): void {
  pbf.writeVarintField(1, height);
  pbf.writeVarintField(2, width);
  pbf.writeBytesField(4, png);
}

function writeHistogram(histogram: Histogram, pbf: PbfWriter): void {
  pbf.writeDoubleField(1, histogram.min);
  pbf.writeDoubleField(2, histogram.max);
  pbf.writeDoubleField(3, histogram.count);
  pbf.writeDoubleField(4, histogram.sum);
  pbf.writeDoubleField(5, histogram.sumOfSquares);
  pbf.writePackedDouble(6, histogram.limits as number[]);
  pbf.writePackedDouble(7, histogram.counts as number[]);
}

/** A `SummaryMetadata` that names a plugin. */
function writeMetadata(plugin: PluginSummary["plugin"], pbf: PbfWriter): void {
  pbf.writeMessage(1, ({ name, content }) => {
    pbf.writeStringField(1, name);
    pbf.writeBytesField(2, content);
  }, plugin);
}

/** A `TensorProto` of float32 numbers with the shape [0]: one dimension, whose size goes unsaid. */
function writeEmptyTensor(_: undefined, pbf: PbfWriter): void {
  pbf.writeVarintField(1, 1);
  pbf.writeMessage(2, () => pbf.writeMessage(2, () => {}, _), _);
}
