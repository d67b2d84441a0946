/** What a member of a learner has done, from the numbers that the device keeps. @module */
import type { TensorRange } from "../gpu/readback.ts";
import { ringRanges, type RingRows } from "../gpu/ring.ts";
import { metricsRing } from "../learner/options.ts";
import type { Clock } from "../ops/member.ts";
import type { AgentReport } from "./agent.ts";
import { assertFinite } from "./divergence.ts";

/** Where the metrics `[P, metricsRing, 2]` hold the `count` updates of a member from number `first` on. */
export function metricsRanges(
  metrics: TensorRange["tensor"],
  member: number,
  rows: RingRows,
): TensorRange[] {
  return ringRanges({ tensor: metrics, offset: 2 * metricsRing * member, ring: metricsRing, width: 2 }, rows);
}

/**
 * The report of a member.
 *
 * @param clock Its clock.
 * @param metrics (loss, mean Q) of each update from number `first` on.
 * @throws {LossDivergence} When a loss is not finite; the message names the update.
 */
export function learnerReport(clock: Clock, metrics: Float32Array, first: number): AgentReport {
  const count = metrics.length / 2;
  const losses = Float32Array.from({ length: count }, (_, i) => metrics[2 * i]!);
  const meanQ = Float32Array.from({ length: count }, (_, i) => metrics[2 * i + 1]!);
  const { steps, updates, episodes } = clock;
  const [epsilon, learningRate] = [shortest(clock.exploration), shortest(clock.learningRate)];
  const advice = "Try a smaller learning rate, or clip the gradient.";
  return assertFinite({ steps, updates, episodes, epsilon, learningRate, losses, meanQ }, { first, advice });
}

/** The shortest decimal number that rounds to this float32: 0.1, not 0.10000000149011612. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}
