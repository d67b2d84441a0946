/** Collecting from environments on the device: acting, learning and statistics, without the host in between. @module */
import { restoreMember, snapshotMember } from "../agents/dqn_snapshot.ts";
import { metricsRanges } from "../agents/learner_report.ts";
import type { DivergenceError } from "../core/errors.ts";
import type { Due } from "../core/events.ts";
import { deriveSeed, Stream } from "../core/random.ts";
import { type State, StateReader } from "../core/state.ts";
import { unlimited } from "../device_envs/episode_end.ts";
import type { Rollout } from "../device_envs/rollout.ts";
import { Readback } from "../gpu/readback.ts";
import type { Learner } from "../learner/learner.ts";
import { metricsRing } from "../learner/options.ts";
import { TargetSync } from "../learner/target_sync.ts";
import { assertCountable, type Clock, decodeClocks, mostCounts } from "../ops/member.ts";
import type { Collector, CollectorReport } from "./collector.ts";
import { DeviceMember } from "./device_member.ts";
import { recordRanges } from "./episode_records.ts";
import { EnvironmentFault, findFaultyTransition } from "./faulty_transition.ts";
import { isSame, least, LockStep, type Position } from "./lock_step.ts";
import type { StepRule } from "./update_rule.ts";

/** How a {@linkcode DeviceCollector} runs. */
export interface DeviceCollectorOptions {
  /** When and how often the members learn. */
  readonly train: StepRule;
  /** Milliseconds that a chunk is to take, 100 by default. It never changes a result. */
  readonly slice?: number;
}

/** Where a chunk ends at the latest. */
interface Limit {
  readonly step: number;
  readonly update: number;
  /** Where others wait. */
  readonly position: Position | undefined;
}

/** Updates whose metrics a chunk reads at most, over all members. */
const mostMetrics = 2 ** 19;

