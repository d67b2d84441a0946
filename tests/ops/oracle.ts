/**
 * Slow twins of the kernels of a network and its loss, in float64, with the error that float32 may add. Matrices are
 * row-major `[batch, features]`, weights `[outputs, inputs]`.
 *
 * @module
 */
import { type Estimate, estimate, roundingBound, SumOfProducts } from "./tolerance.ts";

/** Extents of a layer and the rows of a batch. */
export interface Extents {
  readonly inputs: number;
  readonly outputs: number;
  readonly batch: number;
}

/** A layer's parameters. */
export interface LayerEstimate {
  readonly weight: Estimate;
  readonly bias: Estimate;
}

/** `y[b, o] = bias[o] + sum_i weight[o, i] x[b, i]`, and its ReLU if `relu`. */
export function denseForward(
  { weight, bias }: LayerEstimate,
  x: Estimate,
  { inputs, outputs, batch, relu }: Extents & { relu: boolean },
): Estimate {
  return estimate(batch * outputs, (at) => {
    const [b, o] = [Math.floor(at / outputs), at % outputs];
    const sum = new SumOfProducts();
    for (let i = 0; i < inputs; i++) sum.add(weight, o * inputs + i, x, b * inputs + i);
    const value = sum.value + bias.value[o]!;
    const error = Math.hypot(sum.error("independent"), bias.error[o]!) +
      roundingBound(inputs + 1, Math.abs(bias.value[o]!));
    if (!relu || value > error) return [value, error];
    return [Math.max(0, value), value < -error ? 0 : error];
  });
}

/**
 * `dx[b, i] = sum_o weight[o, i] dy[b, o]`, where x[b, i] > 0 if x is `rectified`, as by default. Where its sign is not
 * certain, neither is dx.
 */
export function denseBackwardInput(
  { weight }: Pick<LayerEstimate, "weight">,
  { x, dy }: { x: Estimate; dy: Estimate },
  { inputs, outputs, batch, rectified = true }: Extents & { rectified?: boolean },
): Estimate {
  return estimate(batch * inputs, (at) => {
    const [b, i] = [Math.floor(at / inputs), at % inputs];
    const sum = new SumOfProducts();
    for (let o = 0; o < outputs; o++) sum.add(weight, o * inputs + i, dy, b * outputs + o);
    const error = sum.error("independent");
    if (!rectified) return [sum.value, error];
    const passes = x.value[at]! > 0;
    if (Math.abs(x.value[at]!) > x.error[at]! || x.error[at] === 0) {
      return passes ? [sum.value, error] : [0, 0];
    }
    return [passes ? sum.value : 0, Math.abs(sum.value) + error];
  });
}

/** `dweight[o, i] = sum_b dy[b, o] x[b, i]` and `dbias[o] = sum_b dy[b, o]`. Errors of a batch's rows have one cause. */
export function denseBackwardWeights(
  { x, dy }: { x: Estimate; dy: Estimate },
  { inputs, outputs, batch }: Extents,
): LayerEstimate {
  const one = estimate(1, () => [1, 0]);
  const weight = estimate(outputs * inputs, (at) => {
    const [o, i] = [Math.floor(at / inputs), at % inputs];
    const sum = new SumOfProducts();
    for (let b = 0; b < batch; b++) sum.add(dy, b * outputs + o, x, b * inputs + i);
    return [sum.value, sum.error("together")];
  });
  const bias = estimate(outputs, (o) => {
    const sum = new SumOfProducts();
    for (let b = 0; b < batch; b++) sum.add(dy, b * outputs + o, one, 0);
    return [sum.value, sum.error("together")];
  });
  return { weight, bias };
}

/** What a batch says beside its observations. */
export interface Outcomes {
  readonly actions: ArrayLike<number>;
  readonly returns: ArrayLike<number>;
  /** Of the next state's value, 0 where nothing follows. */
  readonly discounts: ArrayLike<number>;
  /** Of the row's loss. */
  readonly weights: ArrayLike<number>;
  /** Legal actions of the next state, `[batch, actions]`; all where absent. */
  readonly masks?: ArrayLike<number>;
}

/** Values of the next state: `target` is taken at the action where `select` is largest. */
export interface NextValues {
  readonly target: Estimate;
  readonly select: Estimate;
}

