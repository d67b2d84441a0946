/** Progress in words. @module */
import { atStart, type FillEvent, type Progress } from "../../core/events.ts";
import { whole } from "../../core/numbers.ts";
import type { Budget } from "../member_run.ts";

/** The bound of the budget, counted from `from`, that is nearest: how much of it is spent, from 0 to 1, and in words. */
export function nearestBound(
  budget: Budget,
  progress: Progress,
  from: Progress = atStart,
): { readonly share: number; readonly done: string; readonly unit: keyof Budget } {
  const [first, now] = [from, progress].map(({ step: steps, episode: episodes, seconds }) => ({
    steps,
    episodes,
    seconds,
  })) as [Required<Budget>, Required<Budget>];
  const units = (Object.keys(now) as (keyof Budget)[]).filter((unit) => budget[unit] !== undefined);
  const share = (unit: keyof Budget) =>
    Math.min(1, budget[unit] ? (now[unit] - first[unit]) / budget[unit] : 1);
  const unit = units.reduce((best, other) => share(other) > share(best) ? other : best);
  const done = unit === "seconds"
    ? `step ${whole(now.steps)}  ${formatDuration(now.seconds)} of ${
      formatDuration(first.seconds + budget.seconds!)
    }`
    : `${unit.slice(0, -1)} ${whole(now[unit])} of ${whole(first[unit] + budget[unit]!)}`;
  return { share: share(unit), done, unit };
}

/** `filling the replay memory 4,000 of 10,000`. */
export function describeFilling({ done, total }: Pick<FillEvent, "done" | "total">): string {
  return `filling the replay memory ${whole(done)} of ${whole(total)}`;
}

/** The parts that fit, the first ones before the others. */
export function fitParts(parts: readonly string[], width: number): string {
  let text = "";
  for (const part of parts) {
    const longer = text && part ? `${text}  ${part}` : text + part;
    if (longer.length <= width || !text) text = longer;
  }
  return text;
}

/** `0:21`, `1:02:03`. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor(total / 60) % 60];
  const pad = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(total % 60)}` : `${minutes}:${pad(total % 60)}`;
}
