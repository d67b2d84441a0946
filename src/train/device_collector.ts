/** Collecting from environments on the device: acting, learning and statistics, without the host in between. @module */
import { learnerReport, metricsRanges } from "../agents/learner_report.ts";
import { TrainingError } from "../core/errors.ts";
import type { Due } from "../core/events.ts";
import { deriveSeed, Stream } from "../core/random.ts";
import { scheduleValue } from "../core/schedule.ts";
import { unlimited } from "../device_envs/acting.ts";
import type { Rollout } from "../device_envs/rollout.ts";
import { Readback } from "../gpu/readback.ts";
import { type Learner, metricsRing } from "../learner/learner.ts";
import { type Clock, decodeClocks } from "../ops/member.ts";
import type { Collector, CollectorReport } from "./collector.ts";
import { type FinishedEpisode, finishedEpisodes, recordRanges } from "./episode_records.ts";
import { type StepRule, updatesDue } from "./update_rule.ts";

/** How a {@linkcode DeviceCollector} runs. */
export interface DeviceCollectorOptions {
  /** When and how often the members learn. */
  readonly train: StepRule;
  /** Milliseconds that a chunk is to take, 100 by default. It never changes a result. */
  readonly slice?: number;
}

/** How far a member has come. */
interface Position {
  readonly steps: number;
  readonly updates: number;
}

/** Where a chunk ends at the latest. */
interface Limit {
  readonly step: number;
  readonly update: number;
  /** Where others wait. */
  readonly position: Position | undefined;
}

/** Steps of an environment in one dispatch at most. */
const longestRollout = 64;

/** Updates whose metrics a chunk reads at most, over all members. */
const mostMetrics = 2 ** 19;

/** What a step costs, in updates: a guess that only shapes the first chunks. */
const stepCost = 0.1;

/**
 * Trains a population in environments on the device. The members go in lock step: one list of operations advances them all,
 * and the host reads what came of it once a chunk. A member rests when its episodes have come to a count that is due;
 * once it has been told, those that are behind go on alone until they have caught up with the others.
 */
export class DeviceCollector implements Collector {
  readonly members: number;
  readonly #learner: Learner;
  readonly #rollout: Rollout;
  readonly #options: Required<DeviceCollectorOptions>;
  readonly #readback: Readback;
  /** Steps of an environment in one dispatch at most: environments that do not wait for each other share no replay row. */
  readonly #longestRollout: number;
  /** Updates of a chunk at most. */
  readonly #mostUpdates: number;
  /** The members' clocks when this run began. */
  #start: readonly Clock[] = [];
  /** Their clocks at the latest report. */
  #clocks: readonly Clock[] = [];
  /** Episodes that have ended and are not told yet, as their step owes updates. */
  #ended: FinishedEpisode[][] = [];
  #goals: readonly number[] = [];
  /** Whether a member may come to rest in the course of a chunk. */
  #hasGoal = false;
  /** Where the chunk begins and ends. */
  #from: Position = { steps: 0, updates: 0 };
  #to: Position = { steps: 0, updates: 0 };
  /** Whether a target network may be due for a synchronization, which comes once the updates of its step are done. */
  #syncDue = false;
  /** Cost of the next chunk, in updates. */
  #size = 8;
  /** What the chunk costs, in updates. */
  #cost = 0;
  /** When the chunk began. */
  #began = 0;

  /** Joins a learner and the environments of its members. Nothing begins before the first `collect`. */
  constructor(learner: Learner, rollout: Rollout, options: DeviceCollectorOptions) {
    this.#learner = learner;
    this.#rollout = rollout;
    this.#options = { slice: 100, ...options };
    const { members, environments } = learner.options;
    const smallest = Math.min(...members.map(({ capacity }) => capacity));
    this.members = members.length;
    this.#longestRollout = Math.min(longestRollout, Math.floor(smallest / environments));
    this.#mostUpdates = Math.ceil(Math.min(metricsRing / 2, mostMetrics / this.members));
    const { members: { clock }, gpu } = learner;
    const metricsBytes = this.members * this.#mostUpdates * 8;
    this.#readback = new Readback(gpu, clock.byteLength + rollout.records.byteLength + metricsBytes);
  }

