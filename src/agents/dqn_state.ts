/** A DQN agent as named arrays: what checkpoints hold. @module */
import { TrainingError, UsageError } from "../core/errors.ts";
import type { Counts } from "../core/schedule.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Learner } from "../learner/learner.ts";
import { packLayers, unpackLayers, withTransposed } from "../learner/network.ts";
import type { NetworkLayout } from "../ops/layout.ts";
import { type Clock, clockFields, clockWords, decodeClocks } from "../ops/member.ts";
import type { AgentState } from "./agent.ts";
import { entryOf } from "./state_entry.ts";

/** Word of the clock that counts the transitions in replay, which no state holds. */
const storedWord = clockFields.findIndex(([name]) => name === "stored");

/** Names of the optimizer's running averages, as in `adam.m`: they mean different things to different optimizers. */
function slotNames({ options: { optimizer: { kind } }, optimizerState }: Learner): string[] {
  const family = kind === "adamw" ? "adam" : kind;
  return ["m", "v", "largest_v"].slice(0, optimizerState.shape[1]).map((slot) => `${family}.${slot}`);
}

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
  for (const [slot, name] of slotNames(learner).entries()) {
    await saveNetwork(state, name, { tensor: learner.optimizerState, layout, offset: slot * layout.total });
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
export function loadLearner(learner: Learner, state: AgentState): Counts & Pick<Clock, "sync"> {
  const { layout } = learner.online;
  const { online, target, optimizerState, members: { clock } } = learner;
  const [members, slots] = optimizerState.shape as [number, number];
  const saved = state["clock"];
  const values = withTransposed(layout, loadNetwork(state, "online", layout));
  const targetValues = "target.layers.0.weight" in state
    ? withTransposed(layout, loadNetwork(state, "target", layout))
    : values;
  const families = new Set(["online", "target", "clock", ...slotNames(learner)]);
  const stranger = Object.keys(state).find((key) => !families.has(key.split(".layers.")[0]!));
  if (stranger) {
    const { kind } = learner.options.optimizer;
    throw new UsageError(`Cannot load ${stranger}: it is not of this agent, whose optimizer is ${kind}`);
  }
  const averages = saved ? slotNames(learner).map((name) => loadNetwork(state, name, layout)) : [];
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
  if (!words) return { steps: 0, updates: 0, episodes: 0, sync: 0 };
  learner.refreshClock(); // The schedules are this learner's own.
  return decodeClocks(words.buffer)[0]!;
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

async function firstMember(tensor: Tensor<"u32">): Promise<Uint32Array> {
  return (await tensor.read()).slice(0, tensor.shape[1]!);
}
