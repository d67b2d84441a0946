/** A member of a learner as named arrays: what checkpoints hold. @module */
import { excerpt, TrainingError, UsageError } from "../core/errors.ts";
import type { TensorRange } from "../gpu/readback.ts";
import { Recorder } from "../gpu/recorder.ts";
import type { Learner } from "../learner/learner.ts";
import { packBlocks, unpackBlocks, withTransposed } from "../learner/network.ts";
import { fanIn } from "../ops/block.ts";
import { clockStep } from "../ops/clock.ts";
import {
  type Clock,
  clockFields,
  clockRange,
  clockWords,
  createMembers,
  decodeClock,
} from "../ops/member.ts";
import { learnedBlocks, type NetworkLayout, widthsText } from "../ops/model.ts";
import { momentsRange, runningRange } from "../ops/moments.ts";
import { writePriorities } from "../ops/priorities.ts";
import type { AgentState } from "./agent.ts";
import { entryOf } from "./agent_state.ts";
import { momentsFamilies, momentsIn, type MomentsOwner, momentsState } from "./moments_state.ts";

const [storedWord, haltedWord] = ["stored", "halted"].map((word) =>
  clockFields.findIndex(([name]) => name === word)
) as [number, number];

/** Words of a saved clock: all but whether the member rests. */
const savedWords = clockWords - 1;

/** The clock as it is saved: without replay, which no state holds, and without rest. */
function packClock(words: Uint32Array): Uint32Array {
  return words.with(storedWord, 0).filter((_, word) => word !== haltedWord);
}

/** The inverse of {@linkcode packClock}. */
function unpackClock(saved: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  const words = Uint32Array.from(Array.from(saved).toSpliced(haltedWord, 0, 0));
  words[storedWord] = 0;
  return words;
}

/** Names of the optimizer's running averages, as in `adam.m`: they mean different things to different optimizers. */
function slotNames({ options: { optimizer: { kind } }, optimizerState }: Learner): string[] {
  const family = kind === "adamw" ? "adam" : kind;
  return ["m", "v", kind === "rmsprop" ? "mean" : "largest_v"].slice(0, optimizerState.shape[1]).map((slot) =>
    `${family}.${slot}`
  );
}

/**
 * The state of one member: `online.layers.<i>.weight` `[outputs, inputs]` and `.bias` `[outputs]` as in `torch.nn.Linear`, or as in
 * the module that the layer is, and with `full` the target network, the optimizer's running averages in the same form, and the
 * clock. Where observations or rewards are normalized, with their moments: see `moments_state.ts`. One read-back, of this
 * member alone.
 *
 * @throws {TrainingError} When a parameter is not finite.
 */
export async function saveMember(learner: Learner, member: number, full: boolean): Promise<AgentState> {
  const { gpu, online: { layout }, members, moments } = learner;
  const networks = networksOf(learner, member).slice(0, full ? undefined : 1);
  const ranges: TensorRange[] = networks.map(({ range }) => range);
  if (moments) ranges.push(momentsRange(moments, member));
  if (full) ranges.push(clockRange(members, member));
  const bytes = await gpu.readRanges(ranges);
  const state: AgentState = {};
  for (const [i, { name }] of networks.entries()) {
    const floats = new Float32Array(bytes, 4 * i * layout.total, layout.total);
    if (!floats.every(Number.isFinite)) {
      throw new TrainingError(`Cannot save ${name}: a parameter is not finite. The last checkpoint is kept.`);
    }
    const values = unpackBlocks(layout, floats);
    for (const { block, weight, bias, shape, biasShape, outputs, first } of namedParts(name, layout)) {
      const own = values[block]!;
      const inputs = own.weight.length / own.bias.length;
      state[weight] = { shape, data: own.weight.slice(first * inputs, (first + outputs) * inputs) };
      state[bias] = { shape: biasShape, data: own.bias.slice(first, first + outputs) };
    }
  }
  const words = new Uint32Array(bytes, 4 * networks.length * layout.total);
  const owner = momentsOwner(learner);
  if (owner) Object.assign(state, momentsState(owner, words));
  if (!full) return state;
  state["clock"] = { shape: [savedWords], data: packClock(words.subarray(-clockWords)) };
  return state;
}

/** Whose moments a member's are; undefined where it has none. */
function momentsOwner({ moments, replay: { layout: { width } } }: Learner): MomentsOwner | undefined {
  return moments && { normalization: moments.normalization, width };
}

/** Every network of a full state, and where its floats `[N]` are; the online one is the first. */
function networksOf(
  learner: Learner,
  member: number,
): { readonly name: string; readonly range: Required<TensorRange> }[] {
  const { online, target, optimizerState } = learner;
  const { total } = online.layout;
  const slots = slotNames(learner);
  const parameters = (tensor: TensorRange["tensor"]) => ({
    tensor,
    offset: member * 2 * total,
    length: total,
  });
  return [
    { name: "online", range: parameters(online.parameters) },
    ...target === online ? [] : [{ name: "target", range: parameters(target.parameters) }],
    ...slots.map((name, slot) => ({
      name,
      range: { tensor: optimizerState, offset: (member * slots.length + slot) * total, length: total },
    })),
  ];
}

