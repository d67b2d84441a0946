/** What each member of a population has for itself: the host side of `shaders/member.wgsl`. @module */
import { TrainingError } from "../core/errors.ts";
import {
  multiplications,
  type Schedule,
  scheduleKinds,
  type ScheduleUnit,
  scheduleUnits,
} from "../core/schedule.ts";
import type { Gpu } from "../gpu/device.ts";
import type { TensorRange } from "../gpu/readback.ts";
import { Tensor } from "../gpu/tensor.ts";

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
  /** Adam's first decay. */
  readonly beta1: number;
  /** Adam's second decay. */
  readonly beta2: number;
  /** Of SGD and RMSProp. */
  readonly momentum: number;
  /** RMSProp's decay. */
  readonly alpha: number;
  /** What keeps the optimizer's denominator away from zero. */
  readonly optimizerEpsilon: number;
  /** Pull of all parameters towards zero, at least 0: decoupled for AdamW, else added to the gradient. */
  readonly weightDecay: number;
  /** Step size of the optimizer, at least 0. */
  readonly learningRate: Schedule;
  /** Epsilon of the epsilon-greedy policy. */
  readonly exploration: Schedule;
  /** Of prioritized replay: how much a transition's TD error counts when it is drawn, in [0, 1]. */
  readonly priorityAlpha: number;
  /** Of prioritized replay: added to the size of a TD error, above 0. */
  readonly priorityEpsilon: number;
  /** Of prioritized replay: how far weights make up for being drawn more often, in [0, 1]. */
  readonly priorityBeta: Schedule;
  /** Of lambda returns: how much what came counts beside what was expected, in [0, 1]. */
  readonly lambda: number;
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
  momentum: 0,
  alpha: 0.99,
  optimizerEpsilon: 1e-8,
  weightDecay: 0,
  learningRate: { kind: "constant", value: 1e-3 },
  exploration: { kind: "constant", value: 0 },
  priorityAlpha: 0.6,
  priorityEpsilon: 1e-6,
  priorityBeta: { kind: "constant", value: 1 },
  lambda: 0.65,
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

/** The clock of a member that has done nothing, its rates not set. */
export const zeroClock: Clock = {
  steps: 0,
  updates: 0,
  episodes: 0,
  stored: 0,
  halted: 0,
  sync: 0,
  correction1: 0,
  correction2: 0,
  learningRate: 0,
  exploration: 0,
};

/** The largest count of a clock, which has 32 bits for each. */
export const mostCounts: number = 2 ** 32 - 1;

/** Looks whether a clock can count on. @throws {TrainingError} When `more` on top of `count` are more than it counts. */
export function assertCountable(what: "steps" | "updates", count: number, more: number): void {
  if (count + more <= mostCounts) return;
  throw new TrainingError(
    `Cannot go on training: it has come to ${count} ${what}, wanted at most ${mostCounts}, as ${what} are counted in 32 bits`,
  );
}

/** What the target network's period counts; `none` where there is no target network. */
export type SyncUnit = ScheduleUnit | "none";

/** Units in the order of their numbers in the shader. */
export const syncUnits: readonly SyncUnit[] = [...scheduleUnits, "none"];

/** A population's hyper-parameters, clocks and goals, `[P, memberWords]`: the shader's `Member` of each. */
export type Members = Tensor<"u32">;

/** Words of a shader's struct in order: the key of `T` that each holds, and its type there. */
export type FieldList<T> = readonly (readonly [key: keyof T & string, type: "u32" | "f32"])[];

/** Fields of `Hyper` in order, {@linkcode hyperSchedules} at the end left out. */
export const hyperFields: FieldList<HyperParameters & { readonly syncUnit: unknown }> = [
  ["seed", "u32"],
  ["capacity", "u32"],
  ["gamma", "f32"],
  ["tau", "f32"],
  ["syncPeriod", "u32"],
  ["syncFirst", "u32"],
  ["syncUnit", "u32"],
  ["huberDelta", "f32"],
  ["clipValue", "f32"],
  ["clipNorm", "f32"],
  ["beta1", "f32"],
  ["beta2", "f32"],
  ["momentum", "f32"],
  ["alpha", "f32"],
  ["optimizerEpsilon", "f32"],
  ["weightDecay", "f32"],
  ["priorityAlpha", "f32"],
  ["priorityEpsilon", "f32"],
  ["lambda", "f32"],
];

