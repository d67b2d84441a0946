/** One run of the training loop: its budget, its progress and what it tells its callbacks. @module */
import type { Agent } from "../agents/agent.ts";
import type { DivergenceError, TrainingError } from "../core/errors.ts";
import {
  atStart,
  type Due,
  earliest,
  type EndEvent,
  interrupted,
  type Progress,
  saveProgress,
  type TrainEvent,
} from "../core/events.ts";
import type { State } from "../core/state.ts";
import type { Callback, Run } from "./callbacks/callback.ts";
import type { CollectorReport } from "./collector.ts";
import { loadCallbacks, readRunState, saveCallbacks } from "./run_state.ts";

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
  /** Keeps full states of the run, by which another can go on. Nobody by default. */
  readonly keeper?: StateKeeper;
  /** What a keeper was given, to go on from, with a fresh collector and fresh callbacks of the same options. */
  readonly resume?: State;
  /**
   * How often a run whose numbers are no longer finite goes back to its latest kept state, each time with half the learning
   * rate it had; 0 by default: it fails.
   */
  readonly rollbacks?: number;
  /** Takes sentences: what does not go on as it was, and when the run goes back. */
  readonly note?: (sentence: string) => void;
}

/** Keeps full states of a run. */
export interface StateKeeper {
  /** Counts at which one is to be kept exactly; training is cut there. */
  due?(progress: Progress): Due;
  /** Whether one is to be kept now; asked between any two chunks. */
  wants(progress: Progress): boolean;
  /** Keeps one. Before it returns, nothing goes on. @throws {WriteError} When it cannot be written. */
  keep(state: State, progress: Progress): Promise<void>;
  /** The latest that was kept; undefined where there is none. A run without this cannot go back. */
  latest?(): Promise<State | undefined>;
}

/** What the loop knows of a member. */
export interface MemberLoop {
  /** Seconds since training began. */
  readonly elapsed: () => number;
  /** Ends training cleanly when aborted. */
  readonly signal: AbortSignal | undefined;
  /** The collector's state of this member; undefined where it has none. */
  readonly save: () => Promise<State | undefined>;
  /** Gives the collector a state of this member, and tells what does not go on as it was. */
  readonly load: (state: State) => Promise<readonly string[]>;
  /** Sets the member's learning rate to that of its options times `factor`. */
  readonly scaleLearningRate: (factor: number) => void;
}

/** One member's run: what its callbacks see of it, and how far it is. */
export class MemberRun implements Run {
  readonly agent: Agent;
  readonly signal: AbortSignal | undefined;
  /** The last event, or why there is none; undefined while the run goes on. */
  result: EndEvent | Error | undefined;
  readonly #options: MemberOptions;
  readonly #loop: MemberLoop;
  readonly #callbacks: readonly Callback[];
  readonly #queue: TrainEvent[] = [];
  /** Where the budget is counted from. */
  #from: Progress;
  #progress: Progress;
  /** Seconds of the run before its loop began. */
  #before: number;
  #reason: string | undefined;
  /** How often it has gone back. */
  #wentBack = 0;
  /** Where the latest state was kept. */
  #kept: Progress | undefined;
  // Callbacks may take these two by themselves: notify(event, { emit }).
  readonly emit = (event: TrainEvent): void => void this.#queue.push(event);
  readonly stop = (reason: string): void => void (this.#reason ??= reason);

  /** Tells nothing yet. */
  constructor(options: MemberOptions, loop: MemberLoop) {
    const { agent, callbacks = [], from = atStart } = options;
    this.agent = agent;
    this.signal = loop.signal;
    this.#options = options;
    this.#loop = loop;
    this.#callbacks = callbacks;
    this.#from = this.#progress = from;
    this.#before = from.seconds;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Begins the run, or goes on with it. A budget that is none is its failure, as is a state of another run. */
  async start(): Promise<void> {
    const { budget, resume } = this.#options;
    await this.#unlessOver(async () => {
      checkBudget(budget);
      if (resume) await this.#goOn(resume);
      await this.#tell({ kind: "start", ...this.#progress, ...resume ? { from: this.#from } : {} });
    });
    await this.endWhenDue();
  }

