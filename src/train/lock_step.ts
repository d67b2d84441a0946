/** When the members of a population on the device learn and synchronize, so that one list of steps serves them all. @module */
import { mostTurns, stepsOfDispatch } from "../device_envs/acting.ts";
import type { LearnerOptions } from "../learner/options.ts";
import { SyncRule } from "../learner/target_sync.ts";
import { networkLayout } from "../ops/model.ts";
import { type StepRule, updatesDue } from "./update_rule.ts";

/** How far a member has come. */
export interface Position {
  /** Environment steps. */
  readonly steps: number;
  /** Updates. */
  readonly updates: number;
}

/** Whether two members are at the same place. */
export function isSame(a: Position, b: Position): boolean {
  return a.steps === b.steps && a.updates === b.updates;
}

/** The position that comes first. */
export function least<T extends Position>(a: T, b: T): T {
  return a.steps < b.steps || (a.steps === b.steps && a.updates <= b.updates) ? a : b;
}

/** Steps of an environment in one dispatch at most. */
const longestRollout = 64;

/** What is due where, by a run's options alone. */
export class LockStep {
  readonly #learner: LearnerOptions;
  readonly #train: StepRule;
  /** Where all members were when their run began. */
  start: Position;
  /** Steps of an environment in one dispatch at most: environments that do not wait for each other share no replay row. */
  readonly #longestRollout: number;
  readonly #sync: SyncRule;
  /** Whether a member explores by how many episodes it has ended. */
  readonly #exploresByEpisode: boolean;

  /** Of members that have all come to `start` already, from where warming up is counted. */
  constructor(learner: LearnerOptions, train: StepRule, start: Position) {
    const { members } = learner;
    const smallest = members.reduce((least, { capacity }) => Math.min(least, capacity), Infinity);
    this.#learner = learner;
    this.#train = train;
    this.start = start;
    this.#longestRollout = Math.min(
      stepsOfDispatch(networkLayout(learner.model), longestRollout),
      Math.floor(smallest / learner.environments),
      Math.max(1, Math.floor(mostTurns / learner.environments)), // rollout_count looks at each in turn.
    );
    this.#sync = new SyncRule(learner);
    this.#exploresByEpisode = members.some(({ exploration }) =>
      "per" in exploration && exploration.per === "episode"
    );
  }

  /** Updates that a member has made in all once everything due at `steps` is done. */
  updatesDue(steps: number): number {
    const { steps: first, updates } = this.start;
    return updates + updatesDue(this.#train, this.#learner.environments, steps - first);
  }

  /**
   * Steps of each environment from `steps` on that one dispatch can take: until the next update at most. Target networks that
   * are due before its last step are to be synchronized before it, if it is one after which members learn, and where a member
   * may come to rest.
   *
   * @param hasGoal Whether a member may come to rest on the way.
   */
  stepsAtOnce(steps: number, hasGoal: boolean): number {
    const { environments } = this.#learner;
    const due = this.updatesDue(steps);
    const learnsAt = (step: number) => this.updatesDue(step) > due;
    const longest = this.#countsEpisodes(hasGoal) ? 1 : this.#longestRollout;
    for (let count = 1; count < longest; count++) {
      const now = steps + count * environments;
      if (learnsAt(now)) return count;
      if (this.#sync.mayPass({ steps }, { steps: now }) && (hasGoal || learnsAt(now + environments))) {
        return count;
      }
    }
    return longest;
  }

  /** Whether a step must know how many episodes all environments of its member have ended before it. */
  #countsEpisodes(hasGoal: boolean): boolean {
    // A single environment's are counted while stepping.
    return this.#learner.environments > 1 && (hasGoal || this.#exploresByEpisode);
  }
}
