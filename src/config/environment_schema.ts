/** The schema of environments and of what stands between them and an agent. @module */
import * as z from "npm:zod@4.6.7";
import type { WrapperConfig } from "../envs/wrapper_config.ts";
import { choice, float32, integer, kinds, largestCount, number, object, someText, word } from "./fields.ts";
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
  object({ kind: word("grayscale-observation") }).describe(
    "Pictures of red, green and blue become grey (GrayscaleObservation of Gymnasium).",
  ),
  object({
    kind: word("resize-observation"),
    shape: z.tuple([integer(1, 4096), integer(1, 4096)], { error: "a list of two, [rows, columns]" })
      .describe(
        "Rows and columns, at most those of the picture.",
      ),
  }).describe("Pictures become smaller, a pixel the mean of its area (ResizeObservation of Gymnasium)."),
  object({
    kind: word("frame-stack-observation"),
    stackSize: integer(1, 64).describe("Observations that are shown together."),
    padding: z.exactOptional(choice(["reset", "zero"])).describe(
      'What stands before the first observation of an episode: it again, "reset", by default, or zeros, "zero".',
    ),
  }).describe(
    "The latest observations are shown together, pictures along their channels (FrameStackObservation of Gymnasium).",
  ),
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
