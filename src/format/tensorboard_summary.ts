/**
 * The `Summary` message: values of a moment under their tags.
 * Layout: https://github.com/tensorflow/tensorboard, tensorboard/compat/proto/summary.proto, histogram.proto, tensor.proto.
 *
 * @module
 */
import type { PbfWriter } from "npm:pbf@5.1.2";

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

/** How many values lie where. */
export interface Histogram {
  /** The least value; 0 when there is none, as for `max`. */
  readonly min: number;
  /** The greatest value. */
  readonly max: number;
  /** How many values were counted. */
  readonly count: number;
  /** Sum of the values. */
  readonly sum: number;
  /** Sum of their squares. */
  readonly sumOfSquares: number;
  /** Right edge of each bucket, ascending; the last is `max`. The first bucket begins at `min`. */
  readonly limits: readonly number[];
  /** Values in each bucket: left edge included, right edge not, but in the last one. */
  readonly counts: readonly number[];
}

/** TensorBoard's own number of buckets: `DEFAULT_BUCKET_COUNT` of `tensorboard/plugins/histogram/summary_v2.py`. */
const buckets = 30;

/** The finite ones of `values` in 30 buckets of equal width; in one when all are equal, in none when there is none. */
export function histogram(values: ArrayLike<number>): Histogram {
  let [min, max, count, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    count++;
    sum += value;
    sumOfSquares += value * value;
  }
  if (count === 0) return { min: 0, max: 0, count, sum, sumOfSquares, limits: [], counts: [] };
  const last = max > min ? buckets - 1 : 0;
  const width = (max - min) / (last + 1);
  const limits = Array.from({ length: last + 1 }, (_, i) => i === last ? max : min + width * (i + 1));
  const counts = limits.map(() => 0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) counts[width > 0 ? Math.min(last, Math.floor((value - min) / width)) : 0]!++;
  }
  return { min, max, count, sum, sumOfSquares, limits, counts };
}
