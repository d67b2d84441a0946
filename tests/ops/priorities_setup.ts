/** Replay memories of priorities for tests, and what their trees should be. @module */
import { assertEquals } from "@std/assert";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { type HyperParameters, type Members, writeClockField, zeroClock } from "../../src/ops/member.ts";
import {
  createPriorities,
  type Priorities,
  prioritiesDraw,
  prioritiesUpdate,
} from "../../src/ops/priorities.ts";
import { type Batch, createBatch, transitionLayout } from "../../src/ops/replay.ts";
import { countUpdate } from "./count_update.ts";
import { hyperParameters, membersOf, type MemberValues } from "./random_values.ts";

/** A member as of a test: hyper-parameters, transitions stored, and whether it rests. */
export type Keeper = Partial<HyperParameters> & { readonly stored?: number; readonly halted?: number };

/** The state of a population's priorities, and the programs that draw by them and set them. */
export class Drawn {
  readonly members: Members;
  readonly priorities: Priorities;
  readonly batch: Batch;
  readonly td: Tensor<"f32">;
  readonly #gpu: Gpu;
  readonly #draw: Recorder;
  readonly #update: Recorder;

  constructor(gpu: Gpu, keepers: readonly Keeper[], { capacity, size }: { capacity: number; size: number }) {
    const values = keepers.map(({ stored = 0, halted = 0, ...own }): MemberValues => ({
      hyper: hyperParameters(own),
      clock: { stored, halted },
    }));
    this.#gpu = gpu;
    this.members = membersOf(gpu, values);
    this.priorities = createPriorities(gpu, { members: keepers.length, capacity });
    this.batch = createBatch(gpu, transitionLayout(1, 1), { members: keepers.length, size });
    this.td = new Tensor(gpu, [keepers.length, 2, size]);
    const { priorities, batch, td, members } = this;
    this.#draw = new Recorder(gpu);
    prioritiesDraw(this.#draw, members, { priorities, batch });
    this.#update = new Recorder(gpu);
    prioritiesUpdate(this.#update, members, { priorities, batch, td });
    countUpdate(this.#update, members);
  }

  /** The rows drawn for the next update, and their weights: `[P, batch]`. */
  async draw(): Promise<{ rows: Uint32Array; weights: Float32Array }> {
    this.#gpu.enqueue(this.#draw);
    const [rows, outcomes] = [await this.batch.indices.read(), await this.batch.outcomes.read()];
    return { rows, weights: outcomes.filter((_, at) => at % 4 === 3) };
  }

  /** Takes these TD errors of what has been drawn, `[P, batch]`, and counts the update. */
  update(errors: ArrayLike<number>): void {
    const { size } = this.batch;
    const td = new Float32Array(this.td.size);
    for (let i = 0; i < errors.length; i++) {
      td[Math.floor(i / size) * 2 * size + i % size] = 77; // A target.
      td[(Math.floor(i / size) * 2 + 1) * size + i % size] = errors[i]!;
    }
    this.td.write(td);
    this.#gpu.enqueue(this.#update);
  }

  /** Has a member store up to so many transitions in all. */
  store(member: number, stored: number): void {
    writeClockField(this.members, member, { clock: { ...zeroClock, stored }, field: "stored" });
  }

  /** Has all members come to so many updates, and no error changed. */
  count(updates: number): void {
    for (let member = 0; member < this.members.shape[0]!; member++) {
      writeClockField(this.members, member, { clock: { ...zeroClock, updates }, field: "updates" });
    }
  }

  /** The tree of one member, `[2 L]`, after a look at its sums. */
  async tree(member: number): Promise<Float32Array> {
    const { tree } = this.priorities;
    const nodes = tree.shape[1]!;
    const own = (await tree.read()).subarray(member * nodes, (member + 1) * nodes);
    const sums = own.slice();
    for (let node = nodes / 2 - 1; node > 0; node--) {
      sums[node] = Math.fround(sums[2 * node]! + sums[2 * node + 1]!);
    }
    assertEquals(own, sums, `sums of member ${member}`);
    return own;
  }

  /** The priorities of the first rows of one member. */
  async rowsOf(member: number, count: number): Promise<Float32Array> {
    const tree = await this.tree(member);
    assertEquals(
      tree.subarray(tree.length / 2 + count).some((priority) => priority !== 0),
      false,
      `priorities behind row ${count}`,
    );
    return tree.slice(tree.length / 2, tree.length / 2 + count);
  }

  dispose(): void {
    const { members, priorities: { tree, assigned }, batch, td } = this;
    for (const program of [this.#draw, this.#update]) program.dispose();
    for (
      const tensor of [
        members,
        tree,
        assigned,
        td,
        batch.indices,
        batch.observations,
        batch.outcomes,
        batch.masks,
      ]
    ) tensor.dispose();
  }
}
