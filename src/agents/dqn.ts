/** The deep Q-learning agent. @module */
import { type Counts, scheduleValue } from "../core/schedule.ts";
import type { State } from "../core/state.ts";
import type { Gpu } from "../gpu/device.ts";
import { Readback } from "../gpu/readback.ts";
import { Learner } from "../learner/learner.ts";
import { actorShapes, assertShapesFit, type LearnerOptions, metricsRing } from "../learner/options.ts";
import { Actor } from "../learner/actor.ts";
import { TargetSync } from "../learner/target_sync.ts";
import {
  assertCountable,
  type Clock,
  clockRange,
  clockWords,
  decodeClock,
  writeClock,
  zeroClock,
} from "../ops/member.ts";
import { AgentCounts } from "./agent_counts.ts";
import type {
  AgentReport,
  AgentState,
  GreedyPolicy,
  PolicyOptions,
  StepAgent,
  Transitions,
} from "./agent.ts";
import { DqnMember } from "./dqn_member.ts";
import { restoreMember, snapshotMember } from "./dqn_snapshot.ts";
import { learnerReport, metricsRanges } from "./learner_report.ts";
import { checkTransitions, packTransitions } from "./transitions.ts";

/** Updates that go to the GPU in one submit at most, and their multiply-adds, so that no submit takes long. */
const [mostUpdates, mostWork] = [64, 2 ** 31];

/** Multiply-adds of an update for each parameter and row: two passes forward, and two products backward. */
const productsOfUpdate = 4;

/**
 * Deep Q-learning (Mnih et al., 2015), with the learner on the GPU. `observe` and `update` only enqueue work; it goes
 * to the GPU in one submit with the next `act`.
 */
export class DqnAgent implements StepAgent {
  readonly environments: number;
  /** Networks, replay memory and programs on the device. They go with the agent. */
  readonly learner: Learner;
  /** The learner's only one. */
  readonly #member: DqnMember;
  readonly updatesAtOnce: number;
  readonly #actor: Actor;
  readonly #sync: TargetSync;
  readonly #readback: Readback;
  readonly #rows: Float32Array<ArrayBuffer>;
  /** What the host knows of the member's clock, as it enqueues all that moves it: so no read is needed. */
  readonly #counts = new AgentCounts();
  #stored = 0;
  #reported = 0;

  /**
   * Allocates all it needs; its kernels compile meanwhile, which {@linkcode create} waits for.
   *
   * @throws {UsageError} When a tensor does not fit the adapter, before anything is allocated.
   * @throws {RangeError} When there is not exactly one member.
   */
  constructor(gpu: Gpu, options: LearnerOptions) {
    if (options.members.length !== 1) {
      throw new RangeError(`Cannot create agent: ${options.members.length} members, wanted 1`);
    }
    assertShapesFit(gpu, actorShapes(options));
    this.environments = options.environments;
    this.learner = new Learner(gpu, options);
    const work = productsOfUpdate * this.learner.online.layout.total * options.batch;
    this.updatesAtOnce = Math.max(1, Math.min(mostUpdates, Math.floor(mostWork / work)));
    this.#member = new DqnMember(this.learner, 0);
    this.#sync = new TargetSync(this.learner);
    this.#actor = new Actor(this.learner, { environments: options.environments, greedy: false });
    const width = this.learner.metrics.shape[2]!;
    this.#readback = new Readback(gpu, metricsRing * width * 4 + clockWords * 4);
    this.#rows = new Float32Array(this.learner.transitions.size);
  }

  /** An agent whose kernels have compiled. @throws {Error} With the WGSL line that did not. */
  static async create(gpu: Gpu, options: LearnerOptions): Promise<DqnAgent> {
    const agent = new DqnAgent(gpu, options);
    try {
      await gpu.ready();
      return agent;
    } catch (error) {
      agent.dispose();
      throw error;
    }
  }

  get counts(): Counts {
    return this.#counts;
  }

