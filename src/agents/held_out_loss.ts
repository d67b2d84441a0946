/** The loss of transitions that a member does not learn from, by the kernels that it learns with. @module */
import { Readback } from "../gpu/readback.ts";
import { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import type { ActorSource } from "../learner/actor.ts";
import { recordLoss } from "../learner/update.ts";
import { createActivations } from "../learner/network.ts";
import { passesOf, replayLayout } from "../learner/options.ts";
import { createMatrix } from "../ops/layout.ts";
import { type Clock, createMembers, type Members, writeClock, zeroClock } from "../ops/member.ts";
import { columnsOf } from "../ops/model.ts";
import { createBatch, replaySample } from "../ops/replay.ts";
import type { Transitions } from "./agent.ts";
import { checkTransitions, packTransitions } from "./transitions.ts";

/** Rates the online network of a learner of one by a batch that stays as it is, without a target network that lags behind. */
export class HeldOutLoss {
  readonly #gpu: ActorSource["gpu"];
  readonly #program: Recorder;
  readonly #readback: Readback;
  /** Loss and mean Q, `[1, 1, 2]`. */
  readonly #metrics: Tensor<"f32">;
  readonly #members: Members;
  readonly #clock: Clock;
  readonly #tensors: readonly Tensor[];

  /**
   * Draws all of the transitions, in their order, from a replay memory of their own, as the moments at hand have them seen.
   *
   * @throws {UsageError} When a tensor does not fit the adapter.
   * @throws {RangeError} When they are not of the learner's environment.
   */
  constructor(
    { gpu, online, moments, options: { lambdaReturns: _, ...options } }: ActorSource,
    transitions: Transitions,
  ) {
    const { model } = options;
    const size = transitions.actions.length;
    const layout = replayLayout(options);
    checkTransitions(transitions, size, layout);

    const members = createMembers(gpu, [{ ...options.members[0]!, capacity: size }], "none");
    const rows = new Tensor<"f32">(gpu, [1, size, layout.row], { label: "held-out transitions" });
    const batch = createBatch(gpu, layout, { members: 1, size });
    const activations = createActivations(gpu, online, {
      batch: size,
      label: "held-out activations",
      passes: passesOf(options),
      input: batch.observations,
      sampled: model.head.isSampled ?? false,
    });
    const td = new Tensor<"f32">(gpu, [1, 2, size], { label: "held-out td errors" });
    const last = online.layout.layers.at(-1)!;
    const outputs = createMatrix(
      gpu,
      [1, last.outputs, columnsOf(last, size, "online")],
      "held-out gradient",
    );
    this.#gpu = gpu;
    this.#metrics = new Tensor<"f32">(gpu, [1, 1, 2], { label: "held-out loss" });
    this.#readback = new Readback(gpu, this.#metrics.byteLength);

    writeClock(members, 0, { ...zeroClock, stored: size });
    const packed = new Float32Array(rows.size);
    packTransitions(packed, transitions, layout);
    rows.write(packed);

    const metrics = this.#metrics;
    this.#program = new Recorder(gpu);
    replaySample(this.#program, members, {
      replay: { layout, rows },
      batch,
      sampling: "in-order",
      moments,
      steps: 1,
      environments: 1,
    });
    const parts = { members, online, target: online, batch, activations, td, metrics, options };
    recordLoss(this.#program, { ...parts, gradients: { outputs } });
    const { indices, outcomes, masks } = batch;
    const { matrices, scratch } = activations;
    this.#members = members;
    this.#clock = { ...zeroClock, stored: size };
    this.#tensors = [members, rows, indices, outcomes, masks, ...matrices, ...scratch, td, outputs, metrics];
  }

  /** The mean loss by the parameters as they are after the work enqueued so far. */
  async measure(): Promise<number> {
    writeClock(this.#members, 0, this.#clock); // So that what a head draws is the same each time.
    this.#gpu.enqueue(this.#program);
    const [loss] = new Float32Array(await this.#readback.read([{ tensor: this.#metrics }]));
    return loss!;
  }

  /** Frees its device memory; the learner's stays. */
  dispose(): void {
    this.#program.dispose();
    this.#readback.dispose();
    for (const tensor of this.#tensors) tensor.dispose();
  }
}
