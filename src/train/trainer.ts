/** The training loop. @module */
import type { Agent } from "../agents/agent.ts";
import { eventLoopTurn } from "../core/turn.ts";
import { earliest, type EndEvent, interrupted, type Progress, type TrainEvent } from "../core/events.ts";
import type { Callback, Run } from "./callbacks/callback.ts";
import type { Collector } from "./collector.ts";

/** How long a run may go on; the first bound that is reached ends it. At least one is needed. */
export interface Budget {
  /** Environment steps. */
  readonly steps?: number;
  /** Episodes that ended. */
  readonly episodes?: number;
  /** Wall time, checked between chunks. */
  readonly seconds?: number;
}

/** What a {@linkcode train} run is made of. */
export interface TrainOptions {
  /** The agent that learns. */
  readonly agent: Agent;
  /** Its loop with the environments. */
  readonly collector: Collector;
  /** When it ends at the latest. */
  readonly budget: Budget;
  /** Who watches, told of each event in this order. */
  readonly callbacks?: readonly Callback[];
  /** Ends the run cleanly, between two chunks, when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Trains until the budget is spent, a callback stops the run or `signal` is aborted, and tells the callbacks of all
 * that happens: `start`; after each chunk its `episode` events and one `progress`, or one `fill` while random play comes
 * before training; `stop`; `end`. What a callback emits follows the event at hand. Whatever happens, all callbacks are
 * closed.
 *
 * @returns The last event, with the reason of the end.
 * @throws {RangeError} When the budget has no bound, or one that is no count.
 * @throws {TrainingError} When a loss is not finite, the device failed or a file cannot be written.
 */
export async function train(options: TrainOptions): Promise<EndEvent> {
  const failures: unknown[] = [];
  const end = await trainToEnd(options).catch((error) => void failures.push(error));
  for (const callback of options.callbacks ?? []) {
    try {
      await callback.close?.();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return end!;
}

/** Seconds of training between two turns of the event loop, beside what one chunk takes. */
const longestTurn = 0.1;

async function trainToEnd(options: TrainOptions): Promise<EndEvent> {
  const { agent, collector, budget, callbacks = [], signal } = options;
  checkBudget(budget);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const queue: TrainEvent[] = [];
  let progress: Progress = { step: 0, update: 0, episode: 0, seconds: 0 };
  let reason: string | undefined;
  let turned = 0;
  const run: Run = {
    agent,
    signal,
    get progress() {
      return progress;
    },
    emit: (event) => void queue.push(event),
    stop: (why) => void (reason ??= why),
  };
  const tell = async (event: TrainEvent) => {
    for (let next: TrainEvent | undefined = event; next; next = queue.shift()) {
      for (const callback of callbacks) {
        const told = callback.notify(next, run);
        if (told) await told; // Not for nothing: there may be 100,000 episodes a second.
      }
    }
  };
  const whyEnd = () => reason ?? spent(budget, progress) ?? (signal?.aborted ? interrupted : undefined);

  await tell({ kind: "start", ...progress });
  reason = whyEnd();
  while (reason === undefined) {
    await collector.collect(earliest([
      { step: budget.steps ?? Infinity, episode: budget.episodes ?? Infinity },
      ...callbacks.map((callback) => callback.due?.(progress) ?? {}),
    ]));
    const { steps, updates, episodes, finished, fill, ...report } = await collector.report();
    const seconds = elapsed();
    progress = { step: steps, update: updates, episode: episodes, seconds };
    for (const episode of finished) await tell({ kind: "episode", ...episode, seconds });
    await tell(fill ? { kind: "fill", ...progress, ...fill } : { kind: "progress", ...progress, ...report });
    if (elapsed() - turned > longestTurn) {
      await eventLoopTurn(); // Signals and timers.
      turned = elapsed();
    }
    reason = whyEnd();
  }
  await tell({ kind: "stop", ...progress, reason });
  const end: EndEvent = { kind: "end", ...progress, seconds: elapsed(), reason };
  await tell(end);
  return end;
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

function spent(budget: Budget, { step, episode, seconds }: Progress): string | undefined {
  if (step >= (budget.steps ?? Infinity)) return `budget of ${budget.steps} steps`;
  if (episode >= (budget.episodes ?? Infinity)) return `budget of ${budget.episodes} episodes`;
  if (seconds >= (budget.seconds ?? Infinity)) return `budget of ${budget.seconds} seconds`;
  return undefined;
}
