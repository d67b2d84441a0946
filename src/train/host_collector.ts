/** Collecting from environments on the host. @module */
import type { Agent } from "../agents/agent.ts";
import type { Due } from "../core/events.ts";
import type { VectorEnvironment } from "../envs/vector.ts";
import type { Episode } from "../envs/vector_step.ts";
import type { Collector, CollectorReport } from "./collector.ts";

/** When and how often the agent learns. */
export interface TrainRule {
  /** Learn every so many steps or episodes. */
  readonly every: number;
  /** What `every` counts. */
  readonly unit: "step" | "episode";
  /** Updates each time. */
  readonly updates: number;
  /** Environment steps before the first update. */
  readonly warmup: number;
}

/** How a {@linkcode HostCollector} runs. */
export interface HostCollectorOptions {
  /** When and how often the agent learns. */
  readonly train: TrainRule;
  /** Seed of the environments. */
  readonly seed: number;
  /** Longest stay in `collect`, in milliseconds, 200 by default. */
  readonly slice?: number;
}

/** Updates between two looks at the clock. */
const updatesAtOnce = 64;

/** Updates after which a chunk ends: agents keep the losses of 4,096. */
const updatesPerReport = 2048;

/** Steps host environments with an agent, one action read-back a step. */
export class HostCollector implements Collector {
  readonly #agent: Agent;
  readonly #environment: VectorEnvironment;
  readonly #rule: TrainRule;
  readonly #slice: number;
  readonly #seed: number;
  #observations: Float32Array | undefined;
  #masks: Uint8Array | undefined;
  #counts = { steps: 0, updates: 0, episodes: 0 };
  #reported = 0;
  /** Updates that the latest step still owes. */
  #owed = 0;
  /** Episodes that the latest step ended. */
  #ended: readonly Episode[] = [];
  #finished: CollectorReport["finished"][number][] = [];

  /** Joins `agent` and an environment vector of its width; nothing is reset before the first `collect`. */
  constructor(agent: Agent, environment: VectorEnvironment, options: HostCollectorOptions) {
    this.#agent = agent;
    this.#environment = environment;
    this.#rule = options.train;
    this.#seed = options.seed;
    this.#slice = options.slice ?? 200;
  }

  async collect(until: Required<Due>): Promise<void> {
    const deadline = performance.now() + this.#slice;
    const mostUpdates = this.#reported + updatesPerReport;
    if (!this.#observations) this.#reset();
    do {
      if (this.#owed === 0) {
        const acted = this.#agent.act(this.#observations!, this.#masks);
        this.#step(acted instanceof Promise ? await acted : acted);
      } else {
        this.#update(Math.min(this.#owed, updatesAtOnce, Math.max(1, until.update - this.#counts.updates)));
      }
      if (this.#owed === 0) this.#finishStep();
    } while (
      this.#counts.steps < until.step && this.#counts.episodes < until.episode &&
      this.#counts.updates < Math.min(until.update, mostUpdates) && performance.now() < deadline
    );
  }

  async report(): Promise<CollectorReport> {
    const finished = this.#finished;
    this.#finished = [];
    this.#reported = this.#counts.updates;
    return { ...await this.#agent.report(), ...this.#counts, finished };
  }

  #reset(): void {
    const { observations, actionMasks } = this.#environment.reset(this.#seed);
    this.#observations = observations;
    this.#masks = actionMasks;
  }

  /** Steps every environment, and reckons how many updates the step owes. */
  #step(actions: Uint32Array): void {
    const step = this.#environment.step(actions);
    this.#agent.observe({
      observations: this.#observations!,
      actions,
      rewards: step.rewards,
      nextObservations: step.nextObservations,
      terminated: step.terminated,
      truncated: step.truncated,
      ...(step.nextActionMasks ? { nextMasks: step.nextActionMasks } : {}),
    });
    this.#observations = step.observations;
    this.#masks = step.actionMasks;
    this.#ended = step.episodes;
    const { every, unit, updates, warmup } = this.#rule;
    const steps = this.#counts.steps + this.#environment.count;
    const [before, now] = unit === "step"
      ? [this.#counts.steps, steps]
      : [this.#counts.episodes, this.#counts.episodes + this.#ended.length];
    if (steps >= warmup) this.#owed = (Math.floor(now / every) - Math.floor(before / every)) * updates;
  }

  #update(count: number): void {
    this.#agent.update(count);
    this.#owed -= count;
    this.#counts.updates += count;
  }

  /** Counts the step once its updates are done, so that whatever is due at it comes after them. */
  #finishStep(): void {
    this.#counts.steps += this.#environment.count;
    const { steps: step } = this.#counts;
    const { epsilon } = this.#agent;
    for (const { return: total, length, terminated, truncated } of this.#ended) {
      const episode = ++this.#counts.episodes;
      this.#finished.push({ episode, step, return: total, length, terminated, truncated, epsilon });
    }
  }
}