  async collect(until: readonly (Required<Due> | undefined)[]): Promise<void> {
    if (this.#start.length === 0) await this.#begin();
    this.#began = performance.now();
    const isActive = (i: number) => until[i] !== undefined;
    const waiting = this.#clocks.filter((_, i) => isActive(i));
    this.#from = this.#to;
    if (waiting.length === 0) return;
    this.#from = waiting.reduce(least);
    const isNext = (i: number) => isActive(i) && isSame(this.#clocks[i]!, this.#from);
    const ahead = waiting.filter((clock) => !isSame(clock, this.#from));
    const next = until.flatMap((due, i) => due && isNext(i) ? [this.#absolute(due, i)] : []);
    this.#setGoals(until.map((due, i) => due && isNext(i) ? due.episode + this.#start[i]!.episodes : 0));
    this.#to = this.#advance({
      step: Math.min(...next.map(({ step }) => step)),
      update: Math.min(...next.map(({ update }) => update)),
      position: ahead.length > 0 ? ahead.reduce(least) : undefined,
    });
  }

  async report(): Promise<readonly (CollectorReport | TrainingError)[]> {
    const { members: { clock }, metrics, options: { environments } } = this.#learner;
    const { records } = this.#rollout;
    const steps = (this.#to.steps - this.#from.steps) / environments;
    const updates = { first: this.#from.updates + 1, count: this.#to.updates - this.#from.updates };
    const bytes = await this.#readback.read([
      { tensor: clock },
      ...recordRanges(records, { first: Math.floor(this.#from.steps / environments), count: steps }),
      ...this.#clocks.flatMap((_, i) => metricsRanges(metrics, i, updates)),
    ]);
    this.#tune();
    const before = this.#clocks;
    this.#clocks = decodeClocks(bytes.slice(0, clock.byteLength));
    const rows = new Uint32Array(bytes, clock.byteLength, steps * environments * this.members * 2);
    const pairs = new Float32Array(bytes, rows.byteOffset + rows.byteLength);
    return this.#clocks.map((now, i) => {
      const own = pairs.subarray(
        2 * updates.count * i,
        2 * updates.count * i + 2 * (now.updates - before[i]!.updates),
      );
      this.#ended[i] = [...this.#ended[i]!, ...this.#endedSince(before[i]!, i, rows)];
      try {
        return { ...learnerReport(now, own, updates.first), ...this.#progressOf(i) };
      } catch (error) {
        if (error instanceof TrainingError) return error;
        throw error;
      }
    });
  }

  /** Frees its device memory; the learner's and the environments' stay. */
  dispose(): void {
    this.#readback.dispose();
  }

  async #begin(): Promise<void> {
    const { members: { clock }, options: { members, environments } } = this.#learner;
    this.#start = this.#clocks = decodeClocks((await clock.read()).buffer);
    this.#ended = this.#clocks.map(() => []);
    if (!this.#start.every((own) => isSame(own, this.#start[0]!))) {
      throw new Error("Cannot train: members have come to different steps or updates, wanted the same");
    }
    this.#rollout.begin(
      members.flatMap(({ seed }) =>
        Array.from({ length: environments }, (_, i) => deriveSeed(seed, Stream.environmentSeed, i))
      ),
    );
  }

  #absolute({ step, update, episode }: Required<Due>, member: number): Required<Due> {
    const { steps, updates, episodes } = this.#start[member]!;
    return { step: step + steps, update: update + updates, episode: episode + episodes };
  }

  #setGoals(goals: readonly number[]): void {
    if (goals.length === this.#goals.length && goals.every((goal, i) => goal === this.#goals[i])) return;
    this.#goals = goals;
    this.#hasGoal = goals.some((goal) => goal > 0 && goal < unlimited);
    this.#rollout.setGoals(Uint32Array.from(goals, (goal) => Math.min(goal, unlimited)));
    this.#learner.gpu.enqueue(this.#rollout.program(0)); // Who rests does so from here on, updates and all.
    this.#syncDue = this.#syncs(); // Those who rested until now may be due.
  }

  /** Enqueues a chunk from `#from` on. Returns where it ends. */
  #advance(limit: Limit): Position {
    const { gpu, update, options: { environments } } = this.#learner;
    const ring = this.#rollout.records.shape[0]!;
    const lastStep = Math.min(
      limit.step,
      limit.position?.steps ?? Infinity,
      this.#from.steps + ring * environments,
    );
    const lastUpdate = Math.min(limit.update, this.#from.updates + this.#mostUpdates);
    let { steps, updates } = this.#from;
    let cost = 0;
    while (cost < this.#size) {
      const atOthers = limit.position?.steps === steps ? limit.position.updates : Infinity;
      const owed = this.#updatesDue(steps) - updates;
      if (owed > 0) {
        const count = Math.min(owed, Math.ceil(this.#size - cost), lastUpdate - updates, atOthers - updates);
        if (count <= 0) break;
        gpu.enqueue(update, count);
        updates += count;
        cost += count;
        if (updates >= lastUpdate) break;
      } else {
        if (steps >= lastStep) break;
        const affordable = Math.ceil((this.#size - cost) / stepCost);
        const count = Math.min(
          this.#stepsAtOnce(steps),
          Math.ceil((lastStep - steps) / environments),
          affordable,
        );
        this.#synchronize();
        gpu.enqueue(this.#rollout.program(count));
        this.#syncDue = this.#passesSync(steps, steps + count * environments);
        steps += count * environments;
        cost += count * stepCost;
      }
    }
    this.#cost = cost;
    if (this.#syncDue && this.#updatesDue(steps) === updates) {
      this.#synchronize(); // What a checkpoint holds must not tell where a chunk ended.
    }
    return { steps, updates };
  }

  /** Updates that a member has made in all once everything due at `steps` is done. */
  #updatesDue(steps: number): number {
    const { steps: first, updates } = this.#start[0]!;
    return updates + updatesDue(this.#options.train, this.#learner.options.environments, steps - first);
  }

  /**
   * Steps of each environment from `steps` on that one dispatch can take: until the next update at most. Target networks that
   * are due before its last step are to be synchronized before it, if it is one after which members learn, and where a member
   * may come to rest.
   */
  #stepsAtOnce(steps: number): number {
    const { environments } = this.#learner.options;
    const due = this.#updatesDue(steps);
    const learnsAt = (step: number) => this.#updatesDue(step) > due;
    const longest = this.#countsEpisodes() ? 1 : this.#longestRollout;
    for (let count = 1; count < longest; count++) {
      const now = steps + count * environments;
      if (learnsAt(now)) return count;
      if (this.#passesSync(steps, now) && (this.#hasGoal || learnsAt(now + environments))) return count;
    }
    return longest;
  }

  /** Whether a step must know how many episodes all environments of its member have ended before it. */
  #countsEpisodes(): boolean {
    const { environments, members } = this.#learner.options;
    if (environments === 1) return false; // Then it is counted while stepping.
    return this.#hasGoal ||
      members.some(({ exploration }) => "per" in exploration && exploration.per === "episode");
  }

  /** Whether target networks are synchronized by step or episode. */
  #syncs(): boolean {
    const { target } = this.#learner.options;
    return target === "step" || target === "episode";
  }

  /** Synchronizations by step or episode come after the updates of their step. */
  #synchronize(): void {
    if (this.#syncDue) this.#learner.gpu.enqueue(this.#learner.sync);
    this.#syncDue = false;
  }

  /** Whether steps `before` + 1 to `now` may pass a synchronization of some member. */
  #passesSync(before: number, now: number): boolean {
    const { target, members } = this.#learner.options;
    if (target !== "step") return this.#syncs();
    return members.some(({ syncPeriod, syncFirst = syncPeriod }) => {
      const passed = (steps: number) => Math.floor((steps + syncPeriod - syncFirst) / syncPeriod);
      return passed(now) > passed(before);
    });
  }

  /** Makes the next chunk as large as fits its time, by what this one took. */
  #tune(): void {
    if (this.#cost === 0) return;
    const took = performance.now() - this.#began;
    const affordable = this.#cost * this.#options.slice / Math.max(took, 0.1);
    this.#size = Math.max(1, Math.min(affordable, 2 * this.#size));
  }

  /** A member's counts in this run, and its episodes. A step counts once its updates are done, and so do they. */
  #progressOf(
    member: number,
  ): Record<"steps" | "updates" | "episodes", number> & Pick<CollectorReport, "finished"> {
    const [start, now] = [this.#start[member]!, this.#clocks[member]!];
    const owes = this.#updatesDue(now.steps) > now.updates;
    const steps = now.steps - start.steps - (owes ? this.#learner.options.environments : 0);
    const ended = this.#ended[member]!;
    const finished = ended.splice(0, ended.findLastIndex(({ step }) => step <= steps) + 1);
    const episodes = now.episodes - start.episodes - ended.length;
    return { steps, updates: now.updates - start.updates, episodes, finished };
  }

  /** The episodes that a member has ended since `before`, from the chunk's records. */
  #endedSince(before: Clock, member: number, records: Uint32Array<ArrayBuffer>): FinishedEpisode[] {
    const { members, environments } = this.#learner.options;
    const [start, now] = [this.#start[member]!, this.#clocks[member]!];
    return finishedEpisodes(records, {
      member,
      members: members.length,
      environments,
      rows: (now.steps - before.steps) / environments,
      steps: before.steps - start.steps,
      episodes: before.episodes - start.episodes,
      epsilon: (step, episode) => {
        const [steps, episodes] = [step + start.steps, episode + start.episodes];
        return scheduleValue(members[member]!.exploration, {
          steps,
          updates: this.#updatesDue(steps),
          episodes,
        });
      },
    });
  }
}

function isSame(a: Position, b: Position): boolean {
  return a.steps === b.steps && a.updates === b.updates;
}

/** The position that comes first. */
function least<T extends Position>(a: T, b: T): T {
  return a.steps < b.steps || (a.steps === b.steps && a.updates <= b.updates) ? a : b;
}
