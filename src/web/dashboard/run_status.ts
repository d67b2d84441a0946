/** How a run is, by what it left. @module */
import { interrupted } from "../../core/events.ts";
import { type Failure, isDone, type Summary } from "../../runs/summary.ts";
import type { RunInfo } from "./protocol.ts";

/** What is known of a run. */
export interface Signs {
  readonly summary?: Summary | undefined;
  readonly failure?: Failure | undefined;
  /** Its lock: there is none, somebody holds it, or it was left by who was killed. */
  readonly lock: "none" | "held" | "left";
}

/** The status of a run and why it has it. */
export function statusOf({ summary, failure, lock }: Signs): Pick<RunInfo, "status" | "reason"> {
  if (lock === "held") return { status: "running", reason: "" };
  if (summary) {
    if (summary.stopReason === interrupted) return { status: "interrupted", reason: "it was ended" };
    const left = summary.evaluation === null
      ? ", not evaluated yet"
      : isDone(summary)
      ? ""
      : ", not drawn yet";
    return { status: "finished", reason: `${summary.stopReason}${left}` };
  }
  if (failure) return { status: "failed", reason: failure.reason };
  if (lock === "left") return { status: "interrupted", reason: "its process was killed" };
  return { status: "unfinished", reason: "it ended without a summary" };
}
