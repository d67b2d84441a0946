/** Tabular Q-learning. @module */
import { TrainingError } from "../core/errors.ts";
import { pcg4d, Stream, unitInterval } from "../core/random.ts";
import { type Counts, type Schedule, scheduleValue } from "../core/schedule.ts";
import { type State, StateReader } from "../core/state.ts";
import { AgentCounts } from "./agent_counts.ts";
import type { AgentReport, AgentState, GreedyPolicy, StepAgent, Transitions } from "./agent.ts";
import { assertFinite } from "./divergence.ts";
import { randomLegal } from "./random.ts";
import { QTable } from "./q_table.ts";
import { agentStateOf, assertKnownEntries, entryOf } from "./agent_state.ts";
import { RecentLosses } from "./recent_losses.ts";
import { TransitionList } from "./transition_list.ts";
import { checkTransitions } from "./transitions.ts";

/** What a {@linkcode TabularAgent} is made of. */
export interface TabularOptions {
  /** States of the environment, numbered from 0; at least 1. */
  readonly states: number;
  /** Its actions, at least 1. */
  readonly actions: number;
  /** Environments that it acts in at once, at least 1. */
  readonly environments: number;
  /** Seed of its exploration, an unsigned 32-bit integer. */
  readonly seed: number;
  /** Learning rate: the part of the TD error by which an update moves its entry. */
  readonly alpha: Schedule;
  /** Discount, in [0, 1]. */
  readonly gamma: number;
  /** Probability of a random action. */
  readonly exploration: Schedule;
  /** Every entry of the table at the start, 0 by default. */
  readonly initial?: number;
  /** Whether actions are only ever chosen with a mask: one that is missing is an error then. Default: false. */
  readonly masked?: boolean;
}

/**
 * Q-learning over a table (Watkins, 1989), on the host. An observation is one number, the index of the state.
 *
 * One update learns from one transition and moves one entry:
 *
 * ```
 * Q(s, a) <- Q(s, a) + alpha (y - Q(s, a)),    y = r + gamma (1 - terminated) max_a' Q(s', a')
 * ```
 *
 * Actions are epsilon-greedy, each environment with a coin of its own at each step. Only legal actions count, in acting,
 * in exploring and in the maximum; among equals the lowest index wins. Equal seeds give equal bits.
 */
export class TabularAgent implements StepAgent {
  readonly environments: number;
  readonly #options: TabularOptions;
  readonly #q: QTable;
  readonly #chosen: Uint32Array<ArrayBuffer>;
  readonly #recent = new RecentLosses();
  /** Observed since the last update, and until the next step after it. */
  readonly #rows: TransitionList;
  /** Rows that have been learned from, those of further rounds included. */
  #learned = 0;
  /** Factor on the learning rate. */
  #scale = 1;
  readonly #counts = new AgentCounts();

  /** Fills the table. @throws {RangeError} When there are no states, actions or environments. */
  constructor(options: TabularOptions) {
    const { states, actions, environments, initial = 0 } = options;
    for (const [name, count] of Object.entries({ states, actions, environments })) {
      if (Number.isSafeInteger(count) && count > 0) continue;
      throw new RangeError(`Cannot create agent: ${name} is ${count}, wanted a positive integer`);
    }
    this.#options = options;
    this.#q = new QTable(states, actions, initial);
    this.environments = environments;
    this.#chosen = new Uint32Array(environments);
    this.#rows = new TransitionList(environments, actions);
  }

  /** Q values `[states, actions]`. */
  get table(): Float32Array<ArrayBuffer> {
    return this.#q.values;
  }

  get counts(): Counts {
    return this.#counts;
  }

