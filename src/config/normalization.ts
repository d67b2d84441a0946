/** What stands between all environments of a run and its agent: running moments that normalize what is seen. @module */
import * as z from "npm:zod@4.6.7";
import type { WrapperConfig } from "../envs/wrapper_config.ts";
import type { Normalization } from "../ops/seen.ts";
import type { AgentConfig } from "./agent_config.ts";
import { float32, object, word } from "./fields.ts";

/** Observations by the mean and variance of each of their entries; see `Normalization` of `src/ops/seen.ts`. */
export interface NormalizeObservationConfig {
  /** Tells wrappers apart. */
  readonly kind: "normalize-observation";
  /** Added to the variance, above 0; 1e-8 by default. */
  readonly epsilon?: number;
  /** Largest absolute value of what is normalized, above 0; 10 by default. */
  readonly clip?: number;
}

/** Rewards by the variance of the running return. */
export interface NormalizeRewardConfig {
  /** Tells wrappers apart. */
  readonly kind: "normalize-reward";
  /** Of the running return, in [0, 1]; the agent's by default. */
  readonly gamma?: number;
  /** Added to the variance, above 0; 1e-8 by default. */
  readonly epsilon?: number;
  /** Largest absolute value of what is normalized, above 0; 10 by default. */
  readonly clip?: number;
}

/** What a config may put around all environments together. */
export type NormalizationConfig = NormalizeObservationConfig | NormalizeRewardConfig;

const kinds: readonly string[] = ["normalize-observation", "normalize-reward"];

/** SB3's. */
const defaults = { epsilon: 1e-8, clip: 10 };

const numbers = {
  epsilon: z.exactOptional(float32({ above: 0 })).describe(
    `Added to the variance; ${defaults.epsilon} by default.`,
  ),
  clip: z.exactOptional(float32({ above: 0 })).describe(
    `Largest absolute value of what is normalized; ${defaults.clip} by default.`,
  ),
};

/** The schemas of both. */
export const normalizationSchemas = [
  object({ kind: word("normalize-observation"), ...numbers }).describe(
    "observation <- clip((observation - mean) / sqrt(variance + epsilon)), entry by entry, by the moments of what has been " +
      "acted on so far.",
  ),
  object({
    kind: word("normalize-reward"),
    gamma: z.exactOptional(float32({ atLeast: 0, atMost: 1 })).describe(
      "Of the running return; the agent's by default.",
    ),
    ...numbers,
  }).describe(
    "reward <- clip(reward / sqrt(variance + epsilon)), by the variance of the running return so far. What is told of " +
      "rewards stays the environment's own.",
  ),
] as const;

/** Whether a wrapper is of all environments together. */
export function isNormalization(
  wrapper: WrapperConfig | NormalizationConfig,
): wrapper is NormalizationConfig {
  return kinds.includes(wrapper.kind);
}

/** The wrappers of each environment. */
export function ownWrappers(wrappers: readonly (WrapperConfig | NormalizationConfig)[]): WrapperConfig[] {
  return wrappers.filter((wrapper): wrapper is WrapperConfig => !isNormalization(wrapper));
}

/** What wrappers normalize; undefined where they do not. */
export function normalizationOf(
  wrappers: readonly (WrapperConfig | NormalizationConfig)[],
): Normalization | undefined {
  const given = wrappers.filter(isNormalization);
  if (given.length === 0) return undefined;
  const of = (kind: NormalizationConfig["kind"]) => {
    const found = given.find((wrapper) => wrapper.kind === kind);
    if (!found) return undefined;
    const { kind: _, ...options } = found;
    return { ...defaults, ...options };
  };
  return { observations: of("normalize-observation"), rewards: of("normalize-reward") };
}

/** Tells of each wrapper that normalizes what it cannot: its path, and what was wanted. */
export function normalizationProblems(
  { environment: { wrappers }, agent }: {
    readonly environment: { readonly wrappers: readonly (WrapperConfig | NormalizationConfig)[] };
    readonly agent: AgentConfig;
  },
): { readonly path: (string | number)[]; readonly message: string }[] {
  return wrappers.flatMap((wrapper, i) => {
    if (!isNormalization(wrapper)) return [];
    const wanted = (message: string) => [{ path: ["environment", "wrappers", i, "kind"], message }];
    const before = wrappers.slice(0, i).some(({ kind }) => kind === wrapper.kind);
    if (before) return wanted(`"${wrapper.kind}" once`);
    if (wrappers.slice(i).some((later) => !isNormalization(later))) {
      return wanted(
        `the wrappers of each environment before "${wrapper.kind}", which is of all of them together`,
      );
    }
    if (agent.kind === "tabular") {
      return wanted(
        'wrappers that a table learns from; networks alone take "normalize-observation" and "normalize-reward"',
      );
    }
    return [];
  });
}
