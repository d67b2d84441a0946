/** Rows of the replay memory, as the latest update drew them. @module */
import type { Learner } from "../../../learner/learner.ts";
import { unpackBits } from "../../../ops/bits.ts";
import { clockRange, clockWords, decodeClock } from "../../../ops/member.ts";
import type { ReplayNews, ReplayRow } from "./news.ts";
import type { Sight } from "./looks.ts";

/** Rows of a sample. */
export const sampleRows = 8;

/** A member of a learner. */
export interface LearnerMember {
  /** Of the whole population. */
  readonly learner: Learner;
  /** Its place among the members. */
  readonly member: number;
}

/** A few rows of the batch of the latest update, and the TD errors of all of it. */
export class ReplaySample implements Sight {
  readonly interval = 800;
  readonly #of: LearnerMember;

  /** Reads nothing yet. */
  constructor(of: LearnerMember) {
    this.#of = of;
  }

  async look(changed: boolean): Promise<ReplayNews | undefined> {
    if (!changed) return undefined;
    const { learner: { gpu, options, members, batch, td }, member } = this.#of;
    const { capacity } = options.members[member]!;
    const count = Math.min(sampleRows, batch.size);
    const bytes = await gpu.readRanges([
      clockRange(members, member),
      { tensor: batch.indices, offset: member * batch.size, length: count },
      { tensor: batch.outcomes, offset: member * batch.size * 4, length: 4 * count },
      { tensor: td, offset: member * 2 * batch.size, length: 2 * batch.size },
    ]);
    const { stored, updates } = decodeClock(new Uint32Array(bytes, 0, clockWords));
    const filled = Math.min(stored, capacity);
    const news = { kind: "replay", filled, capacity } as const;
    const none = new Float32Array();
    if (filled === 0) return { ...news, rows: [], errors: none, q: none };
    const ageOf = (slot: number) => (stored - 1 - slot) % capacity;
    if (updates === 0) {
      const slots = Array.from(
        { length: Math.min(sampleRows, filled) },
        (_, i) => Math.floor((i + 0.5) / Math.min(sampleRows, filled) * filled),
      );
      const rows = await this.#rows(slots);
      return {
        ...news,
        rows: rows.map((row, i) => ({ age: ageOf(slots[i]!), ...row })),
        errors: none,
        q: none,
      };
    }
    const slots = new Uint32Array(bytes, 4 * clockWords, count);
    const outcomes = new Float32Array(bytes, 4 * (clockWords + count), 4 * count);
    const [targets, errors] = halves(new Float32Array(bytes, 4 * (clockWords + 5 * count), 2 * batch.size));
    const rows = (await this.#rows([...slots])).map((row, i) => {
      // Steps after the update may have taken the place of what it drew.
      const isDrawn = row.action === outcomes[4 * i] && row.reward === outcomes[4 * i + 1];
      const learned = isDrawn ? { target: targets[i]!, error: errors[i]! } : {};
      return { age: ageOf(slots[i]!), ...row, ...learned };
    });
    return { ...news, rows, errors, q: targets.map((target, i) => target - errors[i]!) };
  }

  /** What lies in some places of the memory. */
  async #rows(slots: readonly number[]): Promise<Omit<ReplayRow, "age">[]> {
    const { learner: { gpu, replay: { rows, layout } }, member } = this.#of;
    const first = member * rows.shape[1]! * layout.row;
    const bytes = await gpu.readRanges(slots.map((slot) => (
      { tensor: rows, offset: first + slot * layout.row, length: layout.row }
    )));
    return slots.map((_, i) => {
      const row = new Float32Array(bytes, 4 * i * layout.row, layout.row);
      const words = new Uint32Array(bytes, row.byteOffset, layout.row);
      const [observation, next] = [0, layout.next].map((first) =>
        layout.bits ? unpackBits(words.subarray(first), layout.width) : row.slice(first, first + layout.width)
      ) as [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
      const [action, reward, terminated, truncated] = row.subarray(layout.outcome) as unknown as number[];
      return {
        observation,
        next,
        action: action!,
        reward: reward!,
        terminated: terminated === 1,
        truncated: truncated === 1,
      };
    });
  }
}

function halves(values: Float32Array<ArrayBuffer>): [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] {
  const half = values.length / 2;
  return [values.slice(0, half), values.slice(half)];
}
