/** Target networks that are synchronized by steps or episodes: when the host asks for it. @module */
import type { Counts } from "../core/schedule.ts";
import type { HyperParameters } from "../ops/member.ts";
import type { Learner } from "./learner.ts";
import type { LearnerOptions } from "./options.ts";

/** Counts as far as the host knows them: it steps no environments that live on the device. */
export type KnownCounts = Pick<Counts, "steps"> & Partial<Counts>;

/** Between which counts synchronizations may fall due: a member's own clock decides, and the host need not ask in vain. */
export class SyncRule {
  /** What is counted; undefined where there is no target network, or each update looks after it. */
  readonly #counted: "steps" | "episodes" | undefined;
  /** Members of which each synchronizes at counts of its own; the others do as one of these. */
  readonly #members: readonly HyperParameters[];

  /** The rule of all members. */
  constructor({ target, members }: Pick<LearnerOptions, "target" | "members">) {
    this.#counted = target === "step" ? "steps" : target === "episode" ? "episodes" : undefined;
    const byPeriod = members.map((member) => [`${member.syncPeriod} ${member.syncFirst}`, member] as const);
    this.#members = [...new Map(byPeriod).values()];
  }

  /** Whether a synchronization of some member may fall due after the counts `before` and up to `now`. */
  mayPass(before: KnownCounts, now: KnownCounts): boolean {
    if (!this.#counted) return false;
    const [from, to] = [before[this.#counted], now[this.#counted]];
    if (from === undefined || to === undefined) return true;
    return this.#members.some((member) => syncsUntil(member, to) > syncsUntil(member, from));
  }
}

/** Synchronizations of a member up to a count: `syncs_until` of `shaders/member.wgsl` on the host. */
function syncsUntil({ syncPeriod, syncFirst = syncPeriod }: HyperParameters, count: number): number {
  return Math.max(0, Math.floor((count - syncFirst) / syncPeriod) + 1);
}

/** Has the target networks synchronized once all updates of their step are done. */
export class TargetSync {
  readonly #learner: Pick<Learner, "gpu" | "options" | "sync">;
  readonly #rule: SyncRule;
  #mayBeDue = false;

  /** Of a learner's members, none of which is due. */
  constructor(learner: Pick<Learner, "gpu" | "options" | "sync">) {
    this.#learner = learner;
    this.#rule = new SyncRule(learner.options);
  }

  /** Takes note of steps of all environments that have been enqueued, from these counts to those. */
  stepped(before: KnownCounts, now: KnownCounts): void {
    this.#mayBeDue ||= this.#rule.mayPass(before, now);
  }

  /** Takes note that members may be due for what they did before: a state was loaded, or they rested. */
  resumed(): void {
    this.#mayBeDue = true;
  }

  /** Synchronizes who is due. To be called before the next step, once the updates of the latest one are enqueued. */
  finishStep(): void {
    if (this.#mayBeDue) this.#learner.gpu.enqueue(this.#learner.sync);
    this.#mayBeDue = false;
  }
}
