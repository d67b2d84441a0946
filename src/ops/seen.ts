/** What networks see of what environments show: as it is, or normalized by running moments. @module */
import normalizedText from "../../shaders/seen_normalized.wgsl" with { type: "text" };
import plainText from "../../shaders/seen_plain.wgsl" with { type: "text" };
import type { KernelSpec, ShaderFile } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";

/** How a kind of numbers is normalized. */
export interface MomentsOptions {
  /** Added to the variance, above 0. */
  readonly epsilon: number;
  /** Largest absolute value of what is normalized, above 0. */
  readonly clip: number;
}

/** What is normalized. */
export interface Normalization {
  /** Observations, entry by entry: (observation - mean) / sqrt(variance + epsilon). As they are by default. */
  readonly observations?: MomentsOptions | undefined;
  /** Rewards: reward / sqrt(variance of the running return + epsilon). As they are by default. */
  readonly rewards?:
    | MomentsOptions & {
      /** Of the running return R <- gamma R + reward, in [0, 1]; each member's own by default. */
      readonly gamma?: number | undefined;
    }
    | undefined;
}

/** The moments of a population, as far as those who only look through them need them. */
export interface SeenMoments {
  /** What is normalized by them. */
  readonly normalization: Normalization;
  /** The shader's `Moments` of each number, `[P, numbers, momentsWords]`: see `Moments` in `moments.ts`. */
  readonly numbers: Tensor<"u32">;
}

const plain: ShaderFile = { name: "seen_plain.wgsl", text: plainText };
const normalized: ShaderFile = { name: "seen_normalized.wgsl", text: normalizedText };

/** Both files that define `as_seen`, of which a kernel has one. */
export const seenFiles: readonly ShaderFile[] = [plain, normalized];

/** What a kernel is given that calls `as_seen`. Without moments all is seen as it is. */
export function seenModules(
  moments: Pick<SeenMoments, "normalization"> | undefined,
): Required<Pick<KernelSpec, "modules" | "overrides">> {
  if (!moments) return { modules: [plain], overrides: {} };
  const { observations, rewards } = moments.normalization;
  return {
    modules: [normalized],
    overrides: {
      ...observations ? { OBSERVATION_CLIP: observations.clip } : {},
      ...rewards ? { REWARD_CLIP: rewards.clip } : {},
    },
  };
}

/** What such a kernel binds. */
export function seenTensors(moments: SeenMoments | undefined): { readonly moments?: Tensor } {
  return moments ? { moments: moments.numbers } : {};
}
