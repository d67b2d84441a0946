/**
 * Random expressions of floats that are rounded at every step, beside their values in float64. All numbers are
 * positive and nothing is subtracted, so that relative errors add up and never blow up.
 *
 * @module
 */
import type { Choice } from "./choice.ts";

/** An expression of `a`, `b` and `c`, each in [0.5, 2], that reads the same for scalars and vectors. */
export interface Inexact {
  /** WGSL, with F for the type. */
  readonly text: string;
  /** In float64. */
  readonly value: (inputs: readonly number[]) => number;
  /** Relative error that it may have at most, in 2^-24, to first order. */
  readonly error: number;
  /** The logarithms to base 2 of its values are inside. */
  readonly range: readonly [low: number, high: number];
}

/** What `exp` and `pow` may be off, 2 units of the last place, in 2^-24; all else is rounded to the nearest. */
const approximation = 4;

/** An expression of this depth. */
export function inexact(choice: Choice, depth: number): Inexact {
  if (depth === 0) return leaf(choice);
  const x = held(inexact(choice, depth - 1));
  const y = held(inexact(choice, depth - choice.between(1, depth)));
  return choice.weighted([
    [3, sum],
    [3, product],
    [2, quotient],
    [1, squareRoot],
    [1, least],
    [1, exponential],
    [
      1,
      power,
    ],
    [1, mixed],
    [1, fused],
  ])(x, y);
}

function leaf(choice: Choice): Inexact {
  if (choice.chance(0.3)) {
    const number = choice.between(1, 32) / 8;
    const exponent = Math.log2(number);
    return { text: `F(${number.toFixed(3)})`, value: () => number, error: 0, range: [exponent, exponent] };
  }
  const at = choice.below(3);
  return { text: "abc"[at]!, value: (inputs) => inputs[at]!, error: 0, range: [-1, 1] };
}

/** Kept in [2^-20, 2^20] where it might leave the range of floats. */
function held(x: Inexact): Inexact {
  if (x.range[0] > -20 && x.range[1] < 20) return x;
  const [low, high] = [2 ** -20, 2 ** 20];
  return {
    ...x,
    text: `min(max(${x.text}, F(${low})), F(${high}.0))`,
    value: (inputs) => Math.min(Math.max(x.value(inputs), low), high),
    range: [-20, 20],
  };
}

function sum(x: Inexact, y: Inexact): Inexact {
  return {
    text: `(${x.text} + ${y.text})`,
    value: (inputs) => x.value(inputs) + y.value(inputs),
    error: Math.max(x.error, y.error) + 1,
    range: [Math.max(x.range[0], y.range[0]), Math.max(x.range[1], y.range[1]) + 1],
  };
}

function product(x: Inexact, y: Inexact): Inexact {
  return {
    text: `(${x.text} * ${y.text})`,
    value: (inputs) => x.value(inputs) * y.value(inputs),
    error: x.error + y.error + 1,
    range: [x.range[0] + y.range[0], x.range[1] + y.range[1]],
  };
}

function quotient(x: Inexact, y: Inexact): Inexact {
  return {
    text: `(${x.text} / ${y.text})`,
    value: (inputs) => x.value(inputs) / y.value(inputs),
    error: x.error + y.error + 1,
    range: [x.range[0] - y.range[1], x.range[1] - y.range[0]],
  };
}

function squareRoot(x: Inexact): Inexact {
  return {
    text: `sqrt(${x.text})`,
    value: (inputs) => Math.sqrt(x.value(inputs)),
    error: x.error / 2 + 1,
    range: [x.range[0] / 2, x.range[1] / 2],
  };
}

function least(x: Inexact, y: Inexact): Inexact {
  return {
    text: `min(${x.text}, ${y.text})`,
    value: (inputs) => Math.min(x.value(inputs), y.value(inputs)),
    error: Math.max(x.error, y.error),
    range: [Math.min(x.range[0], y.range[0]), Math.min(x.range[1], y.range[1])],
  };
}

function exponential(x: Inexact): Inexact {
  return {
    text: `exp(min(${x.text}, F(4.0)))`,
    value: (inputs) => Math.exp(Math.min(x.value(inputs), 4)),
    error: 4 * x.error + approximation,
    range: [0, 4 / Math.LN2],
  };
}

function power(x: Inexact): Inexact {
  return {
    text: `pow(${x.text}, F(1.5))`,
    value: (inputs) => x.value(inputs) ** 1.5,
    error: 1.5 * x.error + approximation,
    range: [x.range[0] * 1.5, x.range[1] * 1.5],
  };
}

function mixed(x: Inexact, y: Inexact): Inexact {
  return {
    text: `mix(${x.text}, ${y.text}, F(0.25))`,
    value: (inputs) => 0.75 * x.value(inputs) + 0.25 * y.value(inputs),
    error: Math.max(x.error, y.error) + 2,
    range: [Math.min(x.range[0], y.range[0]), Math.max(x.range[1], y.range[1])],
  };
}

function fused(x: Inexact, y: Inexact): Inexact {
  return {
    text: `fma(${x.text}, ${y.text}, ${y.text})`,
    value: (inputs) => x.value(inputs) * y.value(inputs) + y.value(inputs),
    error: x.error + y.error + 2,
    range: [y.range[0], Math.max(x.range[1], 0) + y.range[1] + 1],
  };
}
