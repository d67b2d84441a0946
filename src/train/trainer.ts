/** The training loop. @module */
import type { Agent } from "../agents/agent.ts";
import { earliest, type EndEvent, type Progress, type TrainEvent } from "../core/events.ts";
import type { Callback, Run } from "./callbacks/callback.ts";
import type { Collector } from "./collector.ts";

/** How long a run may go on; the first bound that is reached ends it. At least one is needed. */
export interface Budget {
  /** Environment steps. */
  readonly steps?: number;
  readonly episodes?: number;
  /** Wall time, checked between chunks. */
  readonly seconds?: number;
}

/** What a {@linkcode train} run is made of. */
export interface TrainOptions {
  readonly agent: Agent;
  readonly collector: Collector;
  readonly budget: Budget;
  readonly callbacks?: readonly Callback[];
  /** Ends the run cleanly, between two chunks, when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Trains until the budget is spent, a callback stops the run or `signal` is aborted, and tells the callbacks of all
 * that happens.
 *
 * @returns The last event, with the reason of the end.
 * @throws {RangeError} When the budget has no bound.
 * @throws {TrainingError} When a loss is not finite or the device failed.
 */
export async function train(options: TrainOptions): Promise<EndEvent> {
  const { agent, collector, budget, callbacks = [], signal } = options;
  if (budget.steps === undefined && budget.episodes === undefined && budget.seconds === undefined) {
    throw new RangeError("Cannot train: the budget is empty, wanted steps, episodes or seconds");
  }
  const started = performance.now();
  const queue: TrainEvent[] = [];
  let progress: Progress = { step: 0, update: 0, episode: 0, seconds: 0 };
  let reason: string | undefined;
  const run: Run = {
    agent,
    get progress() {
      return progress;
    },
    emit: (event) => void queue.push(event),
    stop: (why) => void (reason ??= why),
  };
  const tell = async (...events: TrainEvent[]) => {
    queue.push(...events);
    for (let event = queue.shift(); event; event = queue.shift()) {
      for (const callback of callbacks) await callback.notify(event, run);
    }
  };

  await tell({ kind: "start", ...progress });
  while (!reason) {
    await collector.collect(earliest([
      { step: budget.steps ?? Infinity, episode: budget.episodes ?? Infinity },
      ...callbacks.map((callback) => callback.due?.(progress) ?? {}),
    ]));
    const { steps, updates, episodes, finished, ...report } = await collector.report();
    const seconds = (performance.now() - started) / 1000;
    progress = { step: steps, update: updates, episode: episodes, seconds };
    const { epsilon } = report;
    await tell(
      ...finished.map((episode) => ({ kind: "episode" as const, ...episode, epsilon, seconds })),
      { kind: "progress", ...progress, ...report },
    );
    reason ??= spent(budget, progress) ?? (signal?.aborted ? "interrupted" : undefined);
    await new Promise((resolve) => setTimeout(resolve, 0)); // Signals and timers get their turn.
  }
  const end: EndEvent = { kind: "end", ...progress, reason };
  await tell(end);
  return end;
}

function spent(budget: Budget, { step, episode, seconds }: Progress): string | undefined {
  if (step >= (budget.steps ?? Infinity)) return `budget of ${budget.steps} steps`;
  if (episode >= (budget.episodes ?? Infinity)) return `budget of ${budget.episodes} episodes`;
  if (seconds >= (budget.seconds ?? Infinity)) return `budget of ${budget.seconds} seconds`;
  return undefined;
}
