/** Collecting from environments on the host. @module */
import type { StepAgent, Transitions } from "../agents/agent.ts";
import { LossDivergence } from "../agents/divergence.ts";
import { RandomAgent } from "../agents/random.ts";
import type { Due } from "../core/events.ts";
import type { Counts } from "../core/schedule.ts";
import { DivergenceError, UsageError } from "../core/errors.ts";
import { deriveSeed, Stream } from "../core/random.ts";
import { type State, StateReader } from "../core/state.ts";
import { Deadline } from "../core/event_loop.ts";
import type { VectorEnvironment } from "../envs/vector.ts";
import type { Episode, VectorStep } from "../envs/vector_step.ts";
import type { Collector, CollectorReport } from "./collector.ts";
import { readOutcome } from "./episode_records.ts";
import { RunCounts } from "./run_counts.ts";
import { type TrainRule, updatesAtStart, updatesOwed } from "./update_rule.ts";

/** How a {@linkcode HostCollector} runs. */
export interface HostCollectorOptions {
  /** When and how often the agent learns. */
  readonly train: TrainRule;
  /** Seed of the environments. */
  readonly seed: number;
  /**
   * Environment steps of uniformly random legal actions before step 0, none by default. The agent observes them, and
   * nothing of them counts: then the environments and the counts start anew. Where `train` counts episodes, the updates
   * of one interval come before the first episode.
   */
  readonly prefill?: number;
  /** Longest stay in `collect`, in milliseconds, 200 by default. */
  readonly slice?: number;
}

/** An episode that ended. */
interface Finished {
  readonly told: CollectorReport["finished"][number];
  readonly updates: number;
}

/** Updates between two looks at the clock, of an agent that does not say. */
const updatesAtOnce = 64;

/** Updates after which a chunk ends: agents keep the losses of 4,096. */
const updatesPerReport = 2048;

/** Steps host environments with an agent, one action read-back a step. */
export class HostCollector implements Collector {
  /** One agent. */
  readonly members = 1;
  readonly #agent: StepAgent;
  readonly #environment: VectorEnvironment;
  readonly #options: HostCollectorOptions;
  #observations: Float32Array | undefined;
  #masks: Uint8Array | undefined;
  /** The counts of this run, by the agent's. */
  #run: RunCounts;
  /** Those of the latest report. */
  #reported: Counts = { steps: 0, updates: 0, episodes: 0 };
  /** Why nothing can be collected, to be told with the next report. */
  #fault: DivergenceError | undefined;
  /** Updates that are due before the step counts. */
  #owed = 0;
  /** Episodes that a step ended which does not count yet; undefined where there is no such step. */
  #ended: readonly Episode[] | undefined;
  /** Episodes to be told, each with the updates that had been made when its last step counted. */
  #finished: Finished[] = [];
  /** Plays before step 0. */
  #filler: RandomAgent | undefined;
  /** What the next report tells of the play before step 0. */
  #fill: CollectorReport["fill"];

  /** Joins `agent` and an environment vector of its width; nothing is reset before the first `collect`. */
  constructor(agent: StepAgent, environment: VectorEnvironment, options: HostCollectorOptions) {
    this.#agent = agent;
    this.#run = new RunCounts(agent.counts);
    this.#environment = environment;
    this.#options = options;
    if (!options.prefill) return;
    const { count, actionSpace } = environment;
    const seed = fillSeed(options.seed);
    this.#filler = new RandomAgent({ actions: actionSpace.n, environments: count, seed });
  }

