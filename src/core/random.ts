/**
 * Counter-based random numbers, the same on host and device (`shaders/random.wgsl` is the twin).
 *
 * Every draw is PCG4D of (seed, stream, counter, lane), finished by a mixer that carries its well-mixed upper bits down
 * to the lower ones, so that every bit is uniform. There is no generator state beside the counters.
 *
 * Sources: M. Jarzynski and M. Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020; the mixer is C. Wellons'
 * lowbias32 ("Prospecting for Hash Functions", 2018).
 *
 * @module
 */
import type { State, StateReader } from "./state.ts";

/** Names of the independent streams of one seed. The numbers are shared with `shaders/random.wgsl`. */
export const Stream = {
  /** Initial parameters. */
  parameters: 1,
  /** Initial states and transition noise of an environment. */
  environment: 2,
  /** Seeds of the environments of a vector. */
  environmentSeed: 3,
  /** The epsilon coin and the random action. */
  exploration: 4,
  /** Replay sampling. */
  replay: 5,
  /** Environments used for evaluation. */
  evaluation: 6,
  /** Draws of the host alone, as in `Space.sample`. */
  host: 7,
  /** Noise of noisy layers while acting. */
  actingNoise: 8,
  /** Noise of the online network in an update. */
  noise: 9,
  /** Noise of the target network in an update. */
  targetNoise: 10,
  /** Fractions of implicit quantiles that the online network learns in an update. */
  fractions: 11,
  /** Fractions of those of the target network. */
  targetFractions: 12,
} as const;

/** Four 32-bit words. */
export type Words = [number, number, number, number];

/**
 * PCG4D and a mixer: four 32-bit words of four 32-bit inputs, uniform in every bit and independent of each other. By
 * itself PCG4D leaves the low bits of a word to the low bits of its inputs.
 *
 * Inputs that differ in one of their two highest bits alone give words that are alike to some degree; counters and lanes
 * never come that far.
 *
 * @param seed The run's or member's seed, an unsigned 32-bit integer.
 * @param stream One of {@linkcode Stream}.
 * @param counter What advances between draws: a step, an update, a draw number.
 * @param lane What differs within one counter: a batch row, an environment index.
 */
export function pcg4d(seed: number, stream: number, counter: number, lane: number): Words {
  let x = (Math.imul(seed, 1664525) + 1013904223) | 0;
  let y = (Math.imul(stream, 1664525) + 1013904223) | 0;
  let z = (Math.imul(counter, 1664525) + 1013904223) | 0;
  let w = (Math.imul(lane, 1664525) + 1013904223) | 0;
  for (let round = 0; round < 2; round++) {
    if (round === 1) {
      x ^= x >>> 16;
      y ^= y >>> 16;
      z ^= z >>> 16;
      w ^= w >>> 16;
    }
    x = (x + Math.imul(y, w)) | 0;
    y = (y + Math.imul(z, x)) | 0;
    z = (z + Math.imul(x, y)) | 0;
    w = (w + Math.imul(y, z)) | 0;
  }
  return [mixed(x), mixed(y), mixed(z), mixed(w)];
}

/** A bijection of 32-bit words in which every bit of `word` reaches every other: lowbias32. */
function mixed(word: number): number {
  word = Math.imul(word ^ word >>> 16, 0x7feb352d);
  word = Math.imul(word ^ word >>> 15, 0x846ca68b);
  return (word ^ word >>> 16) >>> 0;
}

/** A number in [0, 1) from the upper 24 bits of `word`: exact in float32. */
export function unitInterval(word: number): number {
  return (word >>> 8) / 0x1000000;
}

/** An integer in [0, count) from a 32-bit `word`: the high word of their 64-bit product. */
export function below(word: number, count: number): number {
  const upper = (word >>> 16) * count + Math.floor((word & 0xffff) * count / 0x10000);
  return Math.floor(upper / 0x10000);
}

/** A seed of its own for member `index` of a family (an environment of a vector, an episode of an evaluation). */
export function deriveSeed(seed: number, stream: number, index: number): number {
  return pcg4d(seed, stream, index, 0)[0];
}

/** Far beyond any run, and far below 2^53, where a counter stands still and a loop that draws until something fits never ends. */
const mostDraws = 2 ** 52;

/** A sequence of draws over one (seed, stream, lane): the counter is its whole state. */
export class Random {
  readonly #seed: number;
  readonly #stream: number;
  readonly #lane: number;
  /** Draws made so far. */
  counter = 0;

  /**
   * Starts at counter 0.
   *
   * @param seed An unsigned 32-bit integer; of any other number, its low 32 bits.
   * @param stream One of {@linkcode Stream}, `host` by default.
   * @param lane What tells sequences of one stream apart, 0 by default: the number of an episode.
   */
  constructor(seed: number, stream: number = Stream.host, lane: number = 0) {
    this.#seed = seed >>> 0;
    this.#stream = stream;
    this.#lane = lane;
  }

  /** The sequence that was saved, at the draw it had come to. @throws {UsageError} For anything else. */
  static from(saved: StateReader): Random {
    const word = (key: string) => saved.count(key, 0xffffffff);
    const random = new Random(word("seed"), word("stream"), saved.count("lane", mostDraws));
    random.counter = saved.count("counter", mostDraws);
    return random;
  }

  /** All that {@linkcode Random.from} needs to go on with the next draw. */
  save(): State {
    return { seed: this.#seed, stream: this.#stream, lane: this.#lane, counter: this.counter };
  }

  /** The sequence of the next lane, from its first draw on. */
  next(): Random {
    return new Random(this.#seed, this.#stream, this.#lane + 1);
  }

  /** The next 32-bit word. */
  word(): number {
    return pcg4d(this.#seed, this.#stream, this.counter++, this.#lane)[0];
  }

  /** A number in [low, high), [0, 1) by default. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * unitInterval(this.word());
  }

  /** An integer in [0, count). */
  below(count: number): number {
    return below(this.word(), count);
  }
}
