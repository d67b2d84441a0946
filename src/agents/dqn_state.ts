/** A DQN agent as named arrays: what checkpoints hold. @module */
import { TrainingError, UsageError } from "../core/errors.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Learner } from "../learner/learner.ts";
import { packLayers, unpackLayers, withTransposed } from "../learner/network.ts";
import type { NetworkLayout } from "../ops/layout.ts";
import { clockFields, clockWords, decodeClocks } from "../ops/member.ts";
import type { AgentState } from "./agent.ts";

/** Word of the clock that counts the transitions in replay, which no state holds. */
const storedWord = clockFields.findIndex(([name]) => name === "stored");

const slotNames = ["m", "v", "largest_v"];

/**
 * The first member's state: `online.layers.<i>.weight` `[outputs, inputs]` and `.bias` `[outputs]` as in
 * `torch.nn.Linear`, and with `full` the target network, the optimizer's running averages in the same form, and the
 * clock.
 *
 * @throws {TrainingError} When a parameter is not finite.
 */
export async function saveLearner(learner: Learner, full: boolean): Promise<AgentState> {
  const { layout } = learner.online;
  const state: AgentState = {};
  await saveNetwork(state, "online", { tensor: learner.online.parameters, layout, offset: 0 });
  if (!full) return state;
  if (learner.target !== learner.online) {
    await saveNetwork(state, "target", { tensor: learner.target.parameters, layout, offset: 0 });
  }
  for (let slot = 0; slot < learner.optimizerState.shape[1]!; slot++) {
    const place = { tensor: learner.optimizerState, layout, offset: slot * layout.total };
    await saveNetwork(state, `optimizer.${slotNames[slot]}`, place);
  }
  state["clock"] = {
    shape: [learner.members.clock.shape[1]!],
    data: await firstMember(learner.members.clock),
  };
  return state;
}

/**
 * Takes over a state into every member. Without target, optimizer and clock in it, those start afresh.
 *
 * @returns The counts that the state was saved at.
 * @throws {UsageError} When the state is of another network.
 */
export function loadLearner(learner: Learner, state: AgentState): { steps: number; updates: number } {
  const { layout } = learner.online;
  const { online, target, optimizerState, members: { clock } } = learner;
  const [members, slots] = optimizerState.shape as [number, number];
  const saved = state["clock"];
  const values = withTransposed(layout, loadNetwork(state, "online", layout));
  const targetValues = "target.layers.0.weight" in state
    ? withTransposed(layout, loadNetwork(state, "target", layout))
    : values;
  const averages = saved
    ? slotNames.slice(0, slots).map((name) => loadNetwork(state, `optimizer.${name}`, layout))
    : [];
  const words = saved &&
    Uint32Array.from(entryOf(state, "clock", { shape: [clockWords], of: "this learner" }));

  if (words) words[storedWord] = 0;

  // The state fits: from here on nothing fails half-way.
  learner.initialize();
  for (let member = 0; member < members; member++) {
    online.parameters.write(values, member * values.length);
    if (target !== online) target.parameters.write(targetValues, member * values.length);
    for (const [slot, floats] of averages.entries()) {
      optimizerState.write(floats, (member * slots + slot) * layout.total);
    }
    if (words) clock.write(words, member * clockWords);
  }
  return words ? decodeClocks(words.buffer)[0]! : { steps: 0, updates: 0 };
}

interface NetworkPlace {
  readonly tensor: Tensor<"f32">;
  readonly layout: NetworkLayout;
  /** First float of the network in the tensor. */
  readonly offset: number;
}

async function saveNetwork(
  state: AgentState,
  name: string,
  { tensor, layout, offset }: NetworkPlace,
): Promise<void> {
  const floats = (await tensor.read()).subarray(offset, offset + layout.total);
  if (!floats.every(Number.isFinite)) {
    throw new TrainingError(`Cannot save ${name}: a parameter is not finite. The last checkpoint is kept.`);
  }
  for (const [i, { weight, bias }] of unpackLayers(layout, floats).entries()) {
    state[`${name}.layers.${i}.weight`] = { shape: [layout.sizes[i + 1]!, layout.sizes[i]!], data: weight };
    state[`${name}.layers.${i}.bias`] = { shape: [layout.sizes[i + 1]!], data: bias };
  }
}

function loadNetwork(state: AgentState, name: string, layout: NetworkLayout): Float32Array<ArrayBuffer> {
  const of = `a network of widths ${layout.sizes.join("-")}`;
  const beyond = `${name}.layers.${layout.layers.length}.weight`;
  if (beyond in state) throw new UsageError(`Cannot load ${beyond}: it is one layer more than ${of} has`);
  return packLayers(
    layout,
    layout.layers.map(({ index, inputs, outputs }) => ({
      weight: Float32Array.from(
        entryOf(state, `${name}.layers.${index}.weight`, { shape: [outputs, inputs], of }),
      ),
      bias: Float32Array.from(entryOf(state, `${name}.layers.${index}.bias`, { shape: [outputs], of })),
    })),
  );
}

function entryOf(
  state: AgentState,
  key: string,
  { shape, of }: { shape: readonly number[]; of: string },
): Float32Array | Uint32Array {
  const given = state[key];
  if (given?.shape.join() === shape.join()) return given.data;
  const found = given ? `[${given.shape}]` : "missing";
  throw new UsageError(`Cannot load ${key}: it is ${found}, wanted [${shape}] for ${of}`);
}

async function firstMember(tensor: Tensor<"u32">): Promise<Uint32Array> {
  return (await tensor.read()).slice(0, tensor.shape[1]!);
}
