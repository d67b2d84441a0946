/** What a key of the run schema changes. @module */
import type { Tree } from "../schema_keys.ts";

/** A fact differs, whatever its values. */
export const differs: unique symbol = Symbol("differs");
/** A fact is the same, whatever its value. */
export const same: unique symbol = Symbol("same");

/** A key that is changed from one value to the other, in a run with `config` beside the usual, and what follows. */
export interface Case {
  readonly values: readonly [from: unknown, to: unknown];
  /** Facts of the one and the other run. */
  readonly facts: Readonly<
    Record<string, readonly [from: unknown, to: unknown] | typeof differs | typeof same>
  >;
  readonly config?: Tree;
}

/** Cases by key. */
export type Cases = Readonly<Record<string, readonly Case[]>>;

/** What an object of a kind needs, and what makes its runs short. */
export const starts: Readonly<Record<string, Tree>> = {
  dqn: { hidden: [4], replay: { capacity: 64, batch: 4 } },
  pqn: { hidden: [4] },
  tabular: { exploration: { kind: "linear", start: 1, end: 0.1, duration: 30 } },
  linear: { start: 0.5, end: 0.1, duration: 20 },
  exponential: { start: 0.5, end: 0.1, decay: 20 },
  multiplicative: { start: 0.5, end: 0.1, factor: 0.95 },
  adamw: { weightDecay: 0 },
  value: { limit: 5 },
  norm: { limit: 5 },
  discretize: { bins: [2, 2], low: [0, 0], high: [10, 20] },
  "scale-reward": { factor: 2 },
  "scale-observation": { factor: [3, 3] },
  "resize-observation": { shape: [1, 2] },
  "frame-stack-observation": { stackSize: 2 },
};

/** A run of ten episodes of four steps each. */
export const base: Tree = {
  environment: { id: "Walk-v0" },
  agent: { kind: "tabular", ...starts["tabular"] },
  budget: { steps: 40 },
  evaluation: { every: 10, episodes: 2, final: { episodes: 3 } },
  loop: "host",
  log: { every: 10, tensorBoard: false, pictures: false, animation: false },
};

/** A run in which epsilon falls from 1 to 0. */
export const falling: Tree = {
  agent: { kind: "tabular", exploration: { kind: "linear", start: 1, end: 0, duration: 40 } },
};

/** `value`, `count` times. */
export function times<T>(count: number, value: T): T[] {
  return Array<T>(count).fill(value);
}
