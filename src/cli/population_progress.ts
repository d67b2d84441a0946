/** How far a population is. @module */
import type { Configuration } from "../config/configurations.ts";
import type { TrainEvent } from "../core/events.ts";
import { StateReader } from "../core/state.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import { count, whole } from "../core/numbers.ts";

/** A member, as last heard of. */
interface MemberProgress {
  step: number;
  /** Seconds of training. */
  seconds: number;
  solved: boolean;
  ended: boolean;
}

/** A run that is followed. */
export interface FollowedRun {
  readonly configuration: Pick<Configuration, "config" | "threshold">;
}

/** Follows the runs of a population. */
export class PopulationProgress {
  readonly #runs: readonly FollowedRun[];
  readonly #members: readonly MemberProgress[];
  readonly #started = performance.now();

  /** Begins to count the seconds. */
  constructor(runs: readonly FollowedRun[]) {
    this.#runs = runs;
    this.#members = runs.map(() => ({ step: 0, seconds: 0, solved: false, ended: false }));
  }

  /** What follows one of the runs. */
  watch(member: number): Callback {
    const heard = this.#members[member]!;
    const { threshold = Infinity } = this.#runs[member]!.configuration;
    return {
      notify: (event: TrainEvent) => {
        heard.step = event.step;
        if (event.kind !== "evaluation") return;
        heard.solved ||= event.evaluation.mean >= threshold;
      },
      save: () => ({ solved: heard.solved }),
      load: (state) => {
        heard.solved = new StateReader(state, "progress").flag("solved");
      },
      close: () => {
        heard.ended = true;
        heard.seconds = (performance.now() - this.#started) / 1000;
      },
    };
  }

  /** Seconds from the beginning to the end of a run. */
  secondsOf(member: number): number {
    return this.#members[member]!.seconds;
  }

  /** Share of the work that is done, as far as budgets tell: 0 to 1. */
  get share(): number {
    const shares = this.#members.map(({ step, ended }, i) => {
      const { steps = Infinity } = this.#runs[i]!.configuration.config.budget;
      return ended ? 1 : step / steps;
    });
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  }

  /** Steps of the run that is farthest. */
  get step(): number {
    return Math.max(...this.#members.map(({ step }) => step));
  }

  /** As in `population of 10`, `12,000 steps`, `3 solved`. */
  get parts(): string[] {
    const steps = this.step;
    const isJudged = this.#runs.some(({ configuration: { threshold } }) => threshold !== undefined);
    const solved = this.#members.filter((member) => member.solved).length;
    return [
      `population of ${whole(this.#members.length)}`,
      ...steps > 0 ? [count(steps, "step")] : [],
      ...isJudged && steps > 0 ? [`${whole(solved)} solved`] : [],
    ];
  }
}
