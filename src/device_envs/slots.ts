/** The environments of a kernel that acts, and the episodes in them. @module */
import type { Gpu } from "../gpu/device.ts";
import { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { grid } from "../ops/grid.ts";
import { actingKernel } from "./acting.ts";
import { type EpisodeEnd, isAtFault, readEnd, readReturn } from "./episode_end.ts";
import type { DeviceEnvironment } from "./device_environment.ts";

/** Fields of `Slot` of `shaders/episode.wgsl` in order, a 32-bit word each; the State follows them. */
const slotFields = ["seed", "episode", "length", "total", "rest", "end", "fault", "value"] as const;

/** Slots of `count` environments: {@linkcode slotFields} and the State. */
export function createSlots(gpu: Gpu, { stateBytes }: DeviceEnvironment, count: number): Tensor<"u32"> {
  return new Tensor(gpu, [count, slotFields.length + stateBytes / 4], {
    label: "environments",
    dtype: "u32",
  });
}

/** Starts episode 0 in every slot, from (seed, member) `[slots, 2]`. */
export function beginEpisodes(
  gpu: Gpu,
  environment: DeviceEnvironment,
  { episodes, slots }: { readonly episodes: Tensor<"u32">; readonly slots: Tensor<"u32"> },
): void {
  const count = slots.shape[0]!;
  const program = new Recorder(gpu);
  program.dispatch(actingKernel(gpu, environment, { entryPoint: "begin_episodes" }), {
    tensors: { episodes, slots },
    sizes: { environments: count },
    workgroups: grid(Math.ceil(count / gpu.kernelProfile.rolloutGroup)),
  });
  gpu.enqueue(program);
  program.dispose();
}

/** An episode that was played. */
export interface DeviceEpisode extends EpisodeEnd {
  /** Sum of rewards. */
  readonly return: number;
  /** What ended it, where that is a number which is not finite, or that no action was legal. */
  readonly fault?: EpisodeFault;
}

/** A number of an environment's that is not finite, or a state of its without a legal action. */
export interface EpisodeFault {
  /** The step of its episode; 0 is the reset. */
  readonly step: number;
  /** The entry of the observation, or their number for the reward; one more where no action was legal. */
  readonly entry: number;
  /** It. */
  readonly value: number;
}

/** The episodes of an evaluation in slots `stride` words apart; undefined where one goes on. */
export function readSlots(words: Uint32Array<ArrayBuffer>, stride: number): (DeviceEpisode | undefined)[] {
  const floats = new Float32Array(words.buffer);
  return Array.from({ length: words.length / stride }, (_, i) => {
    const place = (field: typeof slotFields[number]) => i * stride + slotFields.indexOf(field);
    const word = words[place("end")]!;
    const end = readEnd(word);
    if (!end) return undefined;
    if (!isAtFault(word)) {
      return { ...end, return: readReturn(floats[place("total")]!, floats[place("rest")]!) };
    }
    const fault = { step: end.length, entry: words[place("fault")]!, value: floats[place("value")]! };
    return { ...end, return: NaN, fault };
  });
}
