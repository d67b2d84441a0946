/** Floats to try a function with, and how far a result is off. @module */
import { splitmix32 } from "./splitmix.ts";

const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);

/** The bits of the nearest binary32. */
export function bitsOf(value: number): number {
  floats[0] = value;
  return words[0]!;
}

/** Zeros, ones, the ends of the range, infinities, a NaN, and what functions turn at. */
export const specialFloats: readonly number[] = [
  0,
  1,
  0.5,
  2,
  1.5,
  3,
  4,
  10,
  127,
  128,
  1e-3,
  0.25,
  1e10,
  16777215,
  16777216,
  16777217,
  2 ** -149,
  2 ** -127,
  2 ** -126,
  3.4028234663852886e38,
  1.7e38,
  88.72283,
  88.72284,
  103.97,
  104,
  149,
  150,
  Math.PI,
  Math.PI / 2,
  Math.PI / 4,
  Math.SQRT2,
  Math.SQRT1_2,
  1 - 2 ** -24,
  1 + 2 ** -23,
  Math.E,
  Infinity,
].flatMap((value) => [value, -value]).concat(NaN);

/** Which floats to take. */
export interface Sampling {
  /** The function; its number of arguments decides how many arrays there are. */
  readonly oracle: (...args: number[]) => number;
  /** Ranges from which the first argument is taken evenly; the others are from -20 to 20. */
  readonly dense: readonly (readonly [low: number, high: number])[];
  /** Whether neither special values nor the whole range of floats are taken. */
  readonly tame?: boolean;
}

/** Bits of about `count` tuples of arguments, and of special values with each other: an array for each argument. */
export function sampleFloats(
  { oracle, dense, tame = false }: Sampling,
  count: number,
): Uint32Array<ArrayBuffer>[] {
  const arity = oracle.length;
  const random = splitmix32(count);
  const tuple = (first: number, other: () => number) => [first, ...Array.from({ length: arity - 1 }, other)];
  const share = Math.ceil(count / (dense.length + 1));
  const evenly = Array.from({ length: share }, (_, i) => i);
  const special = specialFloats.map(bitsOf);
  const tuples = [
    ...tame ? [] : special.flatMap((a) => arity === 1 ? [[a]] : special.map((b) => tuple(a, () => b))),
    ...tame ? [] : evenly.map((i) => tuple((i + random()) / share * 2 ** 32, () => random() * 2 ** 32)),
    ...dense.flatMap(([low, high]) =>
      evenly.map((i) =>
        tuple(bitsOf(low + (high - low) * (i + random()) / share), () => bitsOf((random() - 0.5) * 40))
      )
    ),
  ];
  const length = Math.ceil(tuples.length / 4) * 4;
  return evenly.slice(0, arity).map((argument) =>
    Uint32Array.from({ length }, (_, i) => (tuples[i] ?? tuples[0]!)[argument]!)
  );
}

/**
 * How far `got` is from `want`, a float64, in units of the last place that `size` has in binary32: infinite where one is a NaN and the
 * other is not. Below 2^-126 a unit is 2^-149, and zero is right too.
 */
export function errorInUlps(got: number, want: number, size = Math.abs(want)): number {
  if (Number.isNaN(got) || Number.isNaN(want)) return Number.isNaN(got) && Number.isNaN(want) ? 0 : Infinity;
  if (got === Math.fround(want)) return 0.5 * Number(got !== want);
  if (Math.abs(want) < 2 ** -126 && Math.abs(got) < 2 ** -149) return 0;
  const off = Math.abs(Math.max(-(2 ** 128), Math.min(2 ** 128, got)) - want);
  const exponent = Math.max(-126, Math.min(127, Math.floor(Math.log2(size))));
  return off / 2 ** (exponent - 23);
}
