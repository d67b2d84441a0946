/**
 * Spaces: what the observations and actions of an environment may be, as plain data.
 * The vocabulary is Gymnasium's (`gymnasium.spaces`); bounds and values of a box are float32.
 *
 * @module
 */
import type { Random } from "./random.ts";

/** One of the integers 0 to n - 1. */
export interface Discrete {
  /** Tells spaces apart. */
  readonly kind: "discrete";
  /** How many integers, at least 1. */
  readonly n: number;
}

/** An array of float32 numbers, row-major, each within its own closed bounds. */
export interface Box {
  /** Tells spaces apart. */
  readonly kind: "box";
  /** Extents, outermost first; `[]` is a single number. */
  readonly shape: readonly number[];
  /** Lowest value of each entry, float32, perhaps -Infinity. As long as the box has entries. */
  readonly low: readonly number[];
  /** Highest value of each entry, float32, perhaps Infinity. As long as the box has entries. */
  readonly high: readonly number[];
  /** Whether each entry is 0 or 1, as in Gymnasium's `MultiBinary`: the replay memory holds those as bits. Absent: not so. */
  readonly binary?: true;
}

/** Any space. */
export type Space = Discrete | Box;

/** The integers 0 to n - 1. Throws RangeError unless `n` is a positive integer. */
export function discrete(n: number): Discrete {
  return sound({ kind: "discrete", n });
}

/**
 * Arrays of `shape` within bounds, each one number for all entries or one per entry. Bounds are rounded to
 * float32, so that an entry which is float32 and touches its bound lies inside. Throws RangeError for an
 * empty extent, a bound that is NaN, too few or too many bounds, or a low above its high.
 */
export function box(
  shape: readonly number[],
  low: number | readonly number[],
  high: number | readonly number[],
): Box {
  return sound({ kind: "box", shape: [...shape], low: bounds(shape, low), high: bounds(shape, high) });
}

/** Arrays of `shape` whose entries are 0 or 1. Throws RangeError for an empty extent. */
export function binaryBox(shape: readonly number[]): Box {
  return { ...box(shape, 0, 1), binary: true };
}

/** What is wrong with `space` as a space, or undefined. For values that the type checker has not seen. */
export function spaceFault(space: unknown): string | undefined {
  if (typeof space !== "object" || space === null) return `it is ${space}, wanted a Discrete or a Box`;
  const { kind, n, shape, low, high, binary } = space as { [key in keyof Discrete | keyof Box]?: unknown };
  if (kind === "discrete") {
    return isCount(n) ? undefined : `n is ${n}, wanted a positive integer`;
  }
  if (kind !== "box") return `kind is ${kind}, wanted "discrete" or "box"`;
  if (!Array.isArray(shape) || !shape.every(isCount)) return `shape is [${shape}], wanted positive integers`;
  if (!Array.isArray(low) || !Array.isArray(high)) {
    return "low or high is no array, wanted one bound per entry";
  }
  const size = product(shape);
  if (low.length !== size || high.length !== size) {
    return `there are ${low.length} low and ${high.length} high bounds, wanted ${size} of each`;
  }
  const bad = low.findIndex((bound, i) => !(bound <= high[i]));
  if (bad >= 0) return `entry ${bad} is bound to [${low[bad]}, ${high[bad]}], wanted low <= high`;
  if (binary === undefined) return undefined;
  if (binary !== true) return `binary is ${binary}, wanted true or nothing`;
  const wide = low.findIndex((bound, i) => bound !== 0 || high[i] !== 1);
  return wide < 0
    ? undefined
    : `entry ${wide} is bound to [${low[wide]}, ${high[wide]}], wanted [0, 1] as it is binary`;
}

/**
 * Whether `value` is an element: an integer of a Discrete, or a Float32Array of a Box's size within its
 * bounds.
 */
export function contains(space: Space, value: unknown): boolean {
  if (space.kind === "discrete") {
    return Number.isInteger(value) && Number(value) >= 0 && Number(value) < space.n;
  }
  if (!(value instanceof Float32Array) || value.length !== sizeOf(space)) return false;
  if (space.binary) return value.every((entry) => entry === 0 || entry === 1);
  return value.every((entry, i) => entry >= space.low[i]! && entry <= space.high[i]!);
}

