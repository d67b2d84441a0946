/** What a member of a learner has done, from the numbers that the device keeps. @module */
import type { TensorRange } from "../gpu/readback.ts";
import { ringRanges, type RingRows } from "../gpu/ring.ts";
import { metricsRing } from "../learner/options.ts";
import type { Clock } from "../ops/member.ts";
import type { AgentReport } from "./agent.ts";
import { assertFinite } from "./divergence.ts";

/** Where the metrics `[P, metricsRing, width]` hold the `count` updates of a member from number `first` on. */
export function metricsRanges(
  metrics: TensorRange["tensor"],
  member: number,
  rows: RingRows,
): TensorRange[] {
  const width = metrics.shape[2]!;
  return ringRanges(
    { tensor: metrics, offset: width * metricsRing * member, ring: metricsRing, width },
    rows,
  );
}

/** The numbers of updates, one after another. */
export interface UpdateMetrics {
  /** `width` of each. */
  readonly metrics: Float32Array;
  /** See `metricsWidth`. */
  readonly width: number;
  /** Number of the first update. */
  readonly first: number;
}

/**
 * The report of a member.
 *
 * @param clock Its clock.
 * @param updates Their metrics from number `first` on, `width` of each: see `LossArguments.metrics`.
 * @throws {LossDivergence} When a loss is not finite; the message names the update.
 */
export function learnerReport(
  clock: Clock,
  { metrics, first, width }: UpdateMetrics,
): AgentReport {
  const column = (place: number) =>
    Float32Array.from({ length: metrics.length / width }, (_, i) => metrics[width * i + place]!);
  const [losses, meanQ] = [column(0), column(1)];
  const outside = width > 2 ? { outside: { counts: column(2), farthest: column(3) } } : {};
  const { steps, updates, episodes } = clock;
  const [epsilon, learningRate] = [shortest(clock.exploration), shortest(clock.learningRate)];
  const advice = "Try a smaller learning rate, or clip the gradient.";
  const report = { steps, updates, episodes, epsilon, learningRate, losses, meanQ, ...outside };
  return assertFinite(report, { first, advice });
}

/** The shortest decimal number that rounds to this float32: 0.1, not 0.10000000149011612. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}
