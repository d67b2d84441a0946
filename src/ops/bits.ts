/** Zeros and ones as the replay memory holds them: entry i is bit `i mod 32` of word `i div 32`. @module */

/**
 * Packs an observation into `words`, as many as its entries fill.
 *
 * @throws {RangeError} For an entry that is neither 0 nor 1.
 */
export function packBits(observation: Float32Array, words: Uint32Array): void {
  for (let word = 0; 32 * word < observation.length; word++) {
    let bits = 0;
    for (const [i, entry] of observation.subarray(32 * word, 32 * word + 32).entries()) {
      if (entry !== 0 && entry !== 1) {
        throw new RangeError(
          `Cannot observe: entry ${
            32 * word + i
          } of an observation is ${entry}, wanted 0 or 1 as its space is binary`,
        );
      }
      bits |= entry << i;
    }
    words[word] = bits;
  }
}

/** The observation of `width` entries that {@linkcode packBits} has packed. */
export function unpackBits(words: Uint32Array, width: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: width }, (_, i) => words[i >> 5]! >>> (i & 31) & 1);
}