/**
 * A uniform element of a Discrete; with a `mask` [n], one of those whose mask is not 0 (RangeError if there
 * is none).
 */
export function sample(space: Discrete, random: Random, mask?: ArrayLike<number>): number;
/**
 * An element of a Box. As in Gymnasium, an entry is uniform between finite bounds, exponential from its bound
 * where one side is open, and normal where both are; of a binary box it is 0 or 1.
 */
export function sample(space: Box, random: Random): Float32Array;
/** An element of either kind of space, uniform where it is bounded. */
export function sample(space: Space, random: Random, mask?: ArrayLike<number>): number | Float32Array;
export function sample(space: Space, random: Random, mask?: ArrayLike<number>): number | Float32Array {
  if (space.kind === "box") {
    if (space.binary) return Float32Array.from(space.low, () => random.below(2));
    return Float32Array.from(space.low, (low, i) => sampleEntry(low, space.high[i]!, random));
  }
  if (mask === undefined) return random.below(space.n);
  const allowed: number[] = [];
  for (let i = 0; i < space.n; i++) if (mask[i]) allowed.push(i);
  if (allowed.length === 0) {
    throw new RangeError(`Cannot sample ${describe(space)}: the mask allows nothing, wanted an entry of 1`);
  }
  return allowed[random.below(allowed.length)]!;
}

/**
 * The entries of a Box, or the elements of a Discrete.
 */
export function sizeOf(space: Space): number {
  return space.kind === "discrete" ? space.n : product(space.shape);
}

/** Whether two spaces hold the same elements in the same shape. */
export function equalSpaces(a: Space, b: Space): boolean {
  if (a.kind === "discrete" || b.kind === "discrete") return a.kind === b.kind && sizeOf(a) === sizeOf(b);
  const same = (x: readonly number[], y: readonly number[]) =>
    x.length === y.length && x.every((v, i) => v === y[i]);
  return same(a.shape, b.shape) && same(a.low, b.low) && same(a.high, b.high) && a.binary === b.binary;
}

/**
 * A short text for messages: `Discrete(2)`, `Box([2, 3], -1 to 1)`, `Box([2], [-1, -Infinity] to [1,
 * Infinity])`.
 */
export function describe(space: Space): string {
  if (space.kind === "discrete") return `Discrete(${space.n})`;
  return `Box([${space.shape.join(", ")}], ${listBounds(space.low)} to ${listBounds(space.high)})`;
}

function sampleEntry(low: number, high: number, random: Random): number {
  const exponential = () => -Math.log(1 - random.uniform());
  if (low > -Infinity && high < Infinity) return random.uniform(low, high);
  if (low > -Infinity) return low + exponential();
  if (high < Infinity) return high - exponential();
  return Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * random.uniform());
}

function sound<S extends Space>(space: S): S {
  const fault = spaceFault(space);
  if (fault !== undefined) throw new RangeError(`Cannot make a ${space.kind} space: ${fault}`);
  return space;
}

function bounds(shape: readonly number[], bound: number | readonly number[]): number[] {
  if (typeof bound !== "number") return bound.map(Math.fround);
  return shape.every(isCount) ? new Array<number>(product(shape)).fill(Math.fround(bound)) : [];
}

function listBounds(values: readonly number[]): string {
  const first = values[0]!;
  if (values.every((value) => value === first)) return shortest(first);
  return `[${values.slice(0, 8).map(shortest).join(", ")}${values.length > 8 ? ", ..." : ""}]`;
}

/** The float32 `value` in as few digits as give it back: 4.8 in place of 4.800000190734863. */
function shortest(value: number): string {
  let digits = 1;
  while (digits < 9 && Math.fround(Number(value.toPrecision(digits))) !== value) digits++;
  return String(Number(value.toPrecision(digits)));
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, extent) => size * extent, 1);
}
