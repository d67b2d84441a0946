/** The schema of an agent's network: its layers, and what its outputs mean. @module */
import * as z from "npm:zod@4.6.7";
import { headKinds, layerKinds } from "../learner/kinds.ts";
import { paddings } from "../ops/conv.ts";
import { usualSigma } from "../ops/noisy.ts";
import { initializations } from "../ops/parameters.ts";
import type { LayerConfig } from "./agent_config.ts";
import { alternatives, choice, flag, float32, integer, object, word } from "./fields.ts";

const width = integer(1, 65_536);

/** An object of a registered kind, whose options are the kind's business. */
const registered = (names: () => string[], others: readonly string[] = []) =>
  z.looseObject({
    kind: z.string({ error: () => alternatives(names()) }).refine(
      (kind) => names().includes(kind) && !others.includes(kind),
      {
        error: () => alternatives(names()),
        abort: true, // Or a union takes this branch for the one that was meant.
      },
    ),
  }, { error: () => `an object of kind ${alternatives(names())}` });

const noise = (of: string) => ({
  noisy: flag().default(false).describe(
    `Noisy ${of} (Fortunato et al., 2018): learned noise on weights and biases, in updates and while acting in training.`,
  ),
  sigma: z.exactOptional(float32({ above: 0 })).describe(
    `Of noisy ${of}: the noise's scale at the start, times the root of a layer's inputs; ${usualSigma} by default.`,
  ),
});

/** Refuses a scale of noise where there is none. */
function checkNoise({ noisy, sigma }: { noisy: boolean; sigma?: number }, context: z.RefinementCtx): void {
  if (noisy || sigma === undefined) return;
  context.addIssue({ code: "custom", path: ["sigma"], message: "nothing where noisy is not true" });
}

const normalization = choice(["none", "layer"]).default("none").describe(
  "What stands before the ReLU: nothing, or layer normalization (Ba et al., 2016; torch.nn.LayerNorm) over all outputs for an " +
    "observation.",
);

const layerSchema = z.union([
  width,
  registered(layerKinds, ["dense", "conv"]).describe(
    "A layer of a kind that a program has registered, with its options.",
  ),
  object({ kind: word("dense"), width: width.describe("Outputs."), normalization, ...noise("layers") })
    .superRefine(checkNoise)
    .describe("A dense layer with a ReLU (torch.nn.Linear, torch.nn.ReLU): the long form of its width."),
  object({
    kind: word("conv"),
    channels: integer(1, 4096).describe("Channels of its output."),
    size: integer(1, 255).describe("Rows and columns of its kernel, at most those of its board."),
    stride: integer(1, 255).default(1).describe("Rows and columns from a place of the kernel to the next."),
    padding: choice(paddings).default("valid").describe(
      'What the kernel may cover: "valid" the board alone; "same" zeros around it too, so many that the output has as many rows ' +
        "and columns as the board, or with a stride their number over it, rounded up.",
    ),
    normalization,
  }).describe(
    "A convolution with a ReLU (torch.nn.Conv2d, torch.nn.ReLU) over observations [channels, rows, columns], before dense layers, " +
      "for which its output is flattened.",
  ),
], { error: () => `an integer from 1 to 65536, or an object of kind ${alternatives(layerKinds())}` });

const dueling = flag().default(false).describe(
  "Dueling networks (Wang et al., 2016): the last hidden layer, and what is behind it, in two streams of its width, one for " +
    "the state and one for the advantages of actions.",
);

const ofHead = { dueling, ...noise("layers behind the hidden ones") };

const categoricalHead = object({
  kind: word("categorical"),
  ...ofHead,
  atoms: integer(2, 1000).default(51).describe("Returns that the distribution is over, evenly apart."),
  vMin: float32().default(-10).describe("The smallest of them."),
  vMax: float32().default(10).describe("The largest of them."),
}).superRefine(checkNoise).superRefine(({ vMin, vMax }, context) => {
  if (vMin < vMax) return;
  context.addIssue({ code: "custom", path: ["vMax"], message: `above vMin, which is ${vMin}` });
}).describe(
  "C51 (Bellemare et al., 2017): a distribution of the return over atoms, learned by its cross entropy; `loss` does not act.",
);

/** A head of one value an action. */
export const valueHeadSchema = object({ kind: word("value").default("value"), ...ofHead }).superRefine(
  checkNoise,
)
  .describe("An output is the value of an action.");