  /** Counts at which the run is to be told next; undefined when it is over. */
  until(): Required<Due> | undefined {
    if (this.result) return undefined;
    const { budget: { steps = Infinity, episodes = Infinity }, keeper } = this.#options;
    const { step, episode } = this.#from;
    return earliest([
      { step: step + steps, episode: episode + episodes },
      keeper?.due?.(this.#progress) ?? {},
      ...this.#callbacks.map((callback) => callback.due?.(this.#progress) ?? {}),
    ]);
  }

  /** Tells the callbacks what happened. */
  async take(news: CollectorReport | TrainingError): Promise<void> {
    await this.#unlessOver(async () => {
      if (news instanceof Error) throw news;
      const { steps, updates, episodes, finished, fill, fault, ...report } = news;
      const seconds = this.#elapsed();
      const progress = this.#progress = { step: steps, update: updates, episode: episodes, seconds };
      for (const episode of finished) await this.#tell({ kind: "episode", ...episode, seconds });
      await this.#tell(
        fill ? { kind: "fill", ...progress, ...fill } : { kind: "progress", ...progress, ...report },
      );
      if (fault) return await this.#goBack(fault);
      if (this.#options.keeper?.wants(progress)) await this.#keep();
    });
  }

  /** Ends the run if it is to end here. */
  async endWhenDue(): Promise<void> {
    await this.#unlessOver(async () => {
      const reason = this.#reason ?? this.#spent() ??
        (this.signal?.aborted ? interrupted : undefined);
      if (reason === undefined) return;
      await this.#keep(); // Before anything is told that a run of a larger budget would not have been told.
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
    const { steps = Infinity, episodes = Infinity, seconds: time = Infinity } = this.#options.budget;
    if (step - this.#from.step >= steps) return `budget of ${steps} steps`;
    if (episode - this.#from.episode >= episodes) return `budget of ${episodes} episodes`;
    if (seconds - this.#from.seconds >= time) return `budget of ${time} seconds`;
    return undefined;
  }

  #elapsed(): number {
    return this.#before + this.#loop.elapsed();
  }

  /** Keeps the state as it is now, unless that has been done. */
  async #keep(): Promise<void> {
    const { keeper } = this.#options;
    if (!keeper || this.#kept === this.#progress) return;
    const loop = await this.#loop.save();
    if (loop === undefined) return;
    const [from, progress] = [this.#from, this.#progress].map(saveProgress);
    const callbacks = await saveCallbacks(this.#callbacks);
    const [reason, wentBack] = [this.#reason, this.#wentBack];
    await keeper.keep({ progress, from, reason, wentBack, callbacks, loop }, this.#progress);
    this.#kept = this.#progress;
  }

  /** Takes over a state that was kept. */
  async #goOn(state: State): Promise<void> {
    const { note = () => {} } = this.#options;
    const saved = readRunState(state);
    const notes = [
      ...await this.#loop.load(saved.loop),
      ...await loadCallbacks(this.#callbacks, saved.callbacks),
    ];
    this.#from = saved.from;
    this.#progress = this.#kept = saved.progress;
    this.#reason = saved.reason;
    this.#wentBack = Math.max(this.#wentBack, saved.wentBack);
    if (this.#wentBack > 0) this.#loop.scaleLearningRate(0.5 ** this.#wentBack);
    this.#before = saved.progress.seconds - this.#loop.elapsed();
    for (const sentence of notes) note(sentence);
  }

  /** Goes back to the latest kept state, if it may. @throws {DivergenceError} The fault itself when not. */
  async #goBack(fault: DivergenceError): Promise<void> {
    const { keeper, rollbacks = 0, note } = this.#options;
    if (this.#wentBack >= rollbacks) throw fault;
    const state = await keeper?.latest?.();
    if (state === undefined) {
      note?.("there is no state to go back to: none had been kept, see checkpoints.state");
      throw fault;
    }
    for (const callback of this.#callbacks) await callback.close?.();
    this.#wentBack++;
    await this.#goOn(state);
    const what = `went back to step ${this.#progress.step}`;
    note?.(`${fault.message}\n${what} with half the learning rate, ${this.#wentBack} of ${rollbacks} times`);
    await this.#tell({ kind: "start", ...this.#progress, from: this.#from });
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
