/** The training loop. @module */
import { eventLoopTurn } from "../core/event_loop.ts";
import { UsageError } from "../core/errors.ts";
import type { EndEvent } from "../core/events.ts";
import type { State } from "../core/state.ts";
import type { Collector } from "./collector.ts";
import { type MemberOptions, MemberRun } from "./member_run.ts";

/** What a {@linkcode train} run is made of. */
export interface TrainOptions extends MemberOptions {
  /** The agent's loop with the environments. */
  readonly collector: Collector;
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
export async function train({ collector, signal, ...member }: TrainOptions): Promise<EndEvent> {
  const [end] = await trainTogether([member], collector, signal ? { signal } : {});
  if (end instanceof Error) throw end;
  return end!;
}

/** Seconds of training between two turns of the event loop, beside what one chunk takes. A turn costs 2 milliseconds. */
const longestTurn = 0.25;

/**
 * Trains the members of a population together, each as {@linkcode train} does alone: with its own budget, progress and
 * callbacks. Members are told at the same time, the callbacks of one in their order. A member that ends is told so and
 * its callbacks are closed at once, while the others go on; so it is with one that fails.
 *
 * @returns For each member its last event, or why it failed. When collecting fails, all who had not ended fail with it.
 * @throws {RangeError} When the collector has another number of members.
 */
export async function trainTogether(
  members: readonly MemberOptions[],
  collector: Collector,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly (EndEvent | Error)[]> {
  if (members.length !== collector.members) {
    throw new RangeError(`Cannot train ${members.length} members: the collector has ${collector.members}`);
  }
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const runs = members.map((member, i) =>
    new MemberRun(member, {
      elapsed,
      signal,
      save: async () => await collector.save?.(i),
      load: async (state) => await loadMember(collector, i, state),
      scaleLearningRate: (factor) => collector.scaleLearningRate?.(i, factor),
    })
  );
  const each = (act: (run: MemberRun, i: number) => Promise<void>) => Promise.all(runs.map(act));
  let turned = 0;
  await each((run) => run.start());
  await collector.begin?.().catch((error) => each((run) => run.fail(error)));
  while (runs.some(({ result }) => result === undefined)) {
    try {
      await collector.collect(runs.map((run) => run.until()));
      const reports = await collector.report();
      await each((run, i) => run.take(reports[i]!));
    } catch (error) {
      await each((run) => run.fail(error));
    }
    if (elapsed() - turned > longestTurn) {
      await eventLoopTurn(); // Signals and timers.
      turned = elapsed();
    }
    await each((run) => run.endWhenDue());
  }
  return runs.map(({ result }) => result!);
}

async function loadMember(collector: Collector, member: number, state: State): Promise<readonly string[]> {
  if (!collector.load) throw new UsageError("Cannot go on with the run: its collector cannot load a state");
  return await collector.load(member, state);
}
