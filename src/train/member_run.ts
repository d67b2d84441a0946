/** One run of the training loop: its budget, its progress and what it tells its callbacks. @module */
import type { Agent } from "../agents/agent.ts";
import type { TrainingError } from "../core/errors.ts";
import {
  atStart,
  type Due,
  earliest,
  type EndEvent,
  interrupted,
  type Progress,
  type TrainEvent,
} from "../core/events.ts";
import type { Callback, Run } from "./callbacks/callback.ts";
import type { CollectorReport } from "./collector.ts";

/** How long a run may go on, from where it begins; the first bound that is reached ends it. At least one is needed. */
export interface Budget {
  /** Environment steps. */
  readonly steps?: number;
  /** Episodes that ended. */
  readonly episodes?: number;
  /** Wall time, checked between chunks. */
  readonly seconds?: number;
}

/** A member of a population, or the only one. */
export interface MemberOptions {
  /** The agent that learns. */
  readonly agent: Agent;
  /** When it ends at the latest. */
  readonly budget: Budget;
  /** Who watches, told of each event in this order. */
  readonly callbacks?: readonly Callback[];
  /** Where the run goes on, with a collector and callbacks that have come so far. By default it begins. */
  readonly from?: Progress;
}

/** One member's run: what its callbacks see of it, and how far it is. */
export class MemberRun implements Run {
  readonly agent: Agent;
  readonly signal: AbortSignal | undefined;
  /** The last event, or why there is none; undefined while the run goes on. */
  result: EndEvent | Error | undefined;
  readonly #budget: Budget;
  readonly #from: Progress;
  readonly #callbacks: readonly Callback[];
  readonly #elapsed: () => number;
  readonly #queue: TrainEvent[] = [];
  #progress: Progress;
  #reason: string | undefined;
  // Callbacks may take these two by themselves: notify(event, { emit }).
  readonly emit = (event: TrainEvent): void => void this.#queue.push(event);
  readonly stop = (reason: string): void => void (this.#reason ??= reason);

  /** Tells nothing yet. @param timing The seconds since training began, and what ends it cleanly when aborted. */
  constructor(
    { agent, budget, callbacks = [], from = atStart }: MemberOptions,
    timing: { readonly elapsed: () => number; readonly signal: AbortSignal | undefined },
  ) {
    this.agent = agent;
    this.signal = timing.signal;
    this.#budget = budget;
    this.#from = this.#progress = from;
    this.#callbacks = callbacks;
    this.#elapsed = () => from.seconds + timing.elapsed();
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Begins the run. A budget that is none is its failure. */
  async start(): Promise<void> {
    await this.#unlessOver(async () => {
      checkBudget(this.#budget);
      await this.#tell({ kind: "start", ...this.#progress });
    });
    await this.endWhenDue();
  }

  /** Counts at which the run is to be told next; undefined when it is over. */
  until(): Required<Due> | undefined {
    if (this.result) return undefined;
    const { steps = Infinity, episodes = Infinity } = this.#budget;
    const { step, episode } = this.#from;
    return earliest([
      { step: step + steps, episode: episode + episodes },
      ...this.#callbacks.map((callback) => callback.due?.(this.#progress) ?? {}),
    ]);
  }

  /** Tells the callbacks what happened. */
  async take(news: CollectorReport | TrainingError): Promise<void> {
    await this.#unlessOver(async () => {
      if (news instanceof Error) throw news;
      const { steps, updates, episodes, finished, fill, ...report } = news;
      const seconds = this.#elapsed();
      const progress = this.#progress = { step: steps, update: updates, episode: episodes, seconds };
      for (const episode of finished) await this.#tell({ kind: "episode", ...episode, seconds });
      await this.#tell(
        fill ? { kind: "fill", ...progress, ...fill } : { kind: "progress", ...progress, ...report },
      );
    });
  }

  /** Ends the run if it is to end here. */
  async endWhenDue(): Promise<void> {
    await this.#unlessOver(async () => {
      const reason = this.#reason ?? this.#spent() ??
        (this.signal?.aborted ? interrupted : undefined);
      if (reason === undefined) return;
      await this.#tell({ kind: "stop", ...this.#progress, reason });
      const end: EndEvent = { kind: "end", ...this.#progress, seconds: this.#elapsed(), reason };
      await this.#tell(end);
      await this.#close(end);
    });
  }

  /** Ends the run without its last events. */
  async fail(error: unknown): Promise<void> {
    if (this.result === undefined) await this.#close(asError(error));
  }

  /** Which bound of the budget is reached. */
  #spent(): string | undefined {
    const { step, episode, seconds } = this.#progress;
    const { steps = Infinity, episodes = Infinity, seconds: time = Infinity } = this.#budget;
    if (step - this.#from.step >= steps) return `budget of ${steps} steps`;
    if (episode - this.#from.episode >= episodes) return `budget of ${episodes} episodes`;
    if (seconds - this.#from.seconds >= time) return `budget of ${time} seconds`;
    return undefined;
  }

  async #unlessOver(act: () => Promise<void>): Promise<void> {
    if (this.result === undefined) await act().catch((error) => this.fail(error));
  }

  async #tell(event: TrainEvent): Promise<void> {
    for (let next: TrainEvent | undefined = event; next; next = this.#queue.shift()) {
      for (const callback of this.#callbacks) {
        const told = callback.notify(next, this);
        if (told) await told; // Not for nothing: there may be 100,000 episodes a second.
      }
    }
  }

  /** Closes every callback; an error of theirs is the result unless there is one already. */
  async #close(result: EndEvent | Error): Promise<void> {
    for (const callback of this.#callbacks) {
      try {
        await callback.close?.();
      } catch (error) {
        if (!(result instanceof Error)) result = asError(error);
      }
    }
    this.result = result;
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

function checkBudget({ steps, episodes, seconds }: Budget): void {
  const bounds = Object.entries({ steps, episodes, seconds }).filter(([, bound]) => bound !== undefined);
  if (bounds.length === 0) {
    throw new RangeError("Cannot train: the budget is empty, wanted steps, episodes or seconds");
  }
  for (const [unit, bound] of bounds) {
    if (bound! >= 0) continue;
    throw new RangeError(`Cannot train: the budget is ${bound} ${unit}, wanted 0 or more`);
  }
}
