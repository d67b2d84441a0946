/** Collecting from environments on the host. @module */
import type { Agent } from "../agents/agent.ts";
import type { Due } from "../core/events.ts";
import type { VectorEnvironment } from "../envs/vector.ts";
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

/** Steps host environments with an agent, one action read-back a step. */
export class HostCollector implements Collector {
  readonly #agent: Agent;
  readonly #environment: VectorEnvironment;
  readonly #rule: TrainRule;
  readonly #slice: number;
  readonly #seed: number;
  #observations: Float32Array | undefined;
  #masks: Uint8Array | undefined;
  #steps = 0;
  #updates = 0;
  #episodes = 0;
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
    if (!this.#observations) this.#reset();
    do {
      const acted = this.#agent.act(this.#observations!, this.#masks);
      this.#step(acted instanceof Promise ? await acted : acted);
    } while (
      this.#steps < until.step && this.#updates < until.update && this.#episodes < until.episode &&
      performance.now() < deadline
    );
  }

  async report(): Promise<CollectorReport> {
    const finished = this.#finished;
    this.#finished = [];
    const counts = { steps: this.#steps, updates: this.#updates, episodes: this.#episodes };
    return { ...await this.#agent.report(), ...counts, finished };
  }

  #reset(): void {
    const { observations, actionMasks } = this.#environment.reset(this.#seed);
    this.#observations = observations;
    this.#masks = actionMasks;
  }

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
    const { every, unit, updates, warmup } = this.#rule;
    const before = unit === "step" ? this.#steps : this.#episodes;
    this.#steps += this.#environment.count;
    for (const { return: total, length, terminated, truncated } of step.episodes) {
      this.#episodes++;
      this.#finished.push({
        episode: this.#episodes,
        step: this.#steps,
        return: total,
        length,
        terminated,
        truncated,
      });
    }
    const now = unit === "step" ? this.#steps : this.#episodes;
    const due = this.#steps < warmup ? 0 : (Math.floor(now / every) - Math.floor(before / every)) * updates;
    this.#agent.update(due);
    this.#updates += due;
  }
}
