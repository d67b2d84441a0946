/** What an environment on the device gave that nobody can learn from. @module */
import { DivergenceError } from "../core/errors.ts";
import { Readback } from "../gpu/readback.ts";
import { ringRanges } from "../gpu/ring.ts";
import type { Learner } from "../learner/learner.ts";
import type { TransitionLayout } from "../ops/replay.ts";

/** What is wrong with what an environment gave. */
export interface Fault {
  /** As in `a reward of NaN`. */
  readonly gave: string;
  /** What was wanted in its place. */
  readonly wanted: string;
}

/** A transition with a number that is not finite, or after which nothing is legal. */
export interface FaultyTransition {
  /** Transitions of its member from this one on, itself included. */
  readonly ago: number;
  /** What is wrong with it. */
  readonly fault: Fault;
}

/**
 * The earliest transition that a member's replay holds with a number that is not finite, or after which an episode goes on
 * without a legal action; undefined where there is none. It reads all of that replay.
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

function faultOf(
  row: Float32Array,
  { width, actions, masked, bits, next, outcome, mask }: TransitionLayout,
): Fault | undefined {
  const wanted = "finite numbers";
  const reward = row[outcome + 1]!;
  for (const start of bits ? [] : [0, next]) {
    const i = row.subarray(start, start + width).findIndex((entry) => !Number.isFinite(entry));
    if (i >= 0) return { gave: `an observation with ${row[start + i]} at entry ${i}`, wanted };
  }
  if (!Number.isFinite(reward)) return { gave: `a reward of ${reward}`, wanted };
  const isOver = row[outcome + 2]! > 0;
  if (isOver || !masked || row.subarray(mask, mask + actions).some((legal) => legal > 0)) return undefined;
  return { gave: "no legal action", wanted: "one" };
}

/** Why training cannot go on, where the environment is to blame for it. */
export class EnvironmentFault extends DivergenceError {
  /** @param step The environment step at which it gave that. @param cause What that has led to. */
  constructor({ gave, wanted }: Fault, readonly step: number, cause?: DivergenceError) {
    super(
      `Cannot go on training: the environment gave ${gave} at step ${step}, wanted ${wanted}. ` +
        "The last checkpoint is kept.",
      { cause },
    );
  }
}
