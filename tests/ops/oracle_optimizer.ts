/** Slow twins of clipping, the optimizers and target synchronization, with `torch.optim`'s semantics. @module */
import type { OptimizerKind } from "../../src/ops/optimizer.ts";
import { type Estimate, estimate, exact, roundingBound, roundingsOf } from "./tolerance.ts";

/** What an optimizer takes, in the words of {@linkcode HyperParameters}. */
export interface OptimizerRule {
  readonly kind: OptimizerKind;
  readonly amsgrad: boolean;
  readonly centered?: boolean;
  readonly epsilonInside?: boolean;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly momentum: number;
  readonly alpha: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Largest absolute value of a gradient entry. */
  readonly clipValue: number;
}

/** Parameters and the running averages of an optimizer, zero at first. */
export interface OptimizerState {
  parameters: Estimate;
  m: Estimate;
  v: Estimate;
  largest: Estimate;
  /** Of the gradient. */
  mean: Estimate;
  updates: number;
}

/** The state before the first step. */
export function optimizerStart(parameters: Estimate): OptimizerState {
  const zero = exact(new Float64Array(parameters.value.length));
  return { parameters, m: zero, v: zero, largest: zero, mean: zero, updates: 0 };
}

/** `min(1, limit / (norm + 1e-6))` and the norm over all of `gradient`, as `torch.nn.utils.clip_grad_norm_`. */
export function normScale(gradient: Estimate, limit: number): Estimate {
  const squares = gradient.value.reduce((sum, g) => sum + g * g, 0);
  const norm = Math.sqrt(squares);
  const inherited = Math.hypot(...gradient.value.map((g, i) => g * gradient.error[i]!)) /
    Math.max(norm, 1e-30);
  const normError = roundingBound(gradient.value.length / 2 + 1 + roundingsOf.sqrt, norm) + inherited;
  const factor = limit / (norm + 1e-6);
  const factorError = roundingBound(roundingsOf.division + 2, factor) + factor * normError / (norm + 1e-6);
  return estimate(
    2,
    (i) => i === 1 ? [norm, normError] : [Math.min(1, factor), factor - factorError > 1 ? 0 : factorError],
  );
}

/** `1 - beta^updates`, as the recurrence c <- beta c + (1 - beta) gives it. */
export function biasTerm(beta: number, updates: number): Estimate {
  const value = 1 - beta ** updates;
  const rounded = 1 - Math.fround(beta) ** updates;
  // An error fades by beta at each update, so that at most 1 / (1 - beta) of the two roundings an update are left.
  const roundings = 2 * Math.min(updates, 1 / (1 - beta));
  return estimate(1, () => [value, Math.abs(value - rounded) + roundingBound(roundings, value)]);
}

