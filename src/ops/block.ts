/** Which rows of a block are parameters. @module */
import type { BlockSpec } from "./layer.ts";
import { padded } from "./layout.ts";

/** What of a block tells its rows. */
type Rows = Pick<BlockSpec, "inputs" | "channels">;

/** Numbers that an output is made of: rows of the block, without those that fill up the channels of a convolution. */
export function fanIn({ inputs, channels }: Rows): number {
  return channels === undefined ? inputs : placesOf(inputs, channels) * channels;
}

/** The row of an input as a checkpoint counts them; behind the last one comes the bias. */
export function rowOf({ inputs, channels }: Rows, input: number): number {
  if (channels === undefined) return input;
  const places = placesOf(inputs, channels);
  const [channel, place] = [Math.floor(input / places), input % places];
  return channel < channels ? place * padded(channels) + channel : inputs;
}

/** Places of a convolution's kernel. */
function placesOf(rows: number, channels: number): number {
  return rows / padded(channels);
}