  get epsilon(): number {
    return scheduleValue(this.learner.options.members[0]!.exploration, this.#counts);
  }

  act(observations: Float32Array, masks?: Uint8Array): Uint32Array | Promise<Uint32Array> {
    return this.#actor.act(observations, masks);
  }

  observe(transitions: Transitions): void {
    const { gpu, observe, replay: { layout } } = this.learner;
    checkTransitions(transitions, this.environments, layout);
    assertCountable("steps", this.#counts.steps, this.environments);
    this.finishStep();
    packTransitions(this.#rows, transitions, layout);
    this.learner.transitions.write(this.#rows);
    gpu.enqueue(observe);
    const before = { ...this.#counts };
    this.#counts.observe(transitions);
    this.#stored += this.environments;
    this.#sync.stepped(before, this.#counts);
  }

  cutEpisodes(): void {
    const { steps, lambdaReturns, normalization } = this.learner.options;
    if (steps > 1 || lambdaReturns || normalization) this.learner.gpu.enqueue(this.learner.cut);
  }

  beginUpdates(): void {
    const { gpu, prepare } = this.learner;
    if (prepare.length > 0) gpu.enqueue(prepare);
  }

  update(count = 1): void {
    if (this.#stored === 0) throw new Error("Cannot update: nothing has been observed, wanted a transition");
    assertCountable("updates", this.#counts.updates, count);
    const { gpu, update } = this.learner;
    for (let done = 0; done < count; done += this.updatesAtOnce) {
      if (done > 0) gpu.flush();
      gpu.enqueue(update, Math.min(this.updatesAtOnce, count - done));
    }
    if (count >= mostUpdates) gpu.flush();
    this.#counts.updates += count;
  }

  /** Synchronizes the target network, where that goes by step or episode and is due. */
  finishStep(): void {
    this.#sync.finishStep();
  }

  /**
   * Reads the clock, and the metrics of its updates since the last report, the latest 4,096 at most.
   *
   * @throws {LossDivergence} When a loss is not finite; the message names the update.
   */
  async report(): Promise<AgentReport> {
    const { metrics, members } = this.learner;
    const first = Math.max(this.#reported, this.#counts.updates - metricsRing) + 1;
    const count = this.#counts.updates - first + 1;
    const ranges = metricsRanges(metrics, 0, { first, count });
    const bytes = await this.#readback.read([clockRange(members, 0), ...ranges]);
    const clock = decodeClock(new Uint32Array(bytes, 0, clockWords));
    this.#reported = this.#counts.updates;
    const numbers = new Float32Array(bytes, clockWords * 4);
    return learnerReport(clock, { metrics: numbers, first, width: metrics.shape[2]! });
  }

  resetCounts(): void {
    writeClock(this.learner.members, 0, { ...zeroClock, stored: this.#stored });
    this.learner.refreshClock();
    this.#counts.set();
    this.#reported = 0;
  }

  policy(environments: number, options?: PolicyOptions): GreedyPolicy {
    return this.#member.policy(environments, options);
  }

  /** Waits until the first reads of the acting path are behind: from then on they need no promise. */
  async warmUp(): Promise<void> {
    const { width, actions } = this.learner.replay.layout;
    const count = this.environments;
    await this.#actor.act(new Float32Array(count * width), new Uint8Array(count * actions).fill(1));
  }

  async getQ(observations: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    return await this.#member.getQ(observations);
  }

  async lossOf(transitions: Transitions): Promise<number> {
    return await this.#member.lossOf(transitions);
  }

  async save(options: { readonly full?: boolean } = {}): Promise<AgentState> {
    return await this.#member.save(options);
  }

  load(state: AgentState): void {
    this.#goOn({ ...this.#member.load(state), stored: 0 });
  }

  async snapshot(): Promise<State> {
    return await snapshotMember(this.learner, 0, this.#stored);
  }

  async restore(state: State): Promise<void> {
    this.#goOn(await restoreMember(this.learner, 0, state));
  }

  scaleLearningRate(factor: number): void {
    this.learner.scaleLearningRate(0, factor);
  }

  dispose(): void {
    this.#actor.dispose();
    this.#member.dispose();
    this.#readback.dispose();
    this.learner.dispose();
  }

  /** From the counts of a clock on. */
  #goOn(clock: Clock): void {
    this.#counts.set(clock);
    this.#reported = clock.updates;
    this.#stored = clock.stored;
    this.#sync.resumed();
  }
}
