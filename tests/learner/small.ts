/** A small learner for tests, and what it observes. @module */
import type { Tensor } from "../../src/gpu/tensor.ts";
import type { Learner } from "../../src/learner/learner.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import { clockRange, type HyperParameters } from "../../src/ops/member.ts";
import { perceptron } from "../../src/ops/model.ts";
import { treeRange } from "../../src/ops/priorities.ts";
import type { Normalization } from "../../src/ops/seen.ts";
import { Random } from "../../src/core/random.ts";
import { hyperParameters, uniform } from "../ops/random_values.ts";

/** Observations and rewards by their running moments. */
export const normalization = {
  observations: { epsilon: 1e-8, clip: 3 },
  rewards: { epsilon: 1e-2, clip: 2 },
} satisfies Normalization;

/** Options of a learner of one member, 3 numbers an observation, 2 actions and 2 environments, with `changes`. */
export function smallOptions(changes: Partial<LearnerOptions> = {}): LearnerOptions {
  return {
    members: [smallMember()],
    model: perceptron([3, 9, 6, 2]),
    batch: 7,
    capacity: 64,
    sampling: "without-replacement",
    prioritized: false,
    steps: 1,
    loss: "huber",
    double: true,
    optimizer: { kind: "adamw", amsgrad: true },
    clipNorm: true,
    target: "update",
    initialization: "pytorch",
    masked: false,
    environments: 2,
    ...changes,
  };
}

/** A member of a small learner, with `changes`. */
export function smallMember(changes: Partial<HyperParameters> = {}): HyperParameters {
  return hyperParameters({
    seed: 5,
    tau: 0.1,
    clipNorm: 0.5,
    weightDecay: 0.01,
    learningRate: { kind: "linear", start: 0.01, end: 0.001, duration: 300, per: "update" },
    exploration: { kind: "exponential", start: 1, end: 0.1, decay: 20, per: "step" },
    ...changes,
  });
}

/** The rows `[environments, row]` of the step number `step` of the member with `seed`: random, with some ends. */
export function stepRows({ options, replay: { layout } }: Learner, seed: number, step: number): Float32Array {
  const random = new Random(seed);
  random.counter = step * 10_000;
  const rows = uniform(options.environments * layout.row, random);
  for (let i = 0; i < options.environments; i++) {
    const at = i * layout.row + layout.outcome;
    rows[at] = random.below(layout.actions);
    rows[at + 2] = Number(random.below(5) === 0);
    rows[at + 3] = Number(random.below(5) === 0);
    for (let pad = layout.width; pad < layout.next; pad++) {
      rows[i * layout.row + pad] = rows[i * layout.row + layout.next + pad] = 0;
    }
  }
  return rows;
}

/** Stores steps `from` to `until` of each member. */
export function observeSteps(learner: Learner, from: number, until: number): void {
  const { gpu, transitions, options, observe } = learner;
  const all = new Float32Array(transitions.size);
  for (let step = from; step < until; step++) {
    for (const [member, { seed }] of options.members.entries()) {
      all.set(stepRows(learner, seed, step), member * all.length / options.members.length);
    }
    transitions.write(all);
    gpu.enqueue(observe);
  }
}

/** All state of one member, bit for bit. */
export type MemberState = Record<
  | "online"
  | "target"
  | "optimizerState"
  | "clock"
  | "metrics"
  | "indices"
  | "priorities"
  | "returns"
  | "moments"
  | "running",
  Uint32Array
>;

/** Reads the state of one member. */
export async function memberState(learner: Learner, member = 0): Promise<MemberState> {
  const { online, target, optimizerState, members, metrics, batch, returns, moments, options } = learner;
  const words = async (tensor: Tensor) => {
    const all = new Uint32Array((await tensor.read()).buffer);
    const size = all.length / options.members.length;
    return all.slice(member * size, (member + 1) * size);
  };
  const clock = clockRange(members, member);
  return {
    online: await words(online.parameters),
    target: (await words(target.parameters)).slice(0, target.layout.total), // Its second layout is not kept.
    optimizerState: await words(optimizerState),
    clock: (await members.read()).slice(clock.offset, clock.offset + clock.length),
    metrics: await words(metrics),
    indices: await words(batch.indices),
    priorities: await priorityWords(learner, member),
    returns: returns ? await words(returns) : new Uint32Array(),
    moments: moments ? await words(moments.numbers) : new Uint32Array(),
    running: moments ? await words(moments.running) : new Uint32Array(),
  };
}

/** What lasts of the priorities of one member: the largest, those of its rows, and of how many transitions. */
export async function priorityWords(
  { priorities, options: { members } }: Learner,
  member = 0,
): Promise<Uint32Array> {
  if (!priorities) return new Uint32Array();
  const { tree, assigned } = priorities;
  const words = new Uint32Array((await tree.read()).buffer);
  const { offset, length } = treeRange(priorities, member, members[member]!.capacity);
  return Uint32Array.of(
    words[treeRange(priorities, member).offset]!,
    ...words.subarray(offset, offset + length),
    (await assigned.read())[member]!,
  );
}
