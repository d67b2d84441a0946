/** The schema of an agent's optimizer, and of what it does with a gradient before. @module */
import { flag, float32, kinds, object, schedule, word } from "./fields.ts";

/** A decay of 1 would divide by 1 - 1: there is no running mean without an end. */
const decay = (value: number) => float32({ atLeast: 0, below: 1 }).default(value);
const epsilon = (value: number) =>
  float32({ above: 0 }).default(value).describe("Keeps the denominator away from zero.");
const rate = (value: number, weightDecay = 0) => ({
  learningRate: schedule(() => float32({ atLeast: 0 })).default(value).describe(
    "Step size: a number or a schedule.",
  ),
  weightDecay: float32({ atLeast: 0 }).default(weightDecay).describe(
    "Pull of the parameters towards zero: decoupled from the gradient for AdamW, else added to it.",
  ),
});
const moments = {
  beta1: decay(0.9).describe("Decay of the running mean of the gradient."),
  beta2: decay(0.999).describe("Decay of the running mean of the squared gradient."),
  epsilon: epsilon(1e-8),
};
const adam = {
  ...moments,
  amsgrad: flag().default(false).describe("Divide by the largest running mean of squares so far."),
};
/** How parameters step. */
export const optimizer = kinds([
  object({ kind: word("adam"), ...rate(1e-3), ...adam }).describe("torch.optim.Adam"),
  object({ kind: word("adamw"), ...rate(1e-3, 0.01), ...adam }).describe("torch.optim.AdamW"),
  object({ kind: word("radam"), ...rate(1e-3), ...moments }).describe("torch.optim.RAdam"),
  object({
    kind: word("rmsprop"),
    ...rate(1e-2),
    alpha: decay(0.99).describe("Decay of the running mean of the squared gradient."),
    momentum: decay(0).describe("Decay of the running sum of steps."),
    epsilon: epsilon(1e-8),
    centered: flag().default(false).describe(
      "Divide by the root of the variance: of the running mean of squares less the square of the gradient's.",
    ),
    epsilonInside: flag().default(false).describe(
      "Add epsilon under the root, as TensorFlow does, and not to it.",
    ),
  }).describe("torch.optim.RMSprop"),
  object({
    kind: word("sgd"),
    ...rate(1e-3),
    momentum: decay(0).describe("Decay of the running sum of gradients."),
  }).describe("torch.optim.SGD"),
]);

/** Clipping of the gradient. */
export const clip = kinds([
  object({ kind: word("none") }).describe("The gradient as it is."),
  object({
    kind: word("value"),
    limit: float32({ above: 0 }).describe("Largest absolute value of a gradient entry."),
  }).describe("Every entry clamped to +-limit."),
  object({
    kind: word("norm"),
    limit: float32({ above: 0 }).describe("Largest norm of the gradient of all parameters together."),
  }).describe("The whole gradient scaled down to the limit."),
]);

/** Describes `optimizer`. */
export const optimizerMeaning = "Optimizer, with the names and defaults of torch.optim.";
