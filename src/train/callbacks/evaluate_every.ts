/** Greedy evaluation in the course of training. @module */
import {
  atStart,
  type Due,
  type Evaluation,
  interrupted,
  type Interval,
  isDue,
  nextDue,
  type Progress,
  readDue,
  type TrainEvent,
} from "../../core/events.ts";
import { type State, StateReader } from "../../core/state.ts";
import { deriveSeed, Stream } from "../../core/random.ts";
import type { Evaluator } from "../evaluate.ts";
import type { Callback, Run } from "./callback.ts";

/** When and how {@linkcode EvaluateEvery} evaluates. */
export interface EvaluateEveryOptions {
  /** How often. */
  readonly interval: Interval;
  /** Episodes to play, at least 1. */
  readonly episodes: number;
  /** Evaluation i starts its episodes from a seed derived from this one and i. */
  readonly seed: number;
  /** Whether noisy layers draw noise, `false` by default. */
  readonly noise?: boolean;
  /** Who plays, `hostEvaluator(makeEnvironment)` say. */
  readonly evaluator: Evaluator;
}

/**
 * Emits an `evaluation` event every so often, each on start states of its own, and one when training stops, unless the
 * parameters have been evaluated already or the run was interrupted. An evaluation that an interrupt broke off is made up
 * for when the run goes on.
 */
export class EvaluateEvery implements Callback {
  readonly #options: EvaluateEveryOptions;
  #due: Due;
  #count = 0;
  #best = -Infinity;
  /** Updates at the latest evaluation. */
  #latest = -1;

  /** Begins to count. @throws {RangeError} When the interval is not positive. */
  constructor(options: EvaluateEveryOptions) {
    this.#options = options;
    this.#due = nextDue(options.interval, atStart);
  }

  due(): Due {
    return this.#due;
  }

  notify(event: TrainEvent, run: Run): void | Promise<void> {
    const due = (event.kind === "progress" || event.kind === "start") && isDue(this.#due, event);
    const last = event.kind === "stop" && event.reason !== interrupted && event.update > this.#latest;
    if (due || last) return this.#evaluateNow(event, run);
  }

  save(): State {
    return { due: { ...this.#due }, count: this.#count, best: this.#best, latest: this.#latest };
  }

  load(state: State): void {
    const saved = new StateReader(state, "EvaluateEvery");
    const due = readDue(saved.child("due"));
    const [count, best, latest] = [saved.count("count"), saved.number("best"), saved.number("latest")];
    this.#due = due;
    this.#count = count;
    this.#best = best;
    this.#latest = latest;
  }

  async #evaluateNow(progress: Progress, run: Run): Promise<void> {
    const seed = deriveSeed(this.#options.seed, Stream.evaluation, this.#count);
    const started = performance.now();
    const evaluation = await this.#evaluate(run, seed);
    if (!evaluation) return; // It stays due.
    this.#due = nextDue(this.#options.interval, progress);
    this.#latest = progress.update;
    this.#count++;
    const best = evaluation.mean >= this.#best;
    if (best) this.#best = evaluation.mean;
    const { step, update, episode } = progress;
    const seconds = progress.seconds + (performance.now() - started) / 1000;
    run.emit({ kind: "evaluation", step, update, episode, seconds, evaluation, best });
  }

  /** Nothing when the run is interrupted meanwhile. */
  async #evaluate({ agent, signal }: Run, seed: number): Promise<Evaluation | undefined> {
    try {
      const { evaluator, episodes, noise } = this.#options;
      return await evaluator(agent, { episodes, seed, noise, signal });
    } catch (error) {
      if (signal?.aborted) return undefined;
      throw error;
    }
  }
}
