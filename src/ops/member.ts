/** What each member of a population has for itself: the host side of `shaders/member.wgsl`. @module */
import { TrainingError } from "../core/errors.ts";
import { multiplications, type Schedule, scheduleKinds, scheduleUnits } from "../core/schedule.ts";
import type { Tensor } from "../gpu/tensor.ts";

/** Hyper-parameters that may differ between members. */
export interface HyperParameters {
  /** Seed of all the member's draws, an unsigned 32-bit integer. */
  readonly seed: number;
  /** Replay rows in use, at most those allocated. */
  readonly capacity: number;
  /** Discount factor in [0, 1]. */
  readonly gamma: number;
  /** Share of the online network in a target synchronization, in (0, 1]; 1 is a hard copy. */
  readonly tau: number;
  /** Counts between target synchronizations, at least 1. */
  readonly syncPeriod: number;
  /** Count of the first target synchronization, 1 to `syncPeriod`, which it is by default. */
  readonly syncFirst?: number;
  /** Where the Huber loss turns linear. */
  readonly huberDelta: number;
  /** Largest absolute value of a gradient entry. */
  readonly clipValue: number;
  /** Largest global norm of the gradient. */
  readonly clipNorm: number;
  /** Adam's first decay; momentum of SGD and RMSProp. */
  readonly beta1: number;
  /** Adam's second decay; RMSProp's alpha. */
  readonly beta2: number;
  /** What keeps the optimizer's denominator away from zero. */
  readonly optimizerEpsilon: number;
  /** Pull of all parameters towards zero, at least 0: decoupled for AdamW, else added to the gradient. */
  readonly weightDecay: number;
  /** Step size of the optimizer, at least 0. */
  readonly learningRate: Schedule;
  /** Epsilon of the epsilon-greedy policy. */
  readonly exploration: Schedule;
}

/** A member that clips nothing, decays nothing and explores nothing: to be spread and changed. */
export const plainHyperParameters: HyperParameters = {
  seed: 0,
  capacity: 10_000,
  gamma: 0.99,
  tau: 1,
  syncPeriod: 1,
  huberDelta: 1,
  clipValue: Infinity,
  clipNorm: Infinity,
  beta1: 0.9,
  beta2: 0.999,
  optimizerEpsilon: 1e-8,
  weightDecay: 0,
  learningRate: { kind: "constant", value: 1e-3 },
  exploration: { kind: "constant", value: 0 },
};

/** A member's counters and what follows from them. */
export interface Clock {
  /** Environment steps, whatever the number of environments. */
  readonly steps: number;
  /** Updates of the parameters. */
  readonly updates: number;
  /** Episodes that ended. */
  readonly episodes: number;
  /** Transitions written to replay, which a restored agent starts without. */
  readonly stored: number;
  /** 1 while the member rests, else 0: nothing of it that lasts may change. */
  readonly halted: number;
  /** Synchronizations of the target network that are due. */
  readonly sync: number;
  /** 1 - beta1^updates. */
  readonly correction1: number;
  /** 1 - beta2^updates. */
  readonly correction2: number;
  /** Step size at these counts; an update is counted before it steps. */
  readonly learningRate: number;
  /** Epsilon of the next action. */
  readonly exploration: number;
}

/** The largest count of a clock, which has 32 bits for each. */
export const mostCounts: number = 2 ** 32 - 1;

/** Looks whether a clock can count on. @throws {TrainingError} When `more` on top of `count` are more than it counts. */
export function assertCountable(what: "steps" | "updates", count: number, more: number): void {
  if (count + more <= mostCounts) return;
  throw new TrainingError(
    `Cannot go on training: it has come to ${count} ${what}, wanted at most ${mostCounts}, as ${what} are counted in 32 bits`,
  );
}

/** A population's hyper-parameters and clocks, `[P, words]` each. */
export interface Members {
  /** As {@linkcode encodeHyper} lays them out. */
  readonly hyper: Tensor<"u32">;
  /** As {@linkcode encodeClocks} lays them out. */
  readonly clock: Tensor<"u32">;
}

