/**
 * Running moments by which observations and rewards are normalized: the host side of `shaders/moments.wgsl`. After SB3's
 * `VecNormalize` (Raffin et al., "Stable-Baselines3", 2021), and as there:
 *
 * - one set of moments serves all environments of a member, and takes in a step of all of them at once, by the merge of Chan et
 *   al. (1979); it begins as if 1e-4 numbers of mean 0 and variance 1 had been seen;
 * - replay holds what environments show, and what is drawn from it is normalized by the moments as they are by then;
 * - the observations that count are those that are acted on. The last one of an episode, on which nobody acts, does not count;
 *   the first one of the next does. (Gymnasium's wrapper counts both.)
 * - a reward is not shifted, but divided by the standard deviation of the running return R <- gamma R + reward, which begins
 *   anew with every episode, however the one before ended.
 *
 * An observation counts with the transition that begins with it, and so once it has been acted on: SB3's counts before.
 *
 * Moments live beside the networks and not in environments. So both loops have the same bits of them, a policy is frozen with
 * the moments of its networks, and what an environment tells of its rewards, episodes' returns above all, is its own.
 *
 * @module
 */
import shader from "../../shaders/moments.wgsl" with { type: "text" };
import type { Gpu } from "../gpu/device.ts";
import type { TensorRange } from "../gpu/readback.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise, layoutModule, memberModule, sumModule } from "./elementwise.ts";
import { padded } from "./layout.ts";
import type { FieldList, Members } from "./member.ts";
import type { Replay } from "./replay.ts";
import { type Normalization, seenModules, type SeenMoments } from "./seen.ts";

const file = { name: "moments.wgsl", text: shader };

/** The moments of a population, and what they are made of. */
export interface Moments extends SeenMoments {
  /**
   * The shader's `Moments`: of each entry of an observation, padded to fours, and behind them of the running returns,
   * `[P, padded(width) + 1, momentsWords]`.
   */
  readonly numbers: Tensor<"u32">;
  /** The running return of each environment, `[P, environments]`. */
  readonly running: Tensor<"f32">;
}

/** Moments of one number. */
export interface MomentsOfNumber {
  /** Numbers taken in. */
  readonly count: number;
  /** Their mean. */
  readonly mean: number;
  /** What rounding to float32 took off it. */
  readonly meanRest: number;
  /** Sum of the squared distances from the mean; the variance is this by the count. */
  readonly squares: number;
  /** What rounding to float32 took off it. */
  readonly squaresRest: number;
  /** 1 / sqrt(variance + epsilon). */
  readonly scale: number;
}

/** Fields of the shader's `Moments` in order. */
export const momentsFields: FieldList<MomentsOfNumber> = [
  ["count", "u32"],
  ["mean", "f32"],
  ["meanRest", "f32"],
  ["squares", "f32"],
  ["squaresRest", "f32"],
  ["scale", "f32"],
];

/** 32-bit words of the moments of one number. */
export const momentsWords: number = momentsFields.length;

/** How many numbers before the first have been seen, as it were, of mean 0 and variance 1: PRIOR in the shader. */
export const priorCount = 1e-4;

/** Extents of {@linkcode Moments}. */
export interface MomentsSizes {
  /** P. */
  readonly members: number;
  /** Numbers of an observation. */
  readonly width: number;
  /** Of each member. */
  readonly environments: number;
}

/** Shapes of the tensors of {@linkcode Moments}. */
export function momentsShapes(
  { members, width, environments }: MomentsSizes,
): { readonly numbers: number[]; readonly running: number[] } {
  return { numbers: [members, padded(width) + 1, momentsWords], running: [members, environments] };
}

/** Moments of nothing yet. */
export function createMoments(gpu: Gpu, normalization: Normalization, sizes: MomentsSizes): Moments {
  const shapes = momentsShapes(sizes);
  const moments: Moments = {
    normalization,
    numbers: new Tensor(gpu, shapes.numbers, { label: "moments", dtype: "u32" }),
    running: new Tensor(gpu, shapes.running, { label: "running returns" }),
  };
  for (let member = 0; member < sizes.members; member++) resetMoments(moments, member);
  return moments;
}