const kappa = float32({ above: 0 }).default(1).describe(
  "Difference at which the loss turns from quadratic to linear.",
);

/** What its outputs mean. */
export const headSchema = z.union([
  registered(headKinds, ["value", "categorical", "quantile", "implicit"]).describe(
    "A head of a kind that a program has registered, with its options.",
  ),
  valueHeadSchema,
  categoricalHead,
  object({
    kind: word("quantile"),
    ...ofHead,
    quantiles: integer(1, 1000).default(200).describe("Quantiles of the return."),
    kappa,
  }).superRefine(checkNoise).describe(
    "QR-DQN (Dabney et al., 2018): quantiles of the return, learned by the quantile Huber loss; `loss` does not act.",
  ),
  object({
    kind: word("implicit"),
    quantiles: integer(1, 256).default(8).describe(
      "Fractions drawn for each transition of an update, at which quantiles are learned: N.",
    ),
    targetQuantiles: integer(1, 256).default(8).describe("Fractions drawn for what follows: N'."),
    actionQuantiles: integer(1, 256).default(32).describe(
      "Fractions, evenly apart, over whose quantiles the value of an action is the mean: K.",
    ),
    cosines: integer(1, 1024).default(64).describe("Cosines that a fraction is embedded by."),
    kappa,
  }).describe(
    "IQN (Dabney et al., 2018): quantiles of the return at fractions that are drawn, learned by the quantile Huber loss; " +
      "`loss` does not act.",
  ),
], { error: () => `an object of kind ${alternatives(headKinds())}` });

/** A layer in the form in which it is compared: a width where that says all, a convolution by what it has had from the first. */
function shortest(layer: z.infer<typeof layerSchema>): z.infer<typeof layerSchema> {
  if (typeof layer === "number" || layer["normalization"] !== "none") return layer;
  if (layer.kind === "dense" && layer["noisy"] === false) return layer["width"] as number;
  if (layer.kind !== "conv") return layer;
  const { normalization: _, ...conv } = layer;
  return conv as typeof layer;
}

/** Refuses a convolution of what has no rows and columns any more. */
function checkConv(layers: z.infer<typeof layerSchema>[], context: z.RefinementCtx): void {
  const isOf = (kind: string) => (layer: typeof layers[number]) =>
    typeof layer === "number" ? kind === "dense" : layer.kind === kind;
  const [dense, last] = [layers.findIndex(isOf("dense")), layers.findLastIndex(isOf("conv"))];
  if (dense < 0 || last < dense) return;
  const message =
    `a dense layer, as layer ${dense} is one: layers of kind "conv" come before dense ones, which flatten what they see`;
  context.addIssue({ code: "custom", path: [last], message });
}

/** The hidden layers of a network. */
export const hidden = z.array(layerSchema, { error: "a list of layers" })
  .max(16, { error: "at most 16 layers" }).superRefine(checkConv).overwrite((layers) => layers.map(shortest))
  .default([128, 128])
  .describe(
    "The hidden layers: a width is a dense layer with a ReLU, an object has a kind; [] for a linear Q function.",
  );

/** Describes `head`. */
export const headMeaning =
  'What the outputs of the network mean; by default, kind "value", an output is the value of an action.';

/** How its parameters start. */
export const initialization = choice(initializations as readonly ["pytorch", "he"]).default("pytorch")
  .describe(
    "Initial parameters: as torch.nn.Linear draws them, or He et al. (2015) with biases of zero.",
  );

/** Refuses streams where no layer can have them. */
export function checkDueling(
  { hidden, head }: { hidden: z.infer<typeof layerSchema>[]; head?: z.infer<typeof headSchema> },
  context: z.RefinementCtx,
): void {
  if (!head || !("dueling" in head) || !head["dueling"]) return;
  const last = hidden.at(-1);
  const width = typeof last === "number" ? last : last?.kind === "dense" ? last["width"] as number : NaN;
  if (width % 4 === 0) return;
  const message = `false where the last hidden layer is ${
    last === undefined
      ? "missing"
      : isNaN(width)
      ? `of kind "${(last as LayerConfig).kind}"`
      : `of width ${width}`
  }: its streams need a dense layer whose width is a multiple of 4`;
  context.addIssue({ code: "custom", path: ["head", "dueling"], message });
}
