/** Training on the device, told of as a trainer would be, for tests. @module */
import { assert, assertEquals } from "@std/assert";
import type { TrainingError } from "../../src/core/errors.ts";
import { type Due, earliest, type Interval, isDue, nextDue, type Progress } from "../../src/core/events.ts";
import type { CollectorReport } from "../../src/train/collector.ts";
import { DeviceCollector, type DeviceCollectorOptions } from "../../src/train/device_collector.ts";
import { type Acting, lasting, withClock } from "../device_envs/acting_setup.ts";

/** When a member is told, and when it ends. */
export interface Plan {
  /** Environment steps of the whole run. */
  readonly steps: number;
  /** Told at these, and at the end. */
  readonly intervals?: readonly Interval[];
}

/** What a member was told. */
export interface Story {
  /** Where something was due: counts there, and a hash of all that lasts of the member. */
  readonly dues: string[];
  readonly finished: CollectorReport["finished"][number][];
  readonly losses: number[];
  readonly meanQ: number[];
  /** Why it ended early. */
  error?: TrainingError;
}

/** How {@linkcode collectAll} goes. */
export interface LoopOptions extends DeviceCollectorOptions {
  /** Called before each chunk, and after each report. */
  readonly around?: (moment: "before" | "after") => void;
}

/** Trains every member to its end. */
export async function collectAll(
  made: Acting,
  plans: readonly Plan[],
  { around, ...options }: LoopOptions,
): Promise<Story[]> {
  const collector = new DeviceCollector(made.learner, made.rollout, options);
  const stories = plans.map((): Story => ({ dues: [], finished: [], losses: [], meanQ: [] }));
  const progress = plans.map((): Progress => ({ step: 0, update: 0, episode: 0, seconds: 0 }));
  const isOver = (i: number) => stories[i]!.error !== undefined || progress[i]!.step >= plans[i]!.steps;
  for (;;) {
    const until = plans.map((plan, i) => isOver(i) ? undefined : dueOf(plan, progress[i]!));
    if (until.every((due) => due === undefined)) break;
    around?.("before");
    await collector.collect(until);
    const reports = await collector.report();
    around?.("after");
    const told: number[] = [];
    for (const [i, report] of reports.entries()) {
      const due = until[i];
      const { steps: step, updates: update, episodes: episode, finished, losses, meanQ, fault } = report;
      if (due === undefined) {
        assert(losses.length === 0, "a member that has ended does not learn");
        continue;
      }
      progress[i] = { step, update, episode, seconds: 0 };
      stories[i]!.finished.push(...finished);
      stories[i]!.losses.push(...losses);
      stories[i]!.meanQ.push(...meanQ);
      if (fault) stories[i]!.error = fault;
      else if (isDue(due, progress[i]!)) told.push(i);
    }
    if (told.length === 0) continue;
    const states = await lasting(made);
    for (const i of told) {
      const { step, update, episode } = progress[i]!;
      stories[i]!.dues.push(`step ${step}, update ${update}, episode ${episode}: ${digest(states[i]!)}`);
    }
  }
  collector.dispose();
  return stories;
}

function dueOf({ steps, intervals = [] }: Plan, progress: Progress): Required<Due> {
  return earliest([{ step: steps }, ...intervals.map((interval) => nextDue(interval, progress))]);
}

/** A hash of each part (FNV-1a); whether the member rests does not count. */
function digest(member: Record<string, Uint32Array>): string {
  const parts = Object.entries(withClock(member, { halted: 0 }));
  return parts.map(([name, words]) => {
    const hash = words.reduce((sum, word) => Math.imul(sum ^ word, 0x01000193) >>> 0, 0x811c9dc5);
    return `${name} ${hash.toString(16)}`;
  }).join(", ");
}

/** Asserts that two stories are the same, bit for bit; else names the first that differs. */
export function assertSameStory(actual: Story, expected: Story, hint: string): void {
  assertEquals(actual.error?.message, expected.error?.message, hint);
  for (const part of ["dues", "finished", "losses", "meanQ"] as const) {
    const [found, wanted]: [unknown[], unknown[]] = [actual[part], expected[part]];
    const at = wanted.findIndex((item, i) => JSON.stringify(item) !== JSON.stringify(found[i]));
    assertEquals([at, found[at]], [-1, undefined], `${hint}: ${part}, wanted ${JSON.stringify(wanted[at])}`);
    assertEquals(found.length, wanted.length, `${hint}: ${part}`);
  }
}