  /** How far this run has come. A step counts once its updates are done, and so do the episodes that it ended. */
  get #counts(): Counts {
    const { steps, updates, episodes } = this.#run.since(this.#agent.counts);
    if (!this.#ended) return { steps, updates, episodes };
    return { steps: steps - this.#environment.count, updates, episodes: episodes - this.#ended.length };
  }

  async collect([until]: readonly (Required<Due> | undefined)[]): Promise<void> {
    if (!until) return;
    this.#goOn();
    const deadline = new Deadline(this.#options.slice ?? 200);
    if (this.#filler) return this.#collectFill(this.#filler, deadline);
    if (!this.#observations) this.#reset(this.#options.seed);
    try {
      await this.#collectUntil(until, deadline);
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      this.#fault = error;
    }
  }

  async #collectUntil(until: Required<Due>, deadline: Deadline): Promise<void> {
    const mostUpdates = Math.min(until.update, this.#reported.updates + updatesPerReport);
    let counts = this.#counts;
    do {
      if (this.#owed === 0) {
        const acted = this.#agent.act(this.#observations!, this.#masks);
        this.#step(acted instanceof Promise ? await acted : acted);
      } else {
        const most = this.#agent.updatesAtOnce ?? updatesAtOnce;
        this.#update(Math.min(this.#owed, most, Math.max(1, until.update - counts.updates)));
      }
      if (this.#owed === 0 && this.#ended) this.#finishStep(this.#ended);
      counts = this.#counts;
    } while (
      counts.steps < until.step && counts.episodes < until.episode && counts.updates < mostUpdates &&
      !deadline.passed()
    );
  }

  /** The run stays where the latest report has it, whatever the agent's counts are by now. */
  #goOn(): void {
    const { steps, updates, episodes } = this.#reported;
    const [ofStep, ended] = this.#ended ? [this.#environment.count, this.#ended.length] : [0, 0];
    const counts = { steps: steps + ofStep, updates, episodes: episodes + ended };
    this.#run = RunCounts.at(this.#agent.counts, counts);
  }

  async report(): Promise<[CollectorReport]> {
    const finished = this.#finished;
    const [fill, fault] = [this.#fill, this.#fault];
    this.#finished = [];
    this.#fill = this.#fault = undefined;
    const { steps } = this.#reported;
    this.#reported = this.#counts;
    try {
      const report = await this.#agent.report();
      const rest = { ...fill ? { fill } : {}, ...fault ? { fault } : {} };
      return [{ ...report, ...this.#reported, finished: finished.map(({ told }) => told), ...rest }];
    } catch (error) {
      if (error instanceof LossDivergence) return [this.#reportBefore(error, finished, steps)];
      throw error;
    }
  }

  /** What there was before an update: of what ended later nothing. */
  #reportBefore(fault: LossDivergence, finished: readonly Finished[], before: number): CollectorReport {
    const { updates } = this.#run.since(fault.before);
    const sound = finished.filter((episode) => episode.updates <= updates).map(({ told }) => told);
    const episodes = this.#reported.episodes - finished.length + sound.length;
    const steps = sound.at(-1)?.step ?? before;
    return { ...fault.before, steps, updates, episodes, finished: sound, fault };
  }

  async save(): Promise<State | undefined> {
    const agent = await this.#agent.snapshot?.();
    return agent && {
      agent,
      environments: this.#observations && this.#environment.save(),
      filler: await this.#filler?.snapshot(),
      counts: { ...this.#reported },
      owed: this.#owed,
      ended: this.#ended?.map((episode) => ({ ...episode })),
    };
  }

  async load(_member: number, state: State): Promise<readonly string[]> {
    const reader = new StateReader(state, "loop");
    const counts = reader.child("counts");
    const ended = reader.has("ended") ? reader.children("ended").map(readEpisode) : undefined;
    this.#reported = {
      steps: counts.count("steps"),
      updates: counts.count("updates"),
      episodes: counts.count("episodes"),
    };
    this.#owed = reader.count("owed");
    this.#ended = ended;
    const filler = reader.value("filler");
    if (filler === undefined) this.#filler = undefined;
    else await this.#filler?.restore(filler);
    const [agent, environments] = [reader.value("agent"), reader.value("environments")];
    if (!this.#agent.restore || agent === undefined) {
      throw new UsageError("Cannot restore the agent: it keeps no state");
    }
    await this.#agent.restore(agent);
    if (environments === undefined) return []; // They have not begun.
    const { observations, actionMasks, restarted } = this.#environment.load(environments);
    this.#observations = observations;
    this.#masks = actionMasks;
    if (restarted.length === 0) return [];
    this.#agent.cutEpisodes?.();
    return [describeRestarted(restarted, this.#environment.count)];
  }

  scaleLearningRate(_member: number, factor: number): void {
    this.#agent.scaleLearningRate?.(factor);
  }

  #reset(seed: number): void {
    const { observations, actionMasks } = this.#environment.reset(seed);
    this.#observations = observations;
    this.#masks = actionMasks;
  }

  /** Plays at random before step 0, until there is enough of it or the time is over. */
  #collectFill(filler: RandomAgent, deadline: Deadline): void {
    const { prefill: total = 0, seed, train } = this.#options;
    if (!this.#observations) this.#reset(fillSeed(seed));
    do {
      const { transitions } = this.#advance(filler.act(this.#observations!, this.#masks));
      filler.observe(transitions);
    } while (filler.counts.steps < total && !deadline.passed());
    this.#fill = { done: Math.min(filler.counts.steps, total), total };
    if (filler.counts.steps >= total) {
      this.#filler = undefined;
      this.#observations = undefined;
      this.#agent.cutEpisodes?.();
      this.#agent.resetCounts?.();
      this.#owed = updatesAtStart(train);
    }
    this.#goOn();
  }

  /** Steps every environment; the agent observes it. */
  #advance(actions: Uint32Array): { step: VectorStep; transitions: Transitions } {
    const step = this.#environment.step(actions);
    const { rewards, nextObservations, terminated, truncated, nextActionMasks: nextMasks } = step;
    const observations = this.#observations!;
    const rows = { observations, actions, rewards, nextObservations, terminated, truncated };
    const transitions = nextMasks ? { ...rows, masks: this.#masks, nextMasks } : rows;
    this.#agent.observe(transitions);
    this.#observations = step.observations;
    this.#masks = step.actionMasks;
    return { step, transitions };
  }

  /** Takes a step, and reckons how many updates it owes. */
  #step(actions: Uint32Array): void {
    const before = this.#counts;
    this.#ended = this.#advance(actions).step.episodes;
    this.#owed = updatesOwed(this.#options.train, before, this.#run.since(this.#agent.counts));
    if (this.#owed > 0) this.#agent.beginUpdates?.();
  }

  #update(count: number): void {
    this.#agent.update(count);
    this.#owed -= count;
  }

  /** Counts the step once its updates are done, so that whatever is due at it comes after them. */
  #finishStep(ended: readonly Episode[]): void {
    this.#ended = undefined;
    this.#agent.finishStep?.();
    if (ended.length === 0) return;
    const { steps: step, updates, episodes } = this.#counts;
    const { epsilon } = this.#agent;
    for (const [i, { return: total, length, terminated, truncated }] of ended.entries()) {
      const episode = episodes - ended.length + 1 + i;
      const told = { episode, step, return: total, length, terminated, truncated, epsilon };
      this.#finished.push({ told, updates });
    }
  }
}

function describeRestarted(restarted: readonly number[], count: number): string {
  const which = restarted.length === count ? "" : ` of ${restarted.length} of ${count} environments`;
  return `the episode at hand${which} begins again, as the environment has no save() and load()`;
}

function readEpisode(saved: StateReader): Episode {
  return { index: saved.count("index"), ...readOutcome(saved) };
}

/** A seed of its own for play before step 0, so that training does not begin with the same episodes. */
function fillSeed(seed: number): number {
  return deriveSeed(seed, Stream.host, 0);
}