/** Words of a shader's struct in order: the key of `T` that each holds, and its type there. */
export type FieldList<T> = readonly (readonly [key: keyof T & string, type: "u32" | "f32"])[];

/** Fields of `Hyper` in order, the two schedules at the end left out. */
export const hyperFields: FieldList<HyperParameters> = [
  ["seed", "u32"],
  ["capacity", "u32"],
  ["gamma", "f32"],
  ["tau", "f32"],
  ["syncPeriod", "u32"],
  ["syncFirst", "u32"],
  ["huberDelta", "f32"],
  ["clipValue", "f32"],
  ["clipNorm", "f32"],
  ["beta1", "f32"],
  ["beta2", "f32"],
  ["optimizerEpsilon", "f32"],
  ["weightDecay", "f32"],
];

const scheduleWords = 5;

/** 32-bit words of one member's hyper-parameters. */
export const hyperWords: number = hyperFields.length + 2 * scheduleWords;

/** Fields of `Clock` in order. */
export const clockFields: FieldList<Clock> = [
  ["steps", "u32"],
  ["updates", "u32"],
  ["episodes", "u32"],
  ["stored", "u32"],
  ["halted", "u32"],
  ["sync", "u32"],
  ["correction1", "f32"],
  ["correction2", "f32"],
  ["learningRate", "f32"],
  ["exploration", "f32"],
];

/** 32-bit words of one member's clock. */
export const clockWords: number = clockFields.length;

/** The hyper-parameter buffer of a population: `[members, hyperWords]`. */
export function encodeHyper(members: readonly HyperParameters[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(members.length * hyperWords);
  const floats = new Float32Array(words.buffer);
  for (const [member, given] of members.entries()) {
    const hyper = { syncFirst: given.syncPeriod, ...given };
    let at = member * hyperWords;
    for (const [name, type] of hyperFields) {
      (type === "u32" ? words : floats)[at++] = finite(hyper[name] as number);
    }
    for (const schedule of [hyper.learningRate, hyper.exploration]) {
      words[at] = scheduleKinds.indexOf(schedule.kind);
      words[at + 1] = scheduleUnits.indexOf("per" in schedule ? schedule.per : "step");
      floats.set(scheduleNumbers(schedule), at + 2);
      at += scheduleWords;
    }
  }
  return words;
}

/** The clocks of a population as read from the device. */
export function decodeClocks(bytes: ArrayBuffer): Clock[] {
  const words = new Uint32Array(bytes);
  const floats = new Float32Array(bytes);
  return Array.from({ length: words.length / clockWords }, (_, member) => {
    const entries = clockFields.map(([name, type], i) =>
      [name, (type === "u32" ? words : floats)[member * clockWords + i]!] as const
    );
    return Object.fromEntries(entries) as unknown as Clock;
  });
}

/** The clock buffer of a population: `[members, clockWords]`. */
export function encodeClocks(clocks: readonly Clock[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(clocks.length * clockWords);
  const floats = new Float32Array(words.buffer);
  for (const [member, clock] of clocks.entries()) {
    for (const [i, [name, type]] of clockFields.entries()) {
      (type === "u32" ? words : floats)[member * clockWords + i] = clock[name];
    }
  }
  return words;
}

const largestFloat = 3.4028234663852886e38;

/** WGSL need not honour infinities, so no limit is the largest float. */
function finite(value: number): number {
  return Math.min(value, largestFloat);
}

/** Start, end and span, as `schedule_value` in `shaders/member.wgsl` takes them. */
function scheduleNumbers(schedule: Schedule): [start: number, end: number, span: number] {
  switch (schedule.kind) {
    case "constant":
      return [schedule.value, schedule.value, 1];
    case "linear":
      return [schedule.start, schedule.end, schedule.duration];
    case "exponential":
      return [schedule.start, schedule.end, schedule.decay];
    case "multiplicative":
      return [schedule.start, Math.log(schedule.factor), finite(multiplications(schedule))];
  }
}
