/** What an environment on the device gave that nobody can learn from. @module */
import { DivergenceError } from "../core/errors.ts";
import { Readback } from "../gpu/readback.ts";
import { ringRanges } from "../gpu/ring.ts";
import type { Learner } from "../learner/learner.ts";
import type { TransitionLayout } from "../ops/replay.ts";

/** A transition with a number that is not finite. */
export interface FaultyTransition {
  /** Transitions of its member from this one on, itself included. */
  readonly ago: number;
  /** The number, as in `a reward of NaN`. */
  readonly fault: string;
}

/**
 * The earliest transition that a member's replay holds with a number that is not finite; undefined where there is none.
 * It reads all of that replay.
 *
 * @param stored Transitions of the member so far, as its clock has them.
 */
export async function findFaultyTransition(
  { gpu, replay: { rows, layout }, options }: Learner,
  member: number,
  stored: number,
): Promise<FaultyTransition | undefined> {
  const ring = options.members[member]!.capacity;
  const count = Math.min(ring, stored);
  if (count === 0) return undefined;
  const where = { tensor: rows, offset: member * rows.shape[1]! * layout.row, ring, width: layout.row };
  const readback = new Readback(gpu, count * layout.row * 4);
  try {
    const numbers = new Float32Array(
      await readback.read(ringRanges(where, { first: stored - count, count })),
    );
    for (let i = 0; i < count; i++) {
      const fault = faultOf(numbers.subarray(i * layout.row, (i + 1) * layout.row), layout);
      if (fault !== undefined) return { ago: count - i, fault };
    }
    return undefined;
  } finally {
    readback.dispose();
  }
}

function faultOf(row: Float32Array, { width, next, outcome }: TransitionLayout): string | undefined {
  const reward = row[outcome + 1]!;
  for (const start of [0, next]) {
    const i = row.subarray(start, start + width).findIndex((entry) => !Number.isFinite(entry));
    if (i >= 0) return `an observation with ${row[start + i]} at entry ${i}`;
  }
  return Number.isFinite(reward) ? undefined : `a reward of ${reward}`;
}

/** Why training cannot go on, where the environment is to blame for it. */
export class EnvironmentFault extends DivergenceError {
  /** @param step The environment step at which it gave the number. @param cause What that has led to. */
  constructor(fault: string, readonly step: number, cause?: DivergenceError) {
    super(
      `Cannot go on training: the environment gave ${fault} at step ${step}, wanted finite numbers. ` +
        "The last checkpoint is kept.",
      { cause },
    );
  }
}
