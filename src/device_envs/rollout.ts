/** Acting in device environments while training. @module */
import type { Gpu } from "../gpu/device.ts";
import type { TensorRange } from "../gpu/readback.ts";
import { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { type SyncUnit, syncUnits } from "../ops/clock.ts";
import type { Members } from "../ops/member.ts";
import type { Replay } from "../ops/replay.ts";
import {
  actingKernel,
  type ActingNetwork,
  actingParameters,
  actingParams,
  beginEpisodes,
  createActingLayers,
  createSlots,
  type DeviceEnvironment,
  playedTogether,
  recordWords,
  unlimited,
  widestLayer,
} from "./acting.ts";

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
  /** Gives the Q values. */
  readonly network: ActingNetwork;
  /** Takes the transitions. */
  readonly replay: Replay;
  /** What the target network's period counts. */
  readonly sync: SyncUnit;
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
  readonly #layers: Tensor<"u32">;
  readonly #programs = new Map<number, Recorder>();

  /** Allocates. Nothing can be played before {@linkcode begin}. @throws {UsageError} When a tensor does not fit the adapter. */
  constructor(gpu: Gpu, options: RolloutOptions) {
    this.#gpu = gpu;
    this.#options = options;
    const { environment, environments, members, network } = options;
    const count = members.clock.shape[0]!;
    this.records = new Tensor(gpu, [options.records, count, environments, recordWords], {
      label: "records",
      dtype: "u32",
    });
    this.slots = createSlots(gpu, environment, count * environments);
    this.#goals = new Tensor(gpu, [count], { label: "goals", dtype: "u32" });
    this.#layers = createActingLayers(gpu, network.layout);
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
    const length = this.slots.size / this.#options.members.clock.shape[0]!;
    return { tensor: this.slots, offset: member * length, length };
  }

  /** Sets the number of episodes at which each member comes to rest, `[P]`; `unlimited` for never. */
  setGoals(goals: Uint32Array<ArrayBuffer>): void {
    this.#goals.write(goals);
  }

  /**
   * The program of `steps` steps of every environment, which are no more transitions than replay holds of a member and, where
   * there are several environments, no more steps than have records. One of 0 steps lets those with goal 0
   * rest, and the others go on.
   */
  program(steps: number): Recorder {
    let program = this.#programs.get(steps);
    if (!program) this.#programs.set(steps, program = this.#record(steps));
    return program;
  }

  /** Frees its device memory. */
  dispose(): void {
    for (const program of this.#programs.values()) program.dispose();
    for (const tensor of [this.records, this.#goals, this.#layers, this.slots]) tensor.dispose();
  }

  #record(steps: number): Recorder {
    const program = new Recorder(this.#gpu);
    const { environment, environments, members: { hyper, clock }, network, replay } = this.#options;
    const members = clock.shape[0]!;
    const width = widestLayer(network.layout);
    const params = this.#params(steps);
    const alone = environments === 1;
    const together = alone ? 1 : playedTogether(this.#gpu, network.layout);
    const overrides = { ALONE: Number(alone) };
    const { windowed, bound: parameters } = actingParameters(network);
    program.dispatch(
      actingKernel(this.#gpu, environment, {
        entryPoint: "rollout",
        reads: 4,
        writes: 4,
        width,
        together,
        windowed,
        overrides,
      }),
      {
        reads: [parameters, this.#layers, hyper, this.#goals],
        writes: [clock, this.slots, replay.rows, this.records],
        params,
        workgroups: [Math.ceil(environments / together), 1, members],
      },
    );
    if (alone) return program;
    program.dispatch(
      actingKernel(this.#gpu, environment, {
        entryPoint: "rollout_count",
        reads: 3,
        writes: 1,
        width,
        together,
      }),
      {
        reads: [hyper, this.#goals, this.records],
        writes: [clock],
        params,
        workgroups: [Math.ceil(members / this.#gpu.kernelProfile.rolloutGroup)],
      },
    );
    return program;
  }

  #params(steps: number): number[] {
    const { environment, environments, members, network: { layout }, replay, sync, records } = this.#options;
    return actingParams({
      environments,
      members: members.clock.shape[0]!,
      steps,
      limit: environment.maxEpisodeSteps ?? unlimited,
      layers: layout.layers.length,
      total: layout.total,
      capacity: replay.rows.shape[1]!,
      row: replay.layout.row,
      next: replay.layout.next,
      outcome: replay.layout.outcome,
      records,
      syncUnit: syncUnits.indexOf(sync),
    });
  }
}