/** Updates of the first chunk, of all members together. */
const firstSize = 8;

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
  /** Updates of a chunk at most. */
  readonly #mostUpdates: number;
  /** The members; none until they have started. */
  #runs: readonly DeviceMember[] = [];
  #starting: Promise<void> | undefined;
  #lockStep!: LockStep;
  #goals: readonly number[] = [];
  /** Whether a member may come to rest in the course of a chunk. */
  #hasGoal = false;
  /** Where the chunk begins and ends. */
  #from: Position = { steps: 0, updates: 0 };
  #to: Position = { steps: 0, updates: 0 };
  readonly #sync: TargetSync;
  /** Cost of the next chunk, in updates. */
  #size: number;
  /** What the chunk costs, in updates. */
  #cost = 0;
  /** When the chunk began. */
  #began = 0;

  /** Joins a learner and the environments of its members. Nothing begins before the first `collect`. */
  constructor(learner: Learner, rollout: Rollout, options: DeviceCollectorOptions) {
    this.#learner = learner;
    this.#rollout = rollout;
    this.#options = { slice: 100, ...options };
    this.#sync = new TargetSync(learner);
    this.members = learner.options.members.length;
    this.#size = Math.max(1, firstSize / this.members);
    this.#mostUpdates = Math.ceil(Math.min(metricsRing / 2, mostMetrics / this.members));
    const { members, gpu } = learner;
    const metricsBytes = this.members * this.#mostUpdates * learner.metrics.shape[2]! * 4;
    this.#readback = new Readback(gpu, members.byteLength + rollout.records.byteLength + metricsBytes);
  }

  async begin(): Promise<void> {
    await this.#started();
    const clocks = decodeClocks(await this.#learner.members.read());
    for (const [i, run] of this.#runs.entries()) run.goOn(clocks[i]!);
    const [{ counts: { start } }] = this.#runs as [DeviceMember];
    if (!this.#runs.every(({ counts }) => isSame(counts.start, start))) {
      throw new Error("Cannot train: members have come to different steps or updates, wanted the same");
    }
    this.#lockStep.start = start;
  }

  async collect(until: readonly (Required<Due> | undefined)[]): Promise<void> {
    if (this.#runs.length === 0) await this.begin();
    this.#began = performance.now();
    const clocks = this.#runs.flatMap(({ clock }, i) => until[i] ? [clock] : []);
    this.#from = this.#to;
    if (clocks.length === 0) return;
    this.#from = clocks.reduce(least);
    const ahead = clocks.filter((clock) => !isSame(clock, this.#from));
    const dues = this.#runs.map((run, i) =>
      until[i] && isSame(run.clock, this.#from) ? run.counts.absolute(until[i]) : undefined
    );
    const next = dues.filter((due) => due !== undefined);
    this.#setGoals(dues.map((due) => due?.episode ?? 0));
    this.#to = this.#advance({
      step: Math.min(...next.map(({ step }) => step)),
      update: Math.min(...next.map(({ update }) => update)),
      position: ahead.length > 0 ? ahead.reduce(least) : undefined,
    });
  }

  async report(): Promise<readonly CollectorReport[]> {
    const { members, metrics, options: { environments } } = this.#learner;
    const { records } = this.#rollout;
    const steps = (this.#to.steps - this.#from.steps) / environments;
    const updates = { first: this.#from.updates + 1, count: this.#to.updates - this.#from.updates };
    const bytes = await this.#readback.read([
      { tensor: members },
      ...recordRanges(records, { first: Math.floor(this.#from.steps / environments), count: steps }),
      ...this.#runs.flatMap((_, i) => metricsRanges(metrics, i, updates)),
    ]);
    this.#tune();
    const clocks = decodeClocks(new Uint32Array(bytes, 0, members.size));
    const rows = new Uint32Array(bytes, members.byteLength, steps * records.size / records.shape[0]!);
    const ofUpdates = new Float32Array(bytes, rows.byteOffset + rows.byteLength);
    const width = metrics.shape[2]!;
    const reports = this.#runs.map((run, i) =>
      run.take({
        clock: clocks[i]!,
        records: rows,
        updates: {
          metrics: ofUpdates.subarray(width * updates.count * i, width * updates.count * (i + 1)),
          first: updates.first,
          width,
        },
      })
    );
    for (const [i, report] of reports.entries()) {
      if (report.fault) reports[i] = { ...report, fault: await this.#explain(report.fault, i) };
    }
    return reports;
  }

  async save(member: number): Promise<State> {
    await this.#started(); // A run may be ended before its first chunk.
    const run = this.#runs[member]!;
    const slots = await this.#learner.gpu.readRanges([this.#rollout.slotsOf(member)]);
    return {
      agent: await snapshotMember(this.#learner, member, run.clock.stored),
      environments: new Uint32Array(slots),
      ...run.save(),
    };
  }

  async load(member: number, state: State): Promise<readonly string[]> {
    await this.#started();
    const reader = new StateReader(state, "loop");
    const { tensor, offset, length } = this.#rollout.slotsOf(member);
    const slots = reader.array("environments", "Uint32Array", length);
    const run = this.#runs[member]!;
    run.load(reader, await restoreMember(this.#learner, member, reader.value("agent") ?? null));
    tensor.write(slots, offset);
    this.#sync.resumed();
    return [];
  }

  scaleLearningRate(member: number, factor: number): void {
    this.#learner.scaleLearningRate(member, factor);
  }

  /** Frees its device memory; the learner's and the environments' stay. */
  dispose(): void {
    this.#readback.dispose();
  }

  /** Why a member cannot go on, as far as what it stored tells. */
  async #explain(error: DivergenceError, member: number): Promise<DivergenceError> {
    const run = this.#runs[member]!;
    const { environments } = this.#learner.options;
    const found = await findFaultyTransition(this.#learner, member, run.clock.stored);
    if (!found) return error;
    const since = Math.ceil(found.ago / environments) - 1; // Steps of each environment.
    const step = run.counts.since(run.clock).steps - since * environments;
    // The replay may have lost what was at fault first.
    if (error instanceof EnvironmentFault && error.step < step) return error;
    return new EnvironmentFault(found.fault, step, error);
  }

  /** Lays out the members where their learners are, once: before any of them takes over a state. */
  #started(): Promise<void> {
    return this.#starting ??= this.#learner.members.read().then((bytes) => this.#start(decodeClocks(bytes)));
  }

  #start(clocks: readonly Clock[]): void {
    const { options } = this.#learner;
    const { members, environments } = options;
    const lockStep = this.#lockStep = new LockStep(options, this.#options.train, clocks[0]!);
    this.#runs = clocks.map((clock, i) => new DeviceMember(i, clock, { options, lockStep }));
    this.#rollout.begin(
      members.flatMap(({ seed }) =>
        Array.from({ length: environments }, (_, i) => deriveSeed(seed, Stream.environmentSeed, i))
      ),
    );
  }

  #setGoals(goals: readonly number[]): void {
    if (goals.length === this.#goals.length && goals.every((goal, i) => goal === this.#goals[i])) return;
    this.#goals = goals;
    this.#hasGoal = goals.some((goal) => goal > 0 && goal < unlimited);
    this.#rollout.setGoals(Uint32Array.from(goals, (goal) => Math.min(goal, unlimited)));
    this.#sync.resumed(); // Those who rested until now.
  }

  /** Enqueues a chunk from `#from` on. Returns where it ends. */
  #advance(limit: Limit): Position {
    const { gpu, prepare, update, options: { environments } } = this.#learner;
    const lockStep = this.#lockStep;
    const owes = lockStep.updatesDue(this.#from.steps) > this.#from.updates;
    if (owes) assertCountable("updates", this.#from.updates, 1);
    else assertCountable("steps", this.#from.steps, environments);
    const ring = this.#rollout.records.shape[0]!;
    const lastStep = Math.min(
      limit.step,
      limit.position?.steps ?? Infinity,
      this.#from.steps + ring * environments,
      mostCounts - environments + 1,
    );
    const lastUpdate = Math.min(limit.update, this.#from.updates + this.#mostUpdates, mostCounts);
    let { steps, updates } = this.#from;
    let cost = 0;
    while (cost < this.#size) {
      const atOthers = limit.position?.steps === steps ? limit.position.updates : Infinity;
      const owed = lockStep.updatesDue(steps) - updates;
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
          lockStep.stepsAtOnce(steps, this.#hasGoal),
          Math.ceil((lastStep - steps) / environments),
          affordable,
        );
        this.#sync.finishStep();
        gpu.enqueue(this.#rollout.program(count));
        this.#sync.stepped({ steps }, { steps: steps + count * environments });
        steps += count * environments;
        cost += count * stepCost;
        if (prepare.length > 0 && lockStep.updatesDue(steps) > updates) gpu.enqueue(prepare);
      }
    }
    this.#cost = cost;
    // What a checkpoint holds must not tell where a chunk ended.
    if (lockStep.updatesDue(steps) === updates) this.#sync.finishStep();
    return { steps, updates };
  }

  /** Makes the next chunk as large as fits its time, by what this one took. */
  #tune(): void {
    if (this.#cost === 0) return;
    const took = performance.now() - this.#began;
    const affordable = this.#cost * this.#options.slice / Math.max(took, 0.1);
    this.#size = Math.max(1, Math.min(affordable, 2 * this.#size));
  }
}
