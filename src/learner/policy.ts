/** Choosing actions for host environments: forward pass, epsilon-greedy choice, one fast read. @module */
import { Readback } from "../gpu/readback.ts";
import { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { padded } from "../ops/layout.ts";
import { epsilonGreedy } from "../ops/policy.ts";
import type { Learner } from "./learner.ts";
import { type Activations, createActivations, forward } from "./network.ts";

/** How a policy chooses. */
export interface PolicyOptions {
  /** Environments of each member. */
  readonly environments: number;
  /** Whether epsilon is zero instead of the clock's. */
  readonly greedy: boolean;
}

/** What of a learner a policy reads. */
export type PolicySource = Pick<Learner, "gpu" | "members" | "online" | "options">;

/** The online networks' policy over a fixed number of environments of each member. */
export class Policy {
  readonly #learner: PolicySource;
  readonly #environments: number;
  readonly #activations: Activations;
  readonly #masks: Tensor<"f32"> | undefined;
  readonly #chosen: Tensor<"u32">;
  readonly #program: Recorder;
  readonly #readback: Readback;
  readonly #packed: Float32Array<ArrayBuffer>;

  /**
   * Allocates and records its pass.
   *
   * @throws {UsageError} When a tensor does not fit the adapter.
   */
  constructor(learner: PolicySource, { environments, greedy }: PolicyOptions) {
    const { gpu, members, online, options } = learner;
    const count = options.members.length;
    const actions = options.sizes.at(-1)!;
    this.#learner = learner;
    this.#environments = environments;
    this.#activations = createActivations(gpu, online, { batch: environments, label: "policy" });
    this.#packed = new Float32Array(this.#activations.matrices[0]!.size);
    this.#masks = options.masked
      ? new Tensor<"f32">(gpu, [count, environments, padded(actions)], { label: "policy masks" })
      : undefined;
    this.#chosen = new Tensor<"u32">(gpu, [count, environments], { label: "actions", dtype: "u32" });
    this.#readback = new Readback(gpu, Math.max(this.#chosen.byteLength, this.#activations.q.byteLength));
    this.#program = new Recorder(gpu);
    forward(this.#program, [{ network: online }], this.#activations);
    epsilonGreedy(this.#program, members, {
      environments,
      actions,
      q: this.#activations.q,
      ...(this.#masks ? { masks: this.#masks } : {}),
      chosen: this.#chosen,
      greedy,
    });
  }

  /**
   * Actions for `observations` `[P, environments, width]`, `[P, environments]`, after the work enqueued so far.
   *
   * @param masks Legal actions as 0 or 1, `[P, environments, actions]`; needed where the environment masks actions.
   */
  act(observations: Float32Array, masks?: Uint8Array): Uint32Array | Promise<Uint32Array> {
    this.#pack(observations);
    if (this.#masks) {
      this.#masks.write(packMasks(masks, this.#masks.shape, this.#learner.options.sizes.at(-1)!));
    }
    this.#learner.gpu.enqueue(this.#program);
    const bytes = this.#readback.read([{ tensor: this.#chosen }]);
    return bytes instanceof ArrayBuffer
      ? new Uint32Array(bytes)
      : bytes.then((late) => new Uint32Array(late));
  }

  /** Q values `[P, environments, actions]` of `observations` `[P, environments, width]`. */
  async q(observations: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    this.#pack(observations);
    this.#learner.gpu.enqueue(this.#program);
    const { q } = this.#activations;
    const values = new Float32Array(await this.#readback.read([{ tensor: q }]));
    const actions = this.#learner.options.sizes.at(-1)!;
    const [members, , half] = q.shape as [number, number, number];
    const stride = padded(this.#environments);
    const result = new Float32Array(members * this.#environments * actions);
    for (let i = 0; i < members * this.#environments; i++) {
      const first = 2 * half * Math.floor(i / this.#environments) + i % this.#environments;
      for (let a = 0; a < actions; a++) result[i * actions + a] = values[first + a * stride]!;
    }
    return result;
  }

  /** Frees its device memory; the learner's stays. */
  dispose(): void {
    this.#program.dispose();
    this.#readback.dispose();
    for (const tensor of this.#activations.matrices) tensor.dispose();
    this.#masks?.dispose();
    this.#chosen.dispose();
  }

  /** Writes the observations with features first: the layout that a forward pass reads. */
  #pack(observations: Float32Array): void {
    const [input] = this.#activations.matrices;
    const [members, , half] = input!.shape as [number, number, number];
    const width = this.#learner.options.sizes[0]!;
    const stride = padded(this.#environments);
    if (observations.length !== members * this.#environments * width) {
      throw new RangeError(
        `Cannot act: observations hold ${observations.length} numbers, wanted ` +
          `${members} x ${this.#environments} x ${width}`,
      );
    }
    let at = 0;
    for (let member = 0; member < members; member++) {
      const first = member * 2 * half;
      for (let i = 0; i < this.#environments; i++) {
        for (let feature = 0; feature < width; feature++) {
          this.#packed[first + feature * stride + i] = observations[at++]!;
        }
      }
    }
    input!.write(this.#packed);
  }
}

function packMasks(
  masks: Uint8Array | undefined,
  shape: readonly number[],
  actions: number,
): Float32Array<ArrayBuffer> {
  const [members, environments, columns] = shape as [number, number, number];
  if (masks?.length !== members * environments * actions) {
    throw new RangeError(
      `Cannot act: action masks hold ${masks?.length ?? 0} entries, wanted ${
        members * environments * actions
      }`,
    );
  }
  const packed = new Float32Array(members * environments * columns);
  for (const [i, legal] of masks.entries()) packed[Math.floor(i / actions) * columns + i % actions] = legal;
  return packed;
}