/** Sets the moments of one member, running returns with them, to those of nothing yet. */
export function resetMoments({ normalization, numbers, running }: Moments, member: number): void {
  const [members, count] = numbers.shape as [number, number, number];
  numbers.write(unseenWords(normalization, count), member * count * momentsWords);
  const environments = running.size / members;
  running.write(new Float32Array(environments), member * environments);
}

/** The words of `count` moments of nothing yet, those of running returns the last: `[count, momentsWords]`. */
export function unseenWords(
  { observations, rewards }: Normalization,
  count: number,
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(count * momentsWords);
  for (let i = 0; i < count; i++) {
    const { epsilon = 0 } = (i < count - 1 ? observations : rewards) ?? {};
    words.set(encodeMoments(unseenMoments(epsilon)), i * momentsWords);
  }
  return words;
}

/** Moments of nothing yet. @param epsilon What is added to the variance. */
export function unseenMoments(epsilon: number): MomentsOfNumber {
  const scale = 1 / Math.sqrt(1 + epsilon);
  return { count: 0, mean: 0, meanRest: 0, squares: priorCount, squaresRest: 0, scale };
}

/** The words of the moments of one number: `[momentsWords]`. */
export function encodeMoments(moments: MomentsOfNumber): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(momentsWords);
  const floats = new Float32Array(words.buffer);
  for (const [i, [name, type]] of momentsFields.entries()) {
    (type === "u32" ? words : floats)[i] = moments[name];
  }
  return words;
}

/** Where the moments of a member are, all of them: `[padded(width) + 1, momentsWords]`. */
export function momentsRange({ numbers }: SeenMoments, member: number): Required<TensorRange> {
  const length = numbers.size / numbers.shape[0]!;
  return { tensor: numbers, offset: member * length, length };
}

/** Where the running returns of a member's environments are: `[environments]`. */
export function runningRange({ running }: Moments, member: number): Required<TensorRange> {
  const length = running.shape[1]!;
  return { tensor: running, offset: member * length, length };
}

/** Takes in the step of all environments that replay holds as its latest, once the clocks have counted it. */
export function momentsObserve(
  program: Recorder,
  members: Members,
  { moments: { normalization, numbers, running }, replay: { rows, layout } }: {
    readonly moments: Moments;
    readonly replay: Replay;
  },
): void {
  const { observations, rewards } = normalization;
  const [population, capacity, row] = rows.shape as [number, number, number];
  const environments = running.shape[1]!;
  const { gpu } = program;
  const kernel = gpu.kernel({
    file,
    modules: modulesOf(normalization),
    entryPoint: "moments_observe",
    overrides: {
      GROUP: Math.min(gpu.kernelProfile.group, environments),
      ...observations ? { OBSERVATION_EPSILON: observations.epsilon } : {},
      ...rewards ? { REWARD_EPSILON: rewards.epsilon } : {},
      ...rewards?.gamma === undefined ? {} : { RETURN_GAMMA: rewards.gamma },
    },
  });
  const observed = observations ? layout.width : 0;
  program.dispatch(kernel, {
    tensors: { members, replay: rows, updated: numbers, running },
    sizes: { environments, capacity, row, width: layout.next, observed },
    workgroups: [rewards ? observed + 1 : observed, 1, population],
  });
}

/** Begins all running returns anew, as episodes that are cut off do not go on. */
export function momentsCut(program: Recorder, { normalization, running }: Moments): void {
  const [members, environments] = running.shape as [number, number];
  dispatchElementwise(program, {
    file,
    modules: modulesOf(normalization),
    entryPoint: "moments_cut",
    invocations: environments,
    members,
  }, { tensors: { running }, sizes: { environments } });
}

/** Normalizes the observations in a matrix `[width, batch]` of each member, in its first layout. */
export function normalizeInput(
  program: Recorder,
  { normalization, numbers }: SeenMoments,
  { input, batch }: { readonly input: Tensor<"f32">; readonly batch: number },
): void {
  if (!normalization.observations) return;
  const [members, count] = numbers.shape as [number, number, number];
  const width = count - 1;
  dispatchElementwise(program, {
    file,
    modules: modulesOf(normalization),
    entryPoint: "moments_input",
    overrides: seenModules({ normalization }).overrides,
    invocations: width * padded(batch),
    members,
  }, { tensors: { input, moments: numbers }, sizes: { environments: batch, width } });
}

function modulesOf(normalization: Normalization) {
  return [memberModule, layoutModule, sumModule, ...seenModules({ normalization }).modules];
}
