/** Slow twins of the kernels that draw: replay sampling, the policy, initial parameters. @module */
import { below, pcg4d, Stream, unitInterval } from "../../src/core/random.ts";
import type { Initialization } from "../../src/ops/parameters.ts";
import type { Sampling } from "../../src/ops/replay.ts";

/** What decides a batch. */
export interface Draw {
  readonly seed: number;
  readonly capacity: number;
  readonly steps: number;
  readonly updates: number;
  readonly batch: number;
}

/** The replay rows of a batch. */
export function sampled(sampling: Sampling, { seed, capacity, steps, updates, batch }: Draw): number[] {
  const held = Math.min(steps, capacity);
  const rows = Array.from({ length: batch }, (_, i) => i);
  if (sampling === "with-replacement") {
    return rows.map((i) => below(pcg4d(seed, Stream.replay, updates, i)[0], held));
  }
  if (sampling === "without-replacement") return rows.map((i) => permuted(i % held, held, { seed, updates }));
  const starts = Math.max(1, held - batch + 1);
  const start = below(pcg4d(seed, Stream.replay, updates, 0)[0], starts);
  const oldest = steps > capacity ? steps % capacity : 0;
  return rows.map((i) => (oldest + (start + i) % held) % capacity);
}

/**
 * Where a permutation of [0, count) sends `value`: a Feistel network of 8 rounds, or 24 for up to 32 values, walked until it
 * lands inside.
 */
export function permuted(
  value: number,
  count: number,
  { seed, updates }: { seed: number; updates: number },
): number {
  let bits = 0;
  while (2 ** bits < count) bits++;
  const left = 2 ** Math.ceil(bits / 2);
  const right = Math.ceil(count / left);
  const drawn = (round: number, half: number, size: number) =>
    below(pcg4d(seed, Stream.replay, updates, round * 2 ** 24 + half)[0], size);
  let at = value;
  do {
    let [l, r] = [at % left, Math.floor(at / left)];
    for (let round = 0; round < (count <= 32 ? 24 : 8); round += 2) {
      l = (l + drawn(round, r, left)) % left;
      r = (r + drawn(round + 1, l, right)) % right;
    }
    at = r * left + l;
  } while (at >= count);
  return at;
}

/** What decides an action. */
export interface Choice {
  readonly seed: number;
  readonly steps: number;
  /** Index of the environment. */
  readonly environment: number;
  readonly epsilon: number;
}

/** The epsilon-greedy action for these Q values, of which `legal` are allowed. */
export function chosen(q: readonly number[], legal: readonly number[], choice: Choice): number {
  const words = pcg4d(choice.seed, Stream.exploration, choice.steps, choice.environment);
  if (unitInterval(words[0]) < choice.epsilon) return legal[below(words[1], legal.length)]!;
  return legal.reduce((best, a) => q[a]! > q[best]! ? a : best);
}

/** An entry of a layer: input `inputs` is the bias. */
export interface Entry {
  readonly layer: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly input: number;
  readonly output: number;
}

/** An initial parameter, as a share of its bound: in [-1, 1). */
export function initial(
  seed: number,
  rule: Initialization,
  { layer, inputs, outputs, input, output }: Entry,
): number {
  if (rule === "he" && input === inputs) return 0;
  return 2 * unitInterval(pcg4d(seed, Stream.parameters, layer, input * outputs + output)[0]) - 1;
}

/** The bound of a layer's initial parameters. */
export function initialBound(rule: Initialization, inputs: number): number {
  return rule === "he" ? Math.sqrt(6 / inputs) : 1 / Math.sqrt(inputs);
}
