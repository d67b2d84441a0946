/** A member of a learner with its replay memory: all that it needs to go on as if nothing had been. @module */
import { type State, StateReader, StateRows } from "../core/state.ts";
import type { TensorRange } from "../gpu/readback.ts";
import type { Learner } from "../learner/learner.ts";
import { type Clock, writeClockField } from "../ops/member.ts";
import { runningRange } from "../ops/moments.ts";
import {
  type MemberPriorities,
  mostPriority,
  type Priorities,
  treeRange,
  writePriorities,
} from "../ops/priorities.ts";
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
  const returns = returnsOf(learner, member);
  const running = learner.moments && runningRange(learner.moments, member);
  const first = member * rows.size / rows.shape[0]!;
  const replay = new StateRows({ ...shape, written: stored }, async (place, count) => {
    const range = { tensor: rows, offset: first + place * shape.width, length: count * shape.width };
    return new Float32Array(await gpu.readRanges([range]));
  });
  return {
    ...await saveMember(learner, member, true),
    replay,
    ...learner.priorities ? { priorities: { ...await readPriorities(learner, member, replay.filled) } } : {},
    ...returns ? { returns: new Float32Array(await gpu.readRanges([returns])) } : {},
    ...running ? { running: new Float32Array(await gpu.readRanges([running])) } : {},
  };
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
  if (!learner.priorities && reader.has("priorities")) reader.refuse("priorities", "none: replay is uniform");
  const savedPriorities = learner.priorities && prioritiesOf(reader.child("priorities"), saved);
  const returns = returnsOf(learner, member);
  const savedReturns = returns && reader.array("returns", "Float32Array", returns.length);
  const running = learner.moments && runningRange(learner.moments, member);
  const savedRunning = running && reader.array("running", "Float32Array", running.length);
  const beside = ["replay", "priorities", "returns", "running"];
  const loaded = loadMember(learner, member, agentStateOf(reader, beside));
  const first = member * rows.size / rows.shape[0]!;
  const atOnce = Math.ceil(floatsAtOnce / shape.width);
  for (let place = 0; place < saved.filled; place += atOnce) {
    const values = await saved.read(place, Math.min(atOnce, saved.filled - place));
    rows.write(values, first + place * shape.width);
  }
  if (learner.priorities) writePriorities(learner.priorities, member, savedPriorities);
  if (returns) returns.tensor.write(savedReturns!, returns.offset);
  if (running) running.tensor.write(savedRunning!, running.offset);
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

/** Where the returns of a member are, if it learns such. */
function returnsOf(
  { returns, options: { capacity } }: Learner,
  member: number,
): Required<TensorRange> | undefined {
  return returns && { tensor: returns, offset: member * capacity, length: capacity };
}

/** The priorities of the first `filled` rows of a member's replay memory, as of now. */
async function readPriorities(
  { gpu, priorities }: Learner,
  member: number,
  filled: number,
): Promise<MemberPriorities> {
  const { tree, assigned } = priorities as Priorities;
  const bytes = await gpu.readRanges([
    { ...treeRange({ tree, assigned }, member), length: 1 },
    { tensor: assigned, offset: member, length: 1 },
    treeRange({ tree, assigned }, member, filled),
  ]);
  return {
    largest: new Float32Array(bytes)[0]!,
    assigned: new Uint32Array(bytes)[1]!,
    rows: new Float32Array(bytes, 8),
  };
}

/** What {@linkcode readPriorities} gave, of a replay memory with these rows. */
function prioritiesOf(reader: StateReader, { filled, written }: StateRows): MemberPriorities {
  const rows = reader.array("rows", "Float32Array", filled);
  const largest = reader.number("largest");
  if (!(largest >= 0 && largest <= mostPriority)) {
    reader.refuse("largest", `a number in [0, ${mostPriority}]`);
  }
  if (!rows.every((priority) => priority >= 0 && priority <= Math.max(1, largest))) {
    reader.refuse("rows", "numbers of at least 0, none above the largest");
  }
  return { rows, largest, assigned: reader.count("assigned", written) };
}
