/** The schema of environments and of what stands between them and an agent. @module */
import * as z from "npm:zod@4.6.7";
import type { WrapperConfig } from "../envs/wrapper_config.ts";
import { float32, integer, kinds, largestCount, number, object, someText, word } from "./fields.ts";
import { type NormalizationConfig, normalizationSchemas } from "./normalization.ts";

const list = (entry: z.ZodNumber) => z.array(entry, { error: "a list of numbers" });
const numbers = () => list(number());
const floats = () => list(float32());

/** One wrapper. */
const wrapperSchema: z.ZodType<WrapperConfig | NormalizationConfig> = kinds([
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
  ...normalizationSchemas,
]);

/** The key `environment`. */
export const environmentSchema = object({
  id: someText("the id of an environment").describe(
    "Id of a registered environment, as in CartPole-v1, or of one of Python's, as in gymnasium:LunarLander-v3.",
  ),
  count: integer(1, 65_536).default(1).describe("Environments stepped at once."),
  options: z.record(z.string(), z.json(), { error: "an object" }).default({}).describe(
    "The environment's own options; of one of Python's, keyword arguments of gymnasium.make.",
  ),
  maxEpisodeSteps: z.exactOptional(
    z.union([integer(1, largestCount), z.null()], { error: `an integer from 1 to ${largestCount}, or null` }),
  ).describe("Time limit of an episode in steps; the registered one by default, null for none."),
  wrappers: z.array(wrapperSchema, { error: "a list of wrappers" }).max(16, { error: "at most 16 wrappers" })
    .default([]).describe(
      "What stands between environment and agent, the innermost first.",
    ),
}, "an object with an id");