/** The schedules of `Hyper` in order. */
export const hyperSchedules = ["learningRate", "exploration", "priorityBeta"] as const;

const scheduleWords = 5;

/** 32-bit words of one member's hyper-parameters. */
export const hyperWords: number = hyperFields.length + hyperSchedules.length * scheduleWords;

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

/** 32-bit words of one member: hyper-parameters, clock, and the count of episodes at which it comes to rest. */
export const memberWords: number = hyperWords + clockWords + 1;

/** Members of these hyper-parameters, their clocks zero. @param sync What the target network's period counts. */
export function createMembers(gpu: Gpu, hyper: readonly HyperParameters[], sync: SyncUnit): Members {
  const members = new Tensor<"u32">(gpu, [hyper.length, memberWords], { label: "members", dtype: "u32" });
  for (const [member, own] of hyper.entries()) writeHyper(members, member, { ...own, sync });
  return members;
}

/** Gives a member other hyper-parameters. */
export function writeHyper(
  members: Members,
  member: number,
  hyper: HyperParameters & { readonly sync: SyncUnit },
): void {
  members.write(encodeHyper(hyper), member * memberWords);
}

/** Where a member's clock is. */
export function clockRange(members: Members, member: number): Required<TensorRange> {
  return { tensor: members, offset: member * memberWords + hyperWords, length: clockWords };
}

/** Sets a member's clock. */
export function writeClock(members: Members, member: number, clock: Clock): void {
  members.write(encodeClock(clock), clockRange(members, member).offset);
}

/** Sets one field of a member's clock to that of `clock`. */
export function writeClockField(
  members: Members,
  member: number,
  { clock, field }: { readonly clock: Clock; readonly field: keyof Clock },
): void {
  const word = clockFields.findIndex(([name]) => name === field);
  members.write(encodeClock(clock).slice(word, word + 1), clockRange(members, member).offset + word);
}

/** The words of a member's hyper-parameters: `[hyperWords]`. */
export function encodeHyper(
  { sync, ...given }: HyperParameters & { readonly sync: SyncUnit },
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(hyperWords);
  const floats = new Float32Array(words.buffer);
  const hyper = { syncFirst: given.syncPeriod, ...given, syncUnit: syncUnits.indexOf(sync) };
  for (const [at, [name, type]] of hyperFields.entries()) {
    (type === "u32" ? words : floats)[at] = finite(hyper[name] as number);
  }
  let at = hyperFields.length;
  for (const schedule of hyperSchedules.map((name) => hyper[name])) {
    words[at] = scheduleKinds.indexOf(schedule.kind);
    words[at + 1] = scheduleUnits.indexOf("per" in schedule ? schedule.per : "step");
    floats.set(scheduleNumbers(schedule), at + 2);
    at += scheduleWords;
  }
  return words;
}

/** The words of a clock: `[clockWords]`. */
export function encodeClock(clock: Clock): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(clockWords);
  const floats = new Float32Array(words.buffer);
  for (const [i, [name, type]] of clockFields.entries()) (type === "u32" ? words : floats)[i] = clock[name];
  return words;
}

/** The clock in words `[clockWords]`. */
export function decodeClock(words: Uint32Array): Clock {
  const floats = new Float32Array(words.slice().buffer);
  const entries = clockFields.map(([name, type], i) =>
    [name, (type === "u32" ? words : floats)[i]!] as const
  );
  return Object.fromEntries(entries) as unknown as Clock;
}

/** The clocks of a population, from its {@linkcode Members} as read from the device. */
export function decodeClocks(members: Uint32Array): Clock[] {
  return Array.from({ length: members.length / memberWords }, (_, member) => {
    const first = member * memberWords + hyperWords;
    return decodeClock(members.subarray(first, first + clockWords));
  });
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
