/** The schema of what stands between environment and agent. @module */
import * as z from "npm:zod@4.6.7";
import type { WrapperConfig } from "../envs/wrap.ts";
import { float32, integer, kinds, number, object, word } from "./fields.ts";

const list = (entry: z.ZodNumber) => z.array(entry, { error: "a list of numbers" });
const numbers = () => list(number());
const floats = () => list(float32());

/** One wrapper. */
export const wrapperSchema: z.ZodType<WrapperConfig> = kinds(
  ["discretize", "one-hot", "scale-reward", "scale-observation"],
  [
    object({
      kind: word("discretize"),
      bins: z.array(integer(2, 65_536), { error: "a list of numbers of bins" }).describe(
        "Bins of each dimension, at least 2.",
      ),
      low: z.exactOptional(numbers()).describe(
        "Where the bins of each dimension begin; the space's own bounds by default.",
      ),
      high: z.exactOptional(numbers()).describe(
        "Where the bins of each dimension end; the space's own bounds by default.",
      ),
    }).describe("Observations of a box become the number of their bin."),
    object({ kind: word("one-hot") }).describe("A discrete observation becomes zeros and a one."),
    object({
      kind: word("scale-reward"),
      factor: float32().describe("Factor of the reward."),
      offset: z.exactOptional(float32()).describe("Added after; 0 by default."),
    }).describe("reward <- factor reward + offset"),
    object({
      kind: word("scale-observation"),
      factor: floats().describe("Factor of each entry."),
      offset: z.exactOptional(floats()).describe("Added to each entry after; 0 by default."),
    }).describe("observation <- factor observation + offset, entry by entry"),
  ],
);