  get epsilon(): number {
    return scheduleValue(this.#options.exploration, this.#counts);
  }

  /** Step size of the next update. */
  get learningRate(): number {
    return this.#scale * scheduleValue(this.#options.alpha, this.#counts);
  }

  act(observations: Float32Array, masks?: Uint8Array): Uint32Array {
    this.#checkActing(observations, masks, this.environments);
    const { epsilon } = this;
    for (let index = 0; index < this.environments; index++) {
      if (epsilon > 0) {
        const words = pcg4d(this.#options.seed, Stream.exploration, this.#counts.steps, index);
        if (unitInterval(words[0]) < epsilon) {
          this.#chosen[index] = randomLegal(words[1], masks, { index, actions: this.#q.actions });
          continue;
        }
      }
      this.#chosen[index] = this.#q.greedy(this.#q.rowOf(observations[index]!), masks, index);
    }
    return this.#chosen;
  }

  observe(transitions: Transitions): void {
    const count = this.environments;
    checkTransitions(transitions, count, { width: 1, actions: this.#q.actions });
    if (this.#learned > 0) this.#rows.clear();
    this.#learned = 0;
    this.#rows.push(transitions);
    this.#counts.observe(transitions);
  }

  /**
   * Learns from `count` transitions, one after another as they were observed: those of the steps since the last update,
   * from the first one on, and again from the first one after the last. All of them once by default.
   *
   * @throws {Error} When nothing has been observed.
   */
  update(count: number = this.#rows.length): void {
    const { length } = this.#rows;
    if (length === 0) throw new Error("Cannot update: nothing has been observed, wanted a transition");
    for (let i = 0; i < count; i++) this.#learn(this.#learned++ % length);
  }

  /** The losses are squared TD errors; the mean Q of an update is that of its one entry before it. */
  // deno-lint-ignore require-await -- So that an error rejects.
  async report(): Promise<AgentReport> {
    const { losses, meanQ } = this.#recent.take();
    const { epsilon, learningRate } = this;
    const advice = "Try a smaller learning rate, or a discount below 1.";
    const first = this.#counts.updates - losses.length + 1;
    const report = { ...this.#counts, epsilon, learningRate, losses, meanQ };
    return assertFinite(report, { first, what: "squared TD error", advice });
  }

  policy(environments: number): GreedyPolicy {
    const chosen = new Uint32Array(environments);
    return {
      act: (observations, masks) => {
        this.#checkActing(observations, masks, environments);
        for (let i = 0; i < environments; i++) {
          chosen[i] = this.#q.greedy(this.#q.rowOf(observations[i]!), masks, i);
        }
        return chosen;
      },
      dispose() {},
    };
  }

  // deno-lint-ignore require-await -- So that a wrong state rejects.
  async getQ(observations: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    const { actions } = this.#q;
    const values = new Float32Array(observations.length * actions);
    for (const [i, state] of observations.entries()) {
      const row = this.#q.rowOf(state);
      values.set(this.table.subarray(row, row + actions), i * actions);
    }
    return values;
  }

  // deno-lint-ignore require-await -- So that a wrong state rejects.
  async lossOf(transitions: Transitions): Promise<number> {
    const { length } = transitions.actions;
    checkTransitions(transitions, length, { width: 1, actions: this.#q.actions });
    const rows = new TransitionList(length, this.#q.actions);
    rows.push(transitions);
    let sum = 0;
    for (let row = 0; row < length; row++) sum += this.#errorOf(rows, row).error ** 2;
    return sum / length;
  }

  /** `q` `[states, actions]`, and with `full` the `counts`. */
  save(options: { readonly full?: boolean } = {}): Promise<AgentState> {
    const { states, actions } = this.#options;
    if (!this.table.every(Number.isFinite)) {
      const message = "Cannot save q: a value is not finite. The last checkpoint is kept.";
      return Promise.reject(new TrainingError(message));
    }
    const q = { shape: [states, actions], data: this.table.slice() };
    return Promise.resolve<AgentState>(options.full ? { q, counts: this.#counts.save() } : { q });
  }

  load(state: AgentState): void {
    const { states, actions } = this.#options;
    const of = `a table of ${states} states and ${actions} actions`;
    assertKnownEntries(state, { names: ["q", "counts"], of: "keeps a table of Q values" });
    const q = entryOf(state, "q", { shape: [states, actions], of });
    this.#counts.load(state);
    this.table.set(q);
    this.#recent.clear();
    this.#rows.clear();
    this.#learned = 0;
  }

  async snapshot(): Promise<State> {
    return { ...await this.save({ full: true }), learned: this.#learned, observed: this.#rows.save() };
  }

  // deno-lint-ignore require-await -- So that a wrong state rejects.
  async restore(state: State): Promise<void> {
    const reader = new StateReader(state, "agent");
    const learned = reader.count("learned");
    this.load(agentStateOf(reader, ["learned", "observed"]));
    this.#rows.load(reader.child("observed"), this.#options.states);
    this.#learned = learned;
  }

  scaleLearningRate(factor: number): void {
    this.#scale = factor;
  }

  resetCounts(): void {
    this.#counts.set();
    this.#recent.clear();
  }

  dispose(): void {}

  /** Applies Q-learning to one of the transitions at hand. */
  #learn(row: number): void {
    const { entry, q, error } = this.#errorOf(this.#rows, row);
    this.table[entry] = q + this.learningRate * error;
    this.#counts.updates++;
    this.#recent.add(error * error, q);
  }

  /** Where the Q value of a transition is, that, and its TD error. */
  #errorOf(rows: TransitionList, row: number): { entry: number; q: number; error: number } {
    const { states, actions, rewards, nextStates, terminated, nextMasks } = rows;
    const { table } = this;
    const entry = this.#q.rowOf(states[row]!) + actions[row]!;
    let target = rewards[row]!;
    if (terminated[row] === 0) {
      const next = this.#q.rowOf(nextStates[row]!);
      target += this.#options.gamma * table[next + this.#q.greedy(next, nextMasks, row)]!;
    }
    const q = table[entry]!;
    return { entry, q, error: target - q };
  }

  #checkActing(observations: Float32Array, masks: Uint8Array | undefined, count: number): void {
    if (observations.length !== count) {
      throw new RangeError(
        `Cannot act: observations hold ${observations.length} numbers, wanted ${count} states`,
      );
    }
    const wanted = count * this.#q.actions;
    const found = masks?.length ?? (this.#options.masked ? 0 : wanted);
    if (found === wanted) return;
    throw new RangeError(`Cannot act: action masks hold ${found} entries, wanted ${wanted}`);
  }
}