/** `y = R + discount target(argmax select)` over the legal actions, ties to the lowest index. */
export function tdTarget(
  { target, select }: NextValues,
  { returns, discounts, masks }: Pick<Outcomes, "returns" | "discounts" | "masks">,
  actions: number,
): Estimate {
  return estimate(returns.length, (b) => {
    const [sum, discount] = [returns[b]!, discounts[b]!];
    if (discount === 0) return [sum, 0];
    const legal: number[] = [];
    for (let a = 0; a < actions; a++) {
      if (masks === undefined || masks[b * actions + a]) legal.push(b * actions + a);
    }
    const best = legal.reduce((best, at) => select.value[at]! > select.value[best]! ? at : best);
    const uncertain = legal.filter((at) => {
      const error = select.error[at]! + select.error[best]!;
      return error > 0 && select.value[best]! - select.value[at]! <= error;
    });
    const jumps = uncertain.map((at) => Math.abs(target.value[at]! - target.value[best]!));
    const future = discount * target.value[best]!;
    const inherited = discount * (target.error[best]! + Math.max(0, ...jumps)) +
      Math.abs(Math.fround(discount) - discount) * Math.abs(target.value[best]!);
    return [sum + future, roundingBound(2, Math.abs(sum) + Math.abs(future)) + inherited];
  });
}

/** The loss of a batch and what follows from it. */
export interface Loss {
  /** Target minus Q of the taken action, `[batch]`. */
  readonly tdErrors: Estimate;
  /** dL/dQ, `[batch, actions]`. */
  readonly qGradient: Estimate;
  /** The mean loss and the mean Q of the taken actions. */
  readonly metrics: Estimate;
}

/** The mean over the batch of weight e^2, or of weight times Huber's loss with `delta`, for e = target - q of the taken action. */
export function tdLoss(
  { targets, q }: { targets: Estimate; q: Estimate },
  { actions: taken, weights }: Pick<Outcomes, "actions" | "weights">,
  { actions, delta }: { actions: number; delta?: number },
): Loss {
  const batch = taken.length;
  const weighting = Number(Array.from(weights).some((weight) => weight !== 1)); // Roundings more.
  const tdErrors = estimate(batch, (b) => {
    const at = b * actions + taken[b]!;
    const magnitude = Math.abs(targets.value[b]!) + Math.abs(q.value[at]!);
    return [targets.value[b]! - q.value[at]!, roundingBound(1, magnitude) + targets.error[b]! + q.error[at]!];
  });
  const slope = (error: number) => delta === undefined ? 2 * error : Math.max(-delta, Math.min(delta, error));
  const loss = (error: number) => {
    if (delta === undefined) return error ** 2;
    return Math.abs(error) <= delta ? error ** 2 / 2 : delta * (Math.abs(error) - delta / 2);
  };
  const steepness = delta === undefined ? 2 : 1;
  const qGradient = estimate(batch * actions, (at) => {
    const b = Math.floor(at / actions);
    if (at % actions !== taken[b]) return [0, 0];
    const share = weights[b]! / batch;
    const value = -slope(tdErrors.value[b]!) * share;
    const rounding = roundingBound(4 + weighting, Math.abs(value));
    return [value, rounding + steepness * tdErrors.error[b]! * share];
  });
  const sums = [0, 0];
  const magnitudes = [0, 0];
  const inherited = [0, 0];
  for (let b = 0; b < batch; b++) {
    const error = Math.abs(tdErrors.value[b]!);
    const at = b * actions + taken[b]!;
    const weight = weights[b]!;
    sums[0]! += weight * loss(error);
    // Huber's linear part is a difference of two numbers of up to twice its size.
    magnitudes[0]! += weight *
      (delta === undefined || error <= delta ? loss(error) : delta * (error + delta));
    inherited[0]! += weight * Math.abs(slope(error + tdErrors.error[b]!)) * tdErrors.error[b]!;
    sums[1]! += q.value[at]!;
    magnitudes[1]! += Math.abs(q.value[at]!);
    inherited[1]! += q.error[at]!;
  }
  const metrics = estimate(2, (i) => [
    sums[i]! / batch,
    (roundingBound(batch + 8 + weighting, magnitudes[i]!) + inherited[i]!) / batch,
  ]);
  return { tdErrors, qGradient, metrics };
}
