/** Losses that are not finite. @module */
import { DivergenceError } from "../core/errors.ts";
import type { AgentReport } from "./agent.ts";

/** An update's loss was not finite. */
export class LossDivergence extends DivergenceError {
  /** What there was to report before that update; steps and episodes are those of now. */
  readonly before: AgentReport;

  /** @param before As the field. */
  constructor(message: string, before: AgentReport) {
    super(message);
    this.before = before;
  }
}

/** What a report tells of its first `count` updates. */
export function firstUpdates(
  { losses, meanQ, outside }: AgentReport,
  count: number,
): Pick<AgentReport, "losses" | "meanQ" | "outside"> {
  const { counts, farthest } = outside ?? {};
  return {
    losses: losses.slice(0, count),
    meanQ: meanQ.slice(0, count),
    ...counts && farthest
      ? { outside: { counts: counts.slice(0, count), farthest: farthest.slice(0, count) } }
      : {},
  };
}

/**
 * The report itself.
 *
 * @param of Number of the first update that it has a loss of, what a loss is called, and what is told in the end.
 * @throws {LossDivergence} When a loss is not finite.
 */
export function assertFinite(
  report: AgentReport,
  { first, what = "loss", advice }: {
    readonly first: number;
    readonly what?: string;
    readonly advice: string;
  },
): AgentReport {
  const bad = report.losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad < 0) return report;
  const update = first + bad;
  const found = `the ${what} of update ${update} is ${report.losses[bad]}, wanted a finite number`;
  throw new LossDivergence(`Training diverged: ${found}. The last checkpoint is kept. ${advice}`, {
    ...report,
    updates: update - 1,
    ...firstUpdates(report, bad),
  });
}
