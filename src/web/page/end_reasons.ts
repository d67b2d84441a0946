/** Why runs end, in the reader's language. @module */
import { formatNumber, t } from "./texts.ts";

const budgetUnits = {
  steps: "budget.steps",
  episodes: "budget.episodes",
  seconds: "budget.seconds",
} as const;

/** The reason of an end, which the library gives in English; one that is unknown here as it stands. */
export function describeEnd(reason: string): string {
  const [, what, number, rest] = /^(budget|threshold|patience) of (-?[\d.e+-]+) ?(.*)$/.exec(reason) ?? [];
  const value = formatNumber(Number(number));
  if (what === "threshold") return t("end.threshold", { threshold: value });
  if (what === "patience") return t("end.patience", { count: value });
  const unit = budgetUnits[rest as keyof typeof budgetUnits];
  return what && unit ? t("end.budget", { budget: t(unit, { count: value }) }) : reason;
}
