/** A member of a learner with its replay memory: all that it needs to go on as if nothing had been. @module */
import { type State, StateReader, StateRows } from "../core/state.ts";
import type { Learner } from "../learner/learner.ts";
import { type Clock, writeClockField } from "../ops/member.ts";
import { loadMember, saveMember } from "./dqn_state.ts";
import { agentStateOf } from "./agent_state.ts";

/** Floats that are taken from a saved replay memory at once. */
const floatsAtOnce = 2 ** 20;

/**
 * The full state of one member as of now, and its replay memory, which is read when it is asked for.
 *
 * @param stored Transitions that it has stored so far.
 * @throws {TrainingError} When a parameter is not finite.
 */
export async function snapshotMember(learner: Learner, member: number, stored: number): Promise<State> {
  const { gpu, replay: { rows } } = learner;
  const shape = replayShape(learner, member);
  const first = member * rows.size / rows.shape[0]!;
  const replay = new StateRows({ ...shape, written: stored }, async (place, count) => {
    const range = { tensor: rows, offset: first + place * shape.width, length: count * shape.width };
    return new Float32Array(await gpu.readRanges([range]));
  });
  return { ...await saveMember(learner, member, true), replay };
}

/**
 * Takes over what {@linkcode snapshotMember} gave, of this member or one of the same options.
 *
 * @returns Its clock.
 * @throws {UsageError} When the state is of another network or replay memory; nothing has changed then.
 */
export async function restoreMember(learner: Learner, member: number, state: State): Promise<Clock> {
  const { replay: { rows }, members } = learner;
  const reader = new StateReader(state, "agent");
  const shape = replayShape(learner, member);
  const saved = reader.rows("replay", shape);
  const loaded = loadMember(learner, member, agentStateOf(reader, ["replay"]));
  const first = member * rows.size / rows.shape[0]!;
  const atOnce = Math.ceil(floatsAtOnce / shape.width);
  for (let place = 0; place < saved.filled; place += atOnce) {
    const values = await saved.read(place, Math.min(atOnce, saved.filled - place));
    rows.write(values, first + place * shape.width);
  }
  const now = { ...loaded, stored: saved.written };
  writeClockField(members, member, { clock: now, field: "stored" });
  // That of the latest update, which the schedule has left behind.
  writeClockField(members, member, { clock: now, field: "learningRate" });
  return now;
}

/** Places of a member's replay memory, and floats of a row. */
function replayShape({ options, replay: { layout } }: Learner, member: number) {
  return { capacity: options.members[member]!.capacity, width: layout.row };
}
