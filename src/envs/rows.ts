/** Rows of a vector environment's arrays: what environments gave, checked and copied. @module */
import { DivergenceError, excerpt, textOf, UsageError } from "../core/errors.ts";
import { contains, describe, equalSpaces, sizeOf, type Space } from "../core/spaces.ts";
import type { Environment, Info, Observation } from "./environment.ts";

/** Where in a vector a value comes from. */
export interface Place {
  /** The environment. */
  index: number;
  /** The step of its episode; 0 is the reset. */
  step: number;
  /** Whether the task has terminated here, so that no action will be chosen. */
  terminated: boolean;
}

/** `environment 3, step 17 of its episode`. */
export function describePlace({ index, step }: Readonly<Place>): string {
  return step === 0
    ? `environment ${index}, at its reset`
    : `environment ${index}, step ${step} of its episode`;
}

/** Numbers in the observations of all environments at once. */
const mostNumbers = 2 ** 26;

/** Throws UsageError unless spaces are equal to those of the first environment, and rows can hold the observations. */
export function checkRows(environments: readonly Environment<Observation>[]): void {
  const [count, first] = [environments.length, environments[0]!];
  const width = rowWidth(first.observationSpace);
  if (count * width > mostNumbers) {
    const found = `${count} environments show ${width} numbers each`;
    throw new UsageError(`Cannot make a vector environment: ${found}, wanted at most ${mostNumbers} in all`);
  }
  checkExact(first.observationSpace);
  environments.forEach((env, index) => {
    checkSpace(env.observationSpace, first.observationSpace, `observation space of environment ${index}`);
    checkSpace(env.actionSpace, first.actionSpace, `action space of environment ${index}`);
  });
}

/** Integers below this are exact in float32. */
const exactIntegers = 2 ** 24;

function checkExact(space: Space): void {
  if (space.kind !== "discrete" || space.n <= exactIntegers) return;
  const found = `the observation space is ${describe(space)}`;
  throw new UsageError(
    `Cannot make a vector environment: ${found}, wanted at most ${exactIntegers} integers`,
  );
}

function checkSpace(found: Space, wanted: Space, what: string): void {
  if (equalSpaces(found, wanted)) return;
  const difference = `${what} is ${describe(found)}, wanted ${describe(wanted)}`;
  throw new UsageError(`Cannot make a vector environment: ${difference} as of environment 0`);
}

/** Numbers in one row of observations: the entries of a Box; 1 of a Discrete, the integer itself. */
export function rowWidth(space: Space): number {
  return space.kind === "discrete" ? 1 : sizeOf(space);
}

/** Writes the observation seen at `place` into row `place.index` of `rows`. */
export type WriteObservation = (rows: Float32Array, observation: Observation, place: Readonly<Place>) => void;

/**
 * The writer for observations of `space`, {@linkcode rowWidth} numbers a row. It throws UsageError for a wrong kind or length, and DivergenceError for NaN or an infinite number.
 */
export function observationWriter(space: Space): WriteObservation {
  const width = rowWidth(space);
  const wanted = space.kind === "discrete"
    ? `an integer of ${describe(space)}`
    : `a Float32Array of ${width} finite number${width === 1 ? "" : "s"}`;

  function fail(observation: Observation, place: Readonly<Place>): never {
    const isNumbers = observation instanceof Float32Array && observation.length === width;
    const Fault = isNumbers ? DivergenceError : UsageError;
    throw new Fault(
      `Cannot use the observation of ${describePlace(place)}: it is ${
        listValue(observation)
      }, wanted ${wanted}`,
    );
  }

  function writeBox(rows: Float32Array, observation: Observation, place: Readonly<Place>): void {
    if (!(observation instanceof Float32Array) || observation.length !== width) fail(observation, place);
    const start = place.index * width;
    for (let i = 0; i < width; i++) {
      const value = observation[i]!;
      // Not `>= Infinity`, so that NaN fails too.
      if (!(Math.abs(value) < Infinity)) fail(observation, place);
      rows[start + i] = value;
    }
  }

  function writeDiscrete(rows: Float32Array, observation: Observation, place: Readonly<Place>): void {
    if (!contains(space, observation)) fail(observation, place);
    rows[place.index] = observation as number;
  }

  return space.kind === "discrete" ? writeDiscrete : writeBox;
}

/** Throws DivergenceError unless the reward given at `place` is finite in float32, and UsageError where it is no number. */
export function checkReward(reward: number, place: Readonly<Place>): void {
  // The first as Math.fround takes the text "1" for a number, which a sum of rewards does not.
  if (Number.isFinite(reward) && Number.isFinite(Math.fround(reward))) return;
  const Fault = typeof reward === "number" ? DivergenceError : UsageError;
  throw new Fault(
    `Cannot use the reward of ${describePlace(place)}: it is ${listValue(reward)}, wanted a finite float32`,
  );
}

/** Writes the action mask of `info` into row `place.index` of `rows`, one byte an action. */
export type WriteMask = (rows: Uint8Array, info: Info, place: Readonly<Place>) => void;

/**
 * The writer for masks over `actions` actions. It throws UsageError for a mask that is absent, of a wrong
 * length, holds other than 0 and 1, or allows nothing. Where the task has terminated no action will be
 * chosen: there a mask that is absent or allows nothing is written as all ones.
 */
export function maskWriter(actions: number): WriteMask {
  return (rows, info, place) => {
    const mask = info.actionMask;
    const start = place.index * actions;
    if (mask instanceof Uint8Array && mask.length === actions) {
      let seen = 0; // 1 for entries of 0 and 1, not all 0.
      for (let a = 0; a < actions; a++) seen |= rows[start + a] = mask[a]!;
      if (seen === 1) return;
    }
    if (place.terminated && (mask === undefined || isMask(mask, actions))) {
      rows.fill(1, start, start + actions);
      return;
    }
    const found = mask === undefined ? "absent" : listValue(mask);
    const wanted = `${actions} entries of 0 or 1, not all 0`;
    throw new UsageError(
      `Cannot use the action mask of ${describePlace(place)}: it is ${found}, wanted ${wanted}`,
    );
  };
}

/** Whether `mask` is `actions` entries of 0 or 1. */
export function isMask(mask: unknown, actions: number): mask is Uint8Array {
  return mask instanceof Uint8Array && mask.length === actions && mask.every((entry) => entry <= 1);
}

/** `[1, 2, NaN]`, shortened after 16 entries and then with the length; values that are no list as text. */
export function listValue(value: unknown): string {
  if (typeof value === "string") return excerpt(JSON.stringify(value));
  if (!Array.isArray(value) && !(ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    return excerpt(textOf(value));
  }
  const entries = Array.from(value as ArrayLike<unknown>);
  const text = excerpt(entries.slice(0, 16).map(textOf).join(", "), 300);
  return entries.length > 16 ? `[${text}, ...] of length ${entries.length}` : `[${text}]`;
}
