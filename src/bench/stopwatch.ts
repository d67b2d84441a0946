/** A callback that times a stretch of a run, and keeps what shows whether the run learned. @module */
import type { AgentState } from "../agents/agent.ts";
import type { Due, ProgressEvent, TrainEvent } from "../core/events.ts";
import type { Callback, Run } from "../train/callbacks/callback.ts";
import type { Evidence } from "./learned.ts";

/** What is timed. */
export interface StopwatchOptions {
  /** Step at which the clock starts. */
  readonly from: number;
  /** Aborts when so much has been timed; the run goes to its end by default. */
  readonly limit?: { readonly seconds: number; readonly controller: AbortController };
}

interface Moment {
  readonly at: number;
  readonly step: number;
  readonly update: number;
}

/** Episodes whose mean return is taken, the last of the run. */
const lastEpisodes = 50;

/** Times a run from a step to its end. Parameters are read at the start and after the clock has stopped. */
export class Stopwatch implements Callback {
  readonly #options: StopwatchOptions;
  #before: AgentState | undefined;
  #started: Moment | undefined;
  #ended: Moment | undefined;
  readonly #returns: number[] = [];
  #finite = true;
  #meanQ = 0;
  #moved = false;

  /** Not running yet. */
  constructor(options: StopwatchOptions) {
    this.#options = options;
  }

  due(): Due {
    return this.#started ? {} : { step: this.#options.from };
  }

  async notify(event: TrainEvent, run: Run): Promise<void> {
    if (event.kind === "start") this.#before = await run.agent.save();
    if (event.kind === "episode") this.#returns.push(event.return);
    if (event.kind === "progress") this.#progress(event);
    if (event.kind === "stop") this.#moved = parametersMoved(this.#before!, await run.agent.save());
  }

  #progress(event: ProgressEvent): void {
    const at = performance.now();
    if (event.losses.length > 0) this.#meanQ = event.meanQ.at(-1)!;
    this.#finite &&= event.losses.every(Number.isFinite);
    const moment = { at, step: event.step, update: event.update };
    if (this.#started) this.#ended = moment;
    else if (event.step >= this.#options.from) this.#started = moment;
    const { limit } = this.#options;
    if (limit && this.#started && at - this.#started.at > limit.seconds * 1000) limit.controller.abort();
  }

  /** What was timed. @throws {Error} When the run ended before anything was. */
  get timed(): { readonly steps: number; readonly updates: number; readonly milliseconds: number } {
    const [from, to] = [this.#started, this.#ended];
    if (!from || !to) {
      throw new Error(`Cannot time the run: it ended by step ${this.#options.from}, wanted more steps`);
    }
    return { steps: to.step - from.step, updates: to.update - from.update, milliseconds: to.at - from.at };
  }

  /** Of one member. @throws {Error} When nothing was timed. */
  get stepsPerSecond(): number {
    return 1000 * this.timed.steps / this.timed.milliseconds;
  }

  /** What shows whether the run learned. */
  get evidence(): Evidence {
    const last = this.#returns.slice(-lastEpisodes);
    return {
      finite: this.#finite,
      moved: this.#moved,
      updates: this.#ended?.update ?? 0,
      meanQ: this.#meanQ,
      lastReturn: last.reduce((sum, value) => sum + value, 0) / last.length,
    };
  }
}

/** Whether any number of `after` is another than before. */
export function parametersMoved(before: AgentState, after: AgentState): boolean {
  return Object.entries(after).some(([key, { data }]) =>
    data.some((value, i) => value !== before[key]?.data[i])
  );
}
