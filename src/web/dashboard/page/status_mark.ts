/** How a run is, as a mark and a word. @module */
import { h } from "../../page/dom.ts";
import type { RunInfo } from "../protocol.ts";
import { statusTexts } from "./texts.ts";

/** A mark with the status; why it is so, where somebody points at it. */
export function statusMark(run: Pick<RunInfo, "status" | "reason">): HTMLElement {
  return showStatus(h("span", { className: "mark" }), run);
}

/** Shows a status in a mark that is there. */
export function showStatus(
  mark: HTMLElement,
  { status, reason }: Pick<RunInfo, "status" | "reason">,
): HTMLElement {
  mark.dataset["status"] = status;
  mark.title = reason;
  mark.textContent = statusTexts[status];
  return mark;
}

/** Share of its budget that a run has used, 0 to 1; undefined where it has none that counts what is known. */
export function shareDone({ budget, progress }: RunInfo): number | undefined {
  if (!budget || !progress) return undefined;
  const shares = [
    [progress.step, budget.steps],
    [progress.episode, budget.episodes],
    [progress.seconds, budget.seconds],
  ].flatMap(([done, all]) => all === undefined ? [] : [done! / all]);
  return shares.length === 0 ? undefined : Math.min(1, Math.max(...shares));
}