/** One step of every parameter by the gradient times `scale`. */
export function optimizerStep(
  rule: OptimizerRule,
  state: OptimizerState,
  { gradient, scale = exact([1]) }: { gradient: Estimate; scale?: Estimate },
): void {
  state.updates++;
  const length = gradient.value.length;
  const before = state.parameters;
  const [c1, c2] = [biasTerm(rule.beta1, state.updates), biasTerm(rule.beta2, state.updates)];
  const decay = rule.kind === "adamw" ? 0 : rule.weightDecay;
  const clipped = product(gradient, scale);
  const g = estimate(length, (i) => {
    const value = Math.max(-rule.clipValue, Math.min(rule.clipValue, clipped.value[i]!));
    const decayed = decay * before.value[i]!;
    const limit = Math.abs(Math.fround(rule.clipValue) - rule.clipValue) || 0; // Infinity is no limit.
    const error = clipped.error[i]! + limit + decay * before.error[i]! +
      (decay > 0 ? roundingBound(3, Math.abs(value) + Math.abs(decayed)) : 0);
    return [value + decayed, error];
  });
  const squares = estimate(length, (i) => [
    g.value[i]! ** 2,
    roundingBound(1, g.value[i]! ** 2) + 2 * Math.abs(g.value[i]!) * g.error[i]! + g.error[i]! ** 2,
  ]);
  const { kind, learningRate: lr } = rule;
  if (kind !== "sgd") state.v = average(kind === "rmsprop" ? rule.alpha : rule.beta2, state.v, squares);
  if (kind === "radam") {
    state.m = average(rule.beta1, state.m, g);
    const corrected = quotient(state.m, c1);
    const rectified = rectification(rule.beta2, state.updates);
    const step = rectified === undefined ? corrected : quotient(
      product(corrected, product(squareRoot(c2), rectified)),
      plus(squareRoot(state.v), rule.epsilon),
    );
    if (rectified !== undefined) cap(step, 2 * largestAdamStep(rule, state.updates));
    state.parameters = stepped(rule, before, step);
    return;
  }
  if (kind === "adam" || kind === "adamw") {
    state.m = average(rule.beta1, state.m, g);
    if (rule.amsgrad) state.largest = larger(state.largest, state.v);
    const root = quotient(squareRoot(rule.amsgrad ? state.largest : state.v), squareRoot(c2));
    const step = quotient(quotient(state.m, c1), plus(root, rule.epsilon));
    cap(step, 2 * largestAdamStep(rule, state.updates));
    state.parameters = stepped(rule, before, step);
    return;
  }
  if (rule.centered) state.mean = average(rule.alpha, state.mean, g);
  const step = kind === "sgd" ? g : quotient(g, denominator(rule, state));
  if (kind === "rmsprop" && !rule.centered) cap(step, 2 / Math.sqrt(1 - rule.alpha)); // v holds at least (1 - alpha) g^2.
  if (kind === "rmsprop" && rule.centered) { // A variance may be as small as its rounding; epsilon is left then.
    const least = rule.epsilonInside ? Math.sqrt(rule.epsilon) : rule.epsilon;
    for (let i = 0; i < length; i++) {
      step.error[i] = Math.min(step.error[i]!, 2 * (Math.abs(g.value[i]!) + g.error[i]!) / least);
    }
  }
  state.m = estimate(length, (i) => {
    const kept = rule.momentum * state.m.value[i]!;
    const inherited = rule.momentum * state.m.error[i]! + step.error[i]! +
      Math.abs(Math.fround(rule.momentum) - rule.momentum) * Math.abs(state.m.value[i]!);
    return [kept + step.value[i]!, inherited + roundingBound(2, Math.abs(kept) + Math.abs(step.value[i]!))];
  });
  state.parameters = stepped({ ...rule, learningRate: lr }, before, state.m);
}

/** What RMSProp divides by. */
function denominator(
  { centered = false, epsilonInside = false, epsilon }: OptimizerRule,
  { v, mean }: OptimizerState,
): Estimate {
  const spread = !centered ? v : estimate(v.value.length, (i) => {
    const [square, off] = [mean.value[i]! ** 2, mean.error[i]!];
    const moved = 2 * Math.abs(mean.value[i]!) * off + off * off + roundingBound(1, square);
    return [v.value[i]! - square, v.error[i]! + moved + roundingBound(1, v.value[i]!)];
  });
  return epsilonInside ? squareRoot(plus(spread, epsilon)) : plus(squareRoot(spread), epsilon);
}

/** RAdam's r after so many updates, undefined where there is none, by the formulas of `torch.optim.RAdam`. */
function rectification(beta2: number, updates: number): Estimate | undefined {
  const longest = 2 / (1 - beta2) - 1;
  const length = longest - 2 * updates * beta2 ** updates / (1 - beta2 ** updates);
  if (length <= 5) return undefined;
  const square = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length);
  // The device has beta2 in float32, and ten roundings on the way; what is off in length moves the root by its derivative.
  const lost = Math.abs(Math.fround(beta2) - beta2) / (1 - beta2) + roundingBound(20, 1);
  return estimate(1, () => [Math.sqrt(square), Math.sqrt(square) * lost * (1 + length / (length - 4))]);
}

/**
 * The largest |m / c1| / sqrt(v / c2) after `updates` gradients of any size: with m / c1 = sum w g and v / c2 =
 * sum u g^2 it is sqrt(sum w^2 / u), by Cauchy and Schwarz.
 */
function largestAdamStep({ beta1, beta2 }: OptimizerRule, updates: number): number {
  let sum = 0;
  for (let age = 0; age < updates; age++) {
    const w = (1 - beta1) * beta1 ** age / (1 - beta1 ** updates);
    const u = (1 - beta2) * beta2 ** age / (1 - beta2 ** updates);
    sum += w * w / u;
  }
  return Math.sqrt(sum);
}

