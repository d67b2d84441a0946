/** Choosing and rating actions for host environments: forward pass, choice, one fast read. @module */
import { Readback } from "../gpu/readback.ts";
import { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { padded } from "../ops/layout.ts";
import { normalizeInput } from "../ops/moments.ts";
import { actionValues, epsilonGreedy } from "../ops/policy.ts";
import type { SeenMoments } from "../ops/seen.ts";
import type { Learner } from "./learner.ts";
import { type Activations, createActivations, forward } from "./network.ts";

/** How a policy chooses. */
export interface ActorOptions {
  /** Environments of each member. */
  readonly environments: number;
  /** Whether epsilon is zero instead of the clock's, and noisy layers have no noise or that of {@linkcode noise}. */
  readonly greedy: boolean;
  /** Of a greedy policy, whether noisy layers have noise, by the seeds that `act` is given; `false` by default. */
  readonly noise?: boolean;
}

/** What of a learner a policy reads. */
export interface ActorSource extends Pick<Learner, "gpu" | "members" | "online" | "options"> {
  /** What observations are normalized by, as they are when it acts. */
  readonly moments: SeenMoments | undefined;
}

/** The online networks' policy over a fixed number of environments of each member. */
export class Actor {
  readonly #learner: ActorSource;
  readonly #environments: number;
  readonly #activations: Activations;
  readonly #masks: Tensor<"f32"> | undefined;
  /** Of a greedy policy with noise, `[P, environments]`. */
  readonly #seeds: Tensor<"u32"> | undefined;
  readonly #chosen: Tensor<"u32">;
  readonly #values: Tensor<"f32">;
  readonly #choose: Recorder;
  readonly #rate: Recorder;
  readonly #readback: Readback;
  readonly #packed: Float32Array<ArrayBuffer>;

  /**
   * Allocates and records its pass.
   *
   * @throws {UsageError} When a tensor does not fit the adapter.
   */
  constructor(learner: ActorSource, { environments, greedy, noise = false }: ActorOptions) {
    const { gpu, members, online, options } = learner;
    const count = options.members.length;
    const { head, actions } = options.model;
    this.#learner = learner;
    this.#environments = environments;
    this.#activations = createActivations(gpu, online, { batch: environments, label: "policy" });
    this.#packed = new Float32Array(this.#activations.matrices[0]!.size);
    this.#masks = options.masked
      ? new Tensor<"f32">(gpu, [count, environments, padded(actions)], { label: "policy masks" })
      : undefined;
    this.#seeds = greedy && noise
      ? new Tensor<"u32">(gpu, [count, environments], { label: "seeds of noise", dtype: "u32" })
      : undefined;
    this.#chosen = new Tensor<"u32">(gpu, [count, environments], { label: "actions", dtype: "u32" });
    this.#values = new Tensor<"f32">(gpu, [count, environments, actions], { label: "action values" });
    this.#readback = new Readback(gpu, this.#values.byteLength);
    const shared = { environments, head, actions, outputs: this.#activations.outputs };
    this.#choose = this.#program();
    const drawn = greedy ? this.#seeds && { seeds: this.#seeds } : members;
    forward(this.#choose, [{ network: online, noise: drawn }], this.#activations);
    epsilonGreedy(this.#choose, members, { ...shared, masks: this.#masks, chosen: this.#chosen, greedy });
    this.#rate = this.#program();
    forward(this.#rate, [{ network: online }], this.#activations);
    actionValues(this.#rate, { ...shared, values: this.#values });
  }

  /**
   * Actions for `observations` `[P, environments, width]`, `[P, environments]`, after the work enqueued so far.
   *
   * @param masks Legal actions as 0 or 1, `[P, environments, actions]`; needed where the environment masks actions.
   * @param seeds Of a greedy policy with noise, what each environment draws by, `[P, environments]`.
   */
  act(
    observations: Float32Array,
    masks?: Uint8Array,
    seeds?: Uint32Array<ArrayBuffer>,
  ): Uint32Array | Promise<Uint32Array> {
    this.#pack(observations);
    if (this.#seeds) this.#seeds.write(checkSeeds(seeds, this.#seeds.size));
    if (this.#masks) {
      this.#masks.write(packMasks(masks, this.#masks.shape, this.#learner.options.model.actions));
    }
    this.#learner.gpu.enqueue(this.#choose);
    const bytes = this.#readback.read([{ tensor: this.#chosen }]);
    return bytes instanceof ArrayBuffer
      ? new Uint32Array(bytes)
      : bytes.then((late) => new Uint32Array(late));
  }

  /** Q values `[P, environments, actions]` of `observations` `[P, environments, width]`. */
  async q(observations: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    this.#pack(observations);
    this.#learner.gpu.enqueue(this.#rate);
    return new Float32Array(await this.#readback.read([{ tensor: this.#values }]));
  }

  /** Frees its device memory; the learner's stays. */
  dispose(): void {
    for (const program of [this.#choose, this.#rate]) program.dispose();
    this.#readback.dispose();
    for (const tensor of this.#activations.matrices) tensor.dispose();
    this.#masks?.dispose();
    this.#seeds?.dispose();
    for (const tensor of [this.#chosen, this.#values]) tensor.dispose();
  }

  /** A program that begins with what the networks see of the observations. */
  #program(): Recorder {
    const { gpu, moments } = this.#learner;
    const program = new Recorder(gpu);
    const [input] = this.#activations.matrices;
    if (moments) normalizeInput(program, moments, { input: input!, batch: this.#environments });
    return program;
  }

  /** Writes the observations with features first: the layout that a forward pass reads. */
  #pack(observations: Float32Array): void {
    const [input] = this.#activations.matrices;
    const [members, , half] = input!.shape as [number, number, number];
    const width = this.#learner.online.layout.widths[0]!;
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

function checkSeeds(seeds: Uint32Array<ArrayBuffer> | undefined, wanted: number): Uint32Array<ArrayBuffer> {
  if (seeds?.length === wanted) return seeds;
  throw new RangeError(`Cannot act with noise: there are ${seeds?.length ?? 0} seeds, wanted ${wanted}`);
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