/**
 * Takes over a state into one member; the others stay as they are. Without target, optimizer and clock in it, those
 * start afresh, and replay counts as empty. Running returns begin anew.
 *
 * @returns The clock that was saved: the rates of the loaded one are those of the member's own schedules.
 * @throws {UsageError} When the state is of another network; nothing has changed then.
 */
export function loadMember(learner: Learner, member: number, state: AgentState): Clock {
  const { online: { layout, parameters }, target, optimizerState, moments } = learner;
  const slots = slotNames(learner);
  const saved = state["clock"];
  const values = withTransposed(layout, loadNetwork(state, "online", layout));
  const targetValues = Object.keys(state).some((key) => key.startsWith("target."))
    ? withTransposed(layout, loadNetwork(state, "target", layout))
    : values;
  const owner = momentsOwner(learner);
  const normalized: readonly string[] = owner ? momentsFamilies(owner).map(({ name }) => name) : [];
  const families = new Set(["online", "target", "clock", ...slots, ...normalized]);
  const stranger = Object.keys(state).find((key) =>
    ![...families].some((name) => key === name || key.startsWith(`${name}.`))
  );
  if (stranger) {
    const { kind } = learner.options.optimizer;
    const [, what] = /^(observations|rewards)\./.exec(stranger) ?? [];
    const which = what ? `which does not normalize ${what}` : `whose optimizer is ${kind}`;
    throw new UsageError(`Cannot load ${excerpt(stranger)}: it is not of this agent, ${which}`);
  }
  const averages = slots.map((name) =>
    saved ? loadNetwork(state, name, layout) : new Float32Array(layout.total)
  );
  const words = saved
    ? unpackClock(entryOf(state, "clock", { shape: [savedWords], of: "this learner" }))
    : new Uint32Array(clockWords);
  const counts = decodeClock(words);
  if (!Object.values(counts).every(Number.isFinite)) {
    throw new UsageError("Cannot load clock: it holds a number that is not finite");
  }

  const seen = owner && momentsIn(state, owner);

  // The state fits: from here on nothing fails half-way.
  parameters.write(values, member * values.length);
  if (target !== learner.online) target.parameters.write(targetValues, member * values.length);
  for (const [slot, floats] of averages.entries()) {
    optimizerState.write(floats, (member * slots.length + slot) * layout.total);
  }
  if (learner.priorities) writePriorities(learner.priorities, member);
  if (moments) {
    momentsRange(moments, member).tensor.write(seen!, momentsRange(moments, member).offset);
    const { tensor, offset, length } = runningRange(moments, member);
    tensor.write(new Float32Array(length), offset);
  }
  writeClock(learner, member, words);
  return counts;
}

/** Sets the clock of one member, with the values that its own schedules have at these counts. */
function writeClock(learner: Learner, member: number, words: Uint32Array<ArrayBuffer>): void {
  const { gpu, options, members, transitions, replay: { layout } } = learner;
  const alone = createMembers(gpu, [options.members[member]!], options.target);
  const [from, to] = [clockRange(alone, 0), clockRange(members, member)];
  alone.write(words, from.offset);
  const program = new Recorder(gpu);
  clockStep(program, alone, { transitions, count: 0, layout });
  gpu.enqueue(program);
  gpu.encoder.copyBufferToBuffer(
    alone.buffer,
    4 * from.offset,
    members.buffer,
    4 * to.offset,
    4 * clockWords,
  );
  gpu.flush(); // Before whatever is written to the clock next.
  program.dispose();
  alone.dispose();
}

function loadNetwork(state: AgentState, name: string, layout: NetworkLayout): Float32Array<ArrayBuffer> {
  const of = `a network of widths ${widthsText(layout)}`;
  const parts = namedParts(name, layout);
  const known = new Set(parts.flatMap(({ weight, bias }) => [weight, bias]));
  const beyond = Object.keys(state).find((key) => key.startsWith(`${name}.`) && !known.has(key));
  if (beyond !== undefined) throw new UsageError(`Cannot load ${excerpt(beyond)}: it is more than ${of} has`);
  const values = layout.blocks.map((block) => ({
    weight: new Float32Array(fanIn(block) * block.outputs),
    bias: new Float32Array(block.outputs),
  }));
  for (const { block, weight, bias, shape, biasShape, first } of parts) {
    const own = values[block]!;
    own.weight.set(entryOf(state, weight, { shape, of }), first * own.weight.length / own.bias.length);
    own.bias.set(entryOf(state, bias, { shape: biasShape, of }), first);
  }
  return packBlocks(layout, values);
}

/**
 * Names and shapes in a checkpoint of what the blocks of a network called `name` hold, as in `online.layers.0.weight`: from their
 * output `first` on.
 */
function namedParts(name: string, { layers }: NetworkLayout) {
  return layers.flatMap(({ number, blocks }) =>
    learnedBlocks(blocks).flatMap(
      ({ index: block, modules = [`layers.${number}`], inputs, weight, bias, ...spec }) => {
        const outputs = spec.outputs / modules.length;
        const { shape = [outputs, inputs], biasShape = [outputs] } = spec;
        return modules.map((module, part) => ({
          block,
          weight: `${name}.${module}.${weight}`,
          bias: `${name}.${module}.${bias}`,
          shape,
          biasShape,
          outputs,
          first: part * outputs,
        }));
      },
    )
  );
}
