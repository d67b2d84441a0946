/** Heads that learn a distribution of the return: C51, QR-DQN and IQN. @module */
import categoricalText from "../../shaders/head_categorical.wgsl" with { type: "text" };
import categoricalRule from "../../shaders/td_categorical.wgsl" with { type: "text" };
import quantileText from "../../shaders/head_quantile.wgsl" with { type: "text" };
import drawnText from "../../shaders/quantiles_drawn.wgsl" with { type: "text" };
import fixedText from "../../shaders/quantiles_fixed.wgsl" with { type: "text" };
import quantileRule from "../../shaders/td_quantile.wgsl" with { type: "text" };
import { entries } from "./entries.ts";
import { fractionModules } from "./fractions.ts";
import type { Head } from "./head.ts";
import { type ImplicitOptions, implicitQuantiles } from "./implicit_layer.ts";
import { learnRows, type RowRule } from "./td.ts";
import { valueHead } from "./td_value.ts";

/** What a {@linkcode categoricalHead} head is made of. */
export interface CategoricalOptions {
  /** Atoms of the distribution, at least 2. */
  readonly atoms: number;
  /** The return of the first atom. */
  readonly vMin: number;
  /** The return of the last atom, above `vMin`. */
  readonly vMax: number;
  /** Whether logits are of dueling streams. */
  readonly dueling: boolean;
  /** Of a noisy last layer: see `DenseOptions`. By default it has no noise. */
  readonly sigma?: number | undefined;
}

/**
 * C51 (Bellemare et al., 2017): an action's outputs are the logits of its return's distribution over atoms, learned by the cross
 * entropy to the projected distribution of what follows. An action's value is the mean.
 */
export function categoricalHead({ atoms, vMin, vMax, dueling, sigma }: CategoricalOptions): Head {
  const head: Head = {
    file: { name: "head_categorical.wgsl", text: categoricalText },
    overrides: { V_MIN: vMin, V_MAX: vMax },
    bounds: [vMin, vMax],
    lossName: "cross-entropy",
    ...entries({ count: atoms, dueling, sigma }),
    loss(program, members, args) {
      const file = { name: "td_categorical.wgsl", text: categoricalRule };
      const turns = (4 + 3 * args.actions) * atoms; // The projection, and the values of each action.
      learnRows(program, members, { ...args, rule: { head, files: [file], turns } });
    },
  };
  return head;
}

/** What a {@linkcode quantileHead} head is made of. */
export interface QuantileOptions {
  /** Quantiles of the distribution, at least 1. */
  readonly quantiles: number;
  /** Where the Huber loss of a difference turns linear, above 0. */
  readonly kappa: number;
  /** Whether quantiles are of dueling streams. */
  readonly dueling: boolean;
  /** Of a noisy last layer: see `DenseOptions`. By default it has no noise. */
  readonly sigma?: number | undefined;
}

/**
 * QR-DQN (Dabney et al., 2018): an action's outputs are quantiles of its return at `(2 i + 1) / (2 quantiles)`, learned by the
 * quantile Huber loss, a sum over them and a mean over those of the target. An action's value is their mean.
 */
export function quantileHead({ quantiles, kappa, dueling, sigma }: QuantileOptions): Head {
  const head: Head = {
    file: { name: "head_quantile.wgsl", text: quantileText },
    lossName: "quantile huber",
    ...entries({ count: quantiles, dueling, sigma }),
    loss(program, members, args) {
      const file = { name: "quantiles_fixed.wgsl", text: fixedText };
      const rule = quantileHuber({ head, files: [file], kappa, counts: [quantiles, quantiles] });
      const turns = rule.turns + 3 * args.actions * quantiles; // The values of each action.
      learnRows(program, members, { ...args, rule: { ...rule, turns } });
    },
  };
  return head;
}

/** What an {@linkcode implicitHead} head is made of. */
export interface ImplicitHeadOptions extends ImplicitOptions {
  /** Where the Huber loss of a difference turns linear, above 0. */
  readonly kappa: number;
}

/**
 * IQN (Dabney et al., 2018b): quantiles of an action's return at fractions that are drawn for each row of each update, learned by
 * the quantile Huber loss, a sum over them and a mean over those of the target. An action's value is the mean over fractions that
 * lie evenly, while acting, in evaluation and where the target's action is chosen: the same mean as of the paper's drawn ones, but
 * without their noise, so that a policy follows from the parameters alone.
 */
export function implicitHead({ kappa, ...options }: ImplicitHeadOptions): Head {
  const head: Head = {
    file: valueHead.file, // Of what acts and what chooses, an output is the value of an action.
    lossName: "quantile huber",
    outputs: (actions) => actions,
    layer: (actions) => implicitQuantiles(actions, options),
    isSampled: true,
    loss(program, members, args) {
      const files = [{ name: "quantiles_drawn.wgsl", text: drawnText }, ...fractionModules];
      const rule = quantileHuber({
        head,
        files,
        kappa,
        counts: [options.quantiles, options.targetQuantiles],
      });
      learnRows(program, members, { ...args, rule });
    },
  };
  return head;
}

/** The quantile Huber loss of so many quantiles by so many of the target, which lie where `files` say. */
function quantileHuber(
  { head, files, kappa, counts: [quantiles, targets] }: Pick<RowRule, "head" | "files"> & {
    readonly kappa: number;
    readonly counts: readonly [quantiles: number, targets: number];
  },
): RowRule & { readonly turns: number } {
  return {
    head,
    files: [{ name: "td_quantile.wgsl", text: quantileRule }, ...files],
    constants: { QUANTILES: quantiles, TARGETS: targets },
    overrides: { KAPPA: kappa },
    turns: 2 * targets + quantiles * (Math.ceil(targets / 4) + 3),
  };
}