/** Where a step is at most `largest / 2` either way, two of them differ by at most `largest`. */
function cap({ error }: Estimate, largest: number): void {
  for (let i = 0; i < error.length; i++) error[i] = Math.min(error[i]!, largest);
}

/** `target <- (1 - tau) target + tau online`. */
export function targetSync(target: Estimate, online: Estimate, tau: number): Estimate {
  if (tau === 1) return online;
  const off = Math.abs(Math.fround(tau) - tau);
  return estimate(target.value.length, (i) => {
    const [kept, taken] = [(1 - tau) * target.value[i]!, tau * online.value[i]!];
    const inherited = (1 - tau) * target.error[i]! + tau * online.error[i]! +
      off * (Math.abs(target.value[i]!) + Math.abs(online.value[i]!));
    return [kept + taken, inherited + roundingBound(3, Math.abs(kept) + Math.abs(taken))];
  });
}

/** `(1 - lr weight_decay) p - lr step`, the decay for AdamW alone. */
function stepped(rule: OptimizerRule, before: Estimate, step: Estimate): Estimate {
  const { learningRate: lr } = rule;
  const decay = rule.kind === "adamw" ? lr * rule.weightDecay : 0;
  return estimate(before.value.length, (i) => {
    const [p, change] = [before.value[i]!, lr * step.value[i]!];
    const inherited = before.error[i]! + lr * step.error[i]!;
    const rounding = roundingBound(4, Math.abs(change) + decay * Math.abs(p)) +
      (step.value[i] === 0 && decay === 0 ? 0 : roundingBound(decay > 0 ? 2 : 1, Math.abs(p)));
    return [p - decay * p - change, inherited + rounding];
  });
}

/** `beta before + (1 - beta) now`, where the device has beta in float32. */
function average(beta: number, before: Estimate, now: Estimate): Estimate {
  const off = Math.abs(Math.fround(beta) - beta);
  return estimate(now.value.length, (i) => {
    const [kept, added] = [beta * before.value[i]!, (1 - beta) * now.value[i]!];
    const inherited = beta * before.error[i]! + (1 - beta) * now.error[i]! +
      off * (Math.abs(before.value[i]!) + Math.abs(now.value[i]!));
    return [kept + added, inherited + roundingBound(3, Math.abs(kept) + Math.abs(added))];
  });
}

function larger(a: Estimate, b: Estimate): Estimate {
  return estimate(
    a.value.length,
    (i) => [Math.max(a.value[i]!, b.value[i]!), Math.max(a.error[i]!, b.error[i]!)],
  );
}

function plus(a: Estimate, constant: number): Estimate {
  return estimate(a.value.length, (i) => [
    a.value[i]! + constant,
    a.error[i]! + roundingBound(2, a.value[i]! + constant),
  ]);
}

function squareRoot(a: Estimate): Estimate {
  return estimate(a.value.length, (i) => {
    const [value, error] = [a.value[i]!, a.error[i]!];
    // The root of a number near zero moves by the root of its error, that of a larger one by error / (2 root).
    const moved = value > error ? error / (2 * Math.sqrt(value - error)) : Math.sqrt(value + error);
    return [Math.sqrt(value), moved + roundingBound(roundingsOf.sqrt, Math.sqrt(value))];
  });
}

/** `a / b` entry by entry; a `b` of one entry serves all. */
function quotient(a: Estimate, b: Estimate): Estimate {
  return estimate(a.value.length, (i) => {
    const j = b.value.length === 1 ? 0 : i;
    const value = a.value[i]! / b.value[j]!;
    const smallest = b.value[j]! - b.error[j]!; // Both are positive; where this is not, nothing is known.
    const moved = smallest > 0 ? (a.error[i]! + Math.abs(value) * b.error[j]!) / smallest : Infinity;
    return [value, moved + roundingBound(roundingsOf.division, Math.abs(value))];
  });
}

function product(a: Estimate, factor: Estimate): Estimate {
  const [by, error] = [factor.value[0]!, factor.error[0]!];
  return estimate(a.value.length, (i) => {
    const value = by * a.value[i]!;
    const rounding = by === 1 ? 0 : roundingBound(1, Math.abs(value));
    return [value, by * a.error[i]! + Math.abs(a.value[i]!) * error + rounding];
  });
}
