/** What a learner computes in an update, step by step. @module */
import type { Gpu } from "../../src/gpu/device.ts";
import type { Tensor } from "../../src/gpu/tensor.ts";
import { Learner } from "../../src/learner/learner.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import { Actor } from "../../src/learner/actor.ts";
import { decodeClocks } from "../../src/ops/member.ts";
import { stepRows } from "./small.ts";

/** What a learner computes, each from what stands before it: after one update, and after some more. */
export const chain = [
  "shape",
  "initial",
  "counts",
  "indices",
  "q",
  "targets",
  "loss",
  "gradient",
  "scale",
  "rates",
  "moments",
  "online",
  "syncs",
  "target",
  "laterTargets",
  "laterOnline",
  "actions",
] as const;

/** One of {@linkcode chain}. */
export type Fact = typeof chain[number];

const steps = 20;

/** Writes steps that depend on no option: of the actions after them the last alone is legal, where actions are masked. */
function observeAll(learner: Learner): void {
  const { gpu, transitions, options, replay: { layout } } = learner;
  const members = options.members.length;
  const unmasked = { ...learner, replay: { layout: { ...layout, masked: false, row: layout.mask } } };
  for (let step = 0; step < steps; step++) {
    const given = stepRows(unmasked as unknown as Learner, 5, step);
    const rows = new Float32Array(options.environments * layout.row);
    for (let i = 0; i < options.environments; i++) {
      rows.set(given.subarray(i * layout.mask, (i + 1) * layout.mask), i * layout.row);
      if (layout.masked) rows[i * layout.row + layout.mask + layout.actions - 1] = 1;
    }
    for (let member = 0; member < members; member++) transitions.write(rows, member * rows.length);
    gpu.enqueue(learner.observe);
  }
}

/** The facts of a learner's first member. */
export async function factsOf(gpu: Gpu, options: LearnerOptions): Promise<Record<Fact, unknown>> {
  const learner = new Learner(gpu, options);
  const { online, target, td, batch, metrics, gradients, scale, optimizerState, members, activations } =
    learner;
  const read = async (tensor: Tensor) => {
    const all = [...await tensor.read()];
    return all.slice(0, all.length / options.members.length);
  };
  const targets = async () => (await read(td)).slice(0, options.batch);
  const initial = await read(online.parameters);
  observeAll(learner);
  gpu.enqueue(learner.prepare);
  gpu.enqueue(learner.update);
  const [clock] = decodeClocks(await members.read());
  const { steps, updates, episodes, stored, sync, correction1, correction2, learningRate, exploration } =
    clock!;
  const first = {
    shape: [
      learner.replay.rows.shape,
      learner.transitions.shape,
      online.parameters.shape,
      optimizerState.shape,
      batch.indices.shape,
    ],
    initial,
    counts: [steps, updates, episodes, stored],
    indices: await read(batch.indices),
    q: (await read(activations.outputs)).slice(0, options.batch),
    targets: await targets(),
    loss: (await read(metrics)).slice(2, 4),
    gradient: await read(gradients.parameters),
    scale: await read(scale),
    rates: [correction1, correction2, learningRate, exploration],
    moments: await read(optimizerState),
    online: await read(online.parameters),
    syncs: sync,
    target: (await read(target.parameters)).slice(0, target.layout.total),
  };
  gpu.enqueue(learner.update, 9);
  const policy = new Actor(learner, { environments: 64, greedy: false });
  const seen = new Float32Array(options.members.length * 64 * online.layout.widths[0]!).fill(0.5);
  const legal = new Uint8Array(options.members.length * 64 * options.model.actions).fill(1);
  const facts = {
    ...first,
    laterTargets: await targets(),
    laterOnline: await read(online.parameters),
    actions: [...await policy.act(seen, options.masked ? legal : undefined)].slice(0, 64),
  };
  policy.dispose();
  learner.dispose();
  return facts;
}
