/** Greedy episodes in device environments, many at once. @module */
import type { Gpu } from "../gpu/device.ts";
import { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { grid } from "../ops/grid.ts";
import {
  actingKernel,
  type ActingNetwork,
  actingParameters,
  actingSteps,
  createActingLayers,
  playedTogether,
  prepareActing,
  stepsOfDispatch,
} from "./acting.ts";
import type { DeviceEnvironment } from "./device_environment.ts";
import { seenTensors } from "../ops/seen.ts";
import { beginEpisodes, createSlots, type DeviceEpisode, readSlots } from "./slots.ts";

/** An episode to play. */
export interface EpisodeStart {
  /** Fixes its start and whatever is random in it. */
  readonly seed: number;
  /** Whose network plays. */
  readonly member: number;
}

/** What {@linkcode playEpisodes} plays. */
export interface PlayOptions {
  /** Where. */
  readonly environment: DeviceEnvironment & { readonly maxEpisodeSteps: number };
  /** Who. */
  readonly network: ActingNetwork;
  /** Whether noisy layers draw noise, `false` by default: by the seed of each episode, and its step. */
  readonly noise?: boolean | undefined;
  /** Called after each part of the play; what it throws ends the play. */
  readonly between?: () => void | Promise<void>;
  /** Episodes that are played together at first; by default by the size of the network. */
  readonly together?: number;
}

/** Steps of a dispatch at most: an episode that has ended waits for the others, at little cost. */
const longestPlay = 16;

/** Milliseconds that a submit is to take. */
const wantedTime = 100;

/** Multiply-adds of the first dispatch, which take a software adapter well below a second. */
const firstWork = 2 ** 28;

/** Multiply-adds that take about as long as a step of a small environment. */
const stepWork = 1000;

/**
 * Plays each episode to its end with the greedy policy of its member. Nothing of training changes. Of many episodes as many
 * are played together as the device takes in a short time: whoever asked may be interrupted.
 */
export async function playEpisodes(
  gpu: Gpu,
  starts: readonly EpisodeStart[],
  options: PlayOptions,
): Promise<DeviceEpisode[]> {
  const { layout } = options.network;
  const stepsAtFirst = firstWork / (layout.total + stepWork);
  let { together = Math.ceil(stepsAtFirst / stepsOfDispatch(layout, longestPlay)) } = options;
  const parts: DeviceEpisode[][] = [];
  for (let first = 0; first < starts.length;) {
    if (first > 0) await options.between?.();
    const part = await playTogether(gpu, starts.slice(first, first + together), options);
    parts.push(part.played);
    first += together;
    if (2 * part.milliseconds < wantedTime) together *= 2;
  }
  return parts.flat();
}

/** Plays episodes side by side. Tells, too, what a dispatch took at the least. */
async function playTogether(
  gpu: Gpu,
  starts: readonly EpisodeStart[],
  { environment, network, noise = false, between }: PlayOptions,
): Promise<{ readonly played: DeviceEpisode[]; readonly milliseconds: number }> {
  const { layout } = network;
  const steps = actingSteps(layout, { noise });
  const together = playedTogether(gpu, steps);
  const { filled, places } = fillWorkgroups(starts, together);
  const count = filled.length;
  const episodes = new Tensor(gpu, [count, 2], { label: "episodes", dtype: "u32" });
  episodes.write(Uint32Array.from(filled.flatMap(({ seed, member }) => [seed, member])));
  const slots = createSlots(gpu, environment, count);
  const layers = createActingLayers(gpu, steps);
  const program = new Recorder(gpu);
  try {
    beginEpisodes(gpu, environment, { episodes, slots });
    const prepare = new Recorder(gpu);
    prepareActing(prepare, network);
    gpu.enqueue(prepare);
    prepare.dispose();
    const overrides = { NOISY_EPISODES: Number(noise) };
    const entry = { entryPoint: "evaluate", network, steps, together, overrides };
    program.dispatch(actingKernel(gpu, environment, entry), {
      tensors: {
        parameters: actingParameters(network),
        layers,
        episodes,
        slots,
        ...seenTensors(network.moments),
      },
      sizes: {
        environments: count,
        steps: stepsOfDispatch(layout, longestPlay),
        limit: environment.maxEpisodeSteps,
        layers: steps.steps.length,
        total: layout.total,
      },
      workgroups: grid(count / together),
    });
    await gpu.ready();
    let [times, milliseconds] = [1, Infinity];
    for (;;) {
      const started = performance.now();
      gpu.enqueue(program, times);
      const played = readSlots(await slots.read(), slots.shape[1]!);
      const took = performance.now() - started;
      milliseconds = Math.min(milliseconds, took / times);
      if (played.every((episode) => episode !== undefined)) {
        return { played: places.map((place) => played[place]!), milliseconds };
      }
      await between?.();
      times = Math.max(1, Math.min(2 * times, Math.floor(times * wantedTime / took)));
    }
  } finally {
    program.dispose();
    for (const tensor of [episodes, slots, layers]) tensor.dispose();
  }
}

/** The episodes in an order in which each workgroup has those of one member, some of them twice; and where each is. */
function fillWorkgroups(
  starts: readonly EpisodeStart[],
  together: number,
): { filled: EpisodeStart[]; places: number[] } {
  const filled: EpisodeStart[] = [];
  const places = new Array<number>(starts.length);
  for (const own of Map.groupBy(starts.keys(), (i) => starts[i]!.member).values()) {
    for (const i of own) places[i] = filled.push(starts[i]!) - 1;
    while (filled.length % together > 0) filled.push(filled.at(-1)!);
  }
  return { filled, places };
}
