/** Acting in device environments while training. @module */
import type { Gpu } from "../gpu/device.ts";
import type { TensorRange } from "../gpu/readback.ts";
import { Recorder } from "../gpu/recorder.ts";
import type { Sizes } from "../gpu/run_time_sizes.ts";
import { Tensor } from "../gpu/tensor.ts";
import { clockGoals } from "../ops/clock.ts";
import type { Members } from "../ops/member.ts";
import { type Moments, momentsObserve } from "../ops/moments.ts";
import type { Replay } from "../ops/replay.ts";
import { seenTensors } from "../ops/seen.ts";
import {
  actingKernel,
  type ActingNetwork,
  actingParameters,
  type ActingSteps,
  actingSteps,
  createActingLayers,
  playedTogether,
  prepareActing,
} from "./acting.ts";
import { recordWords, unlimited } from "./episode_end.ts";
import type { DeviceEnvironment } from "./device_environment.ts";
import { beginEpisodes, createSlots } from "./slots.ts";

/** Records kept of an environment at least, and at most. */
export const leastRecords = 16;
const mostRecords = 4096;

/** Records to keep of all environments, if that is no fewer than {@linkcode leastRecords} of each. */
const allRecords = 2 ** 16;

/** Steps whose records a rollout is to keep where there are `environments` of all members: a chunk has no more of them. */
export function recordedSteps(environments: number): number {
  return Math.min(mostRecords, Math.max(leastRecords, Math.floor(allRecords / environments)));
}

/** What a {@linkcode Rollout} acts with and for. */
export interface RolloutOptions {
  /** Where it acts. */
  readonly environment: DeviceEnvironment;
  /** Environments of each member. */
  readonly environments: number;
  /** Who acts; their clocks advance. */
  readonly members: Members;
  /** Rates the actions; its moments take in what is seen. */
  readonly network: ActingNetwork & { readonly moments?: Moments | undefined };
  /** Takes the transitions. */
  readonly replay: Replay;
  /** Steps of an environment whose records are kept. */
  readonly records: number;
}

/** The environments that a population trains in. */
export class Rollout {
  /**
   * What became of each environment in its step t, at row t mod `records`: (`end`, sum of rewards as the bits of two
   * float32), `[records, P, environments, recordWords]`. See `readEnd` and `readReturn`.
   */
  readonly records: Tensor<"u32">;
  /** The environments as they are, `[P environments, words]`: see `createSlots`. */
  readonly slots: Tensor<"u32">;
  readonly #gpu: Gpu;
  readonly #options: RolloutOptions;
  readonly #goals: Tensor<"u32">;
  readonly #setGoals: Recorder;
  readonly #steps: ActingSteps;
  readonly #layers: Tensor<"u32">;
  readonly #programs = new Map<number, Recorder>();

  /** Allocates. Nothing can be played before {@linkcode begin}. @throws {UsageError} When a tensor does not fit the adapter. */
  constructor(gpu: Gpu, options: RolloutOptions) {
    this.#gpu = gpu;
    this.#options = options;
    const { environment, environments, members, network } = options;
    const count = members.shape[0]!;
    this.records = new Tensor(gpu, [options.records, count, environments, recordWords], {
      label: "records",
      dtype: "u32",
    });
    this.slots = createSlots(gpu, environment, count * environments);
    this.#goals = new Tensor(gpu, [count], { label: "goals", dtype: "u32" });
    this.#setGoals = new Recorder(gpu);
    clockGoals(this.#setGoals, members, this.#goals);
    this.#steps = actingSteps(network.layout, { noise: true });
    this.#layers = createActingLayers(gpu, this.#steps);
  }

  /** Starts episode 0 in every environment, each from its own one of `seeds` `[P, environments]`. */
  begin(seeds: readonly number[]): void {
    const episodes = new Tensor(this.#gpu, [seeds.length, 2], { label: "episodes", dtype: "u32" });
    episodes.write(Uint32Array.from(seeds.flatMap((seed) => [seed, 0])));
    beginEpisodes(this.#gpu, this.#options.environment, { episodes, slots: this.slots });
    episodes.dispose();
  }

  /** Where a member's environments lie in {@linkcode slots}. */
  slotsOf(member: number): Required<TensorRange> {
    const length = this.slots.size / this.#options.members.shape[0]!;
    return { tensor: this.slots, offset: member * length, length };
  }

  /**
   * Sets the number of episodes at which each member comes to rest, `[P]`; `unlimited` for never. One with goal 0 rests from
   * here on, updates and all, and the others go on.
   */
  setGoals(goals: Uint32Array<ArrayBuffer>): void {
    this.#goals.write(goals);
    this.#gpu.enqueue(this.#setGoals);
  }

  /**
   * The program of `steps` steps of every environment, which are no more transitions than replay holds of a member and, where
   * there are several environments, no more steps than have records.
   */
  program(steps: number): Recorder {
    let program = this.#programs.get(steps);
    if (!program) this.#programs.set(steps, program = this.#record(steps));
    return program;
  }

  /** Frees its device memory. */
  dispose(): void {
    for (const program of [...this.#programs.values(), this.#setGoals]) program.dispose();
    for (const tensor of [this.records, this.#goals, this.#layers, this.slots]) tensor.dispose();
  }

  /** Steps of which moments take in each before the next are steps of one dispatch each. */
  #record(steps: number): Recorder {
    const program = new Recorder(this.#gpu);
    const { members, network: { moments }, replay } = this.#options;
    if (!moments) this.#recordSteps(program, steps);
    else {
      for (let step = 0; step < steps; step++) {
        this.#recordSteps(program, 1);
        momentsObserve(program, members, { moments, replay });
      }
    }
    return program;
  }

  #recordSteps(program: Recorder, steps: number): void {
    const gpu = this.#gpu;
    const { environment, environments, members, network, replay } = this.#options;
    const count = members.shape[0]!;
    const sizes = this.#sizes(steps);
    const alone = environments === 1;
    const together = alone ? 1 : playedTogether(gpu, this.#steps);
    const { layout } = replay;
    const overrides = {
      ALONE: Number(alone),
      BOTH_MASKS: Number(layout.ownMask !== undefined),
      BITS: Number(layout.bits),
    };
    prepareActing(program, network);
    program.dispatch(
      actingKernel(gpu, environment, {
        entryPoint: "rollout",
        network,
        steps: this.#steps,
        together,
        overrides,
      }),
      {
        tensors: {
          parameters: actingParameters(network),
          layers: this.#layers,
          members,
          slots: this.slots,
          replay: replay.rows,
          records: this.records,
          ...seenTensors(network.moments),
        },
        sizes,
        workgroups: [Math.ceil(environments / together), 1, count],
      },
    );
    if (alone) return;
    program.dispatch(actingKernel(gpu, environment, { entryPoint: "rollout_count" }), {
      tensors: { members, records: this.records },
      sizes,
      workgroups: [Math.ceil(count / gpu.kernelProfile.rolloutGroup)],
    });
  }

  #sizes(steps: number): Sizes {
    const { environment, environments, members, network: { layout }, replay, records } = this.#options;
    return {
      environments,
      members: members.shape[0]!,
      steps,
      limit: environment.maxEpisodeSteps ?? unlimited,
      layers: this.#steps.steps.length,
      total: layout.total,
      capacity: replay.rows.shape[1]!,
      row: replay.layout.row,
      next: replay.layout.next,
      outcome: replay.layout.outcome,
      records,
    };
  }
}
