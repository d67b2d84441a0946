/** Seeds of play beside training. @module */
import { deriveSeed, Stream } from "../core/random.ts";

/** Numbers of evaluations that those in the course of training never reach. */
const apart = { final: 0xffffffff, test: 0xfffffffe, validation: 0xfffffffd, probes: 0xfffffffc } as const;

/**
 * The seed of play that has start states of its own in a run of `seed`: its final evaluation, its test phase, its
 * held-out transitions, and the states whose Q values are shown.
 */
export function seedApart(seed: number, purpose: keyof typeof apart): number {
  return deriveSeed(seed, Stream.evaluation, apart[purpose]);
}
