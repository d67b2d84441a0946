/** Heads that learn a distribution of the return: C51 and QR-DQN. @module */
import categoricalText from "../../shaders/head_categorical.wgsl" with { type: "text" };
import categoricalRule from "../../shaders/td_categorical.wgsl" with { type: "text" };
import quantileText from "../../shaders/head_quantile.wgsl" with { type: "text" };
import quantileRule from "../../shaders/td_quantile.wgsl" with { type: "text" };
import { entries } from "./entries.ts";
import type { Head } from "./head.ts";
import { learnRows } from "./td.ts";

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
    ...entries({ count: atoms, dueling, sigma }),
    loss(program, members, args) {
      const file = { name: "td_categorical.wgsl", text: categoricalRule };
      learnRows(program, members, { ...args, rule: { head, files: [file] } });
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
    ...entries({ count: quantiles, dueling, sigma }),
    loss(program, members, args) {
      const file = { name: "td_quantile.wgsl", text: quantileRule };
      learnRows(program, members, { ...args, rule: { head, files: [file], overrides: { KAPPA: kappa } } });
    },
  };
  return head;
}
