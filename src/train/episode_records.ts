/** Episodes that ended on the device, from the records that a rollout leaves of every step. @module */
import type { StateReader } from "../core/state.ts";
import { isAtFault, readEnd, readReturn, recordWords } from "../device_envs/episode_end.ts";
import type { TensorRange } from "../gpu/readback.ts";
import { ringRanges, type RingRows } from "../gpu/ring.ts";
import type { CollectorReport } from "./collector.ts";
import { EnvironmentFault, type Fault } from "./faulty_transition.ts";

/** An episode as a collector reports it. */
export type FinishedEpisode = CollectorReport["finished"][number];

/** What came of an episode that was saved. @throws {UsageError} When it is none. */
export function readOutcome(
  saved: StateReader,
): Pick<FinishedEpisode, "return" | "length" | "terminated" | "truncated"> {
  return {
    return: saved.number("return"),
    length: saved.count("length"),
    terminated: saved.flag("terminated"),
    truncated: saved.flag("truncated"),
  };
}

/** Where the ring of records `[ring, members, environments, recordWords]` holds `count` rows from number `first` on. */
export function recordRanges(records: TensorRange["tensor"], rows: RingRows): TensorRange[] {
  const [ring] = records.shape as [number];
  return ringRanges({ tensor: records, offset: 0, ring, width: records.size / ring }, rows);
}

/** What {@linkcode finishedEpisodes} takes of a member. */
export interface MemberRecords {
  /** Its place among the members. */
  readonly member: number;
  /** Of the population. */
  readonly members: number;
  /** Of each member. */
  readonly environments: number;
  /** Whether some of the actions may be illegal, `false` by default. */
  readonly masked?: boolean;
  /** Rows that count: steps that this member took of each environment. */
  readonly rows: number;
  /** Environment steps before them. */
  readonly steps: number;
  /** Episodes before them. */
  readonly episodes: number;
  /** Epsilon once everything due at these counts is done. */
  epsilon(steps: number, episodes: number): number;
}

/** What the records of a member tell. */
export interface RecordedEpisodes {
  /** In the order in which they ended; those alone that ended before the fault. */
  readonly finished: FinishedEpisode[];
  /** The first number of the environment's that is not finite, or makes a sum that is not; or a state without a legal action. */
  readonly fault?: EnvironmentFault;
}

const unfit: Fault = { gave: "a number that is not finite", wanted: "finite numbers" };
const unfitMasked: Fault = {
  gave: `${unfit.gave} or no legal action`,
  wanted: `${unfit.wanted} and a legal action`,
};

/** A member's episodes in `records` `[rows, members, environments, recordWords]`. */
export function finishedEpisodes(
  records: Uint32Array<ArrayBuffer>,
  { member, members, environments, masked = false, rows, steps, episodes, epsilon }: MemberRecords,
): RecordedEpisodes {
  const sums = new Float32Array(records.buffer, records.byteOffset, records.length);
  const finished: FinishedEpisode[] = [];
  const atFault = (fault: Fault, step: number) => ({
    finished: finished.filter((episode) => episode.step < step),
    fault: new EnvironmentFault(fault, step),
  });
  for (let row = 0; row < rows; row++) {
    const first = environments * (row * members + member);
    const step = steps + (row + 1) * environments;
    const before = finished.length;
    for (let i = 0; i < environments; i++) {
      const at = recordWords * (first + i);
      if (isAtFault(records[at]!)) {
        return atFault(masked ? unfitMasked : unfit, step);
      }
      const end = readEnd(records[at]!);
      if (!end) continue;
      const { terminated, truncated, length } = end;
      const episode = episodes + finished.length + 1;
      const total = readReturn(sums[at + 1]!, sums[at + 2]!);
      if (!Number.isFinite(total)) {
        return atFault({ gave: "rewards beyond the sums that float32 holds", wanted: unfit.wanted }, step);
      }
      finished.push({ episode, step, return: total, length, terminated, truncated, epsilon: 0 });
    }
    if (finished.length === before) continue;
    const now = epsilon(step, episodes + finished.length);
    for (let i = before; i < finished.length; i++) finished[i] = { ...finished[i]!, epsilon: now };
  }
  return { finished };
}
