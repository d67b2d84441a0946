/** What an environment of one's own is trained with. @module */
import type { RunConfigInput } from "../../config/run_config.ts";
import type { OwnEnvironment } from "../trainer/commands.ts";
import { isRecord } from "./schema.ts";

/** By which a config names it, whatever it is: every run has a worker of its own, which knows one. */
export const ownId = "Own-v0";

/** A config for it that learns small tasks within seconds. */
export function ownConfig({ rewardThreshold }: OwnEnvironment): RunConfigInput {
  return {
    environment: { id: ownId, count: 8 },
    agent: {
      kind: "dqn",
      hidden: [64],
      optimizer: { kind: "adam", learningRate: 1e-2 },
      exploration: { kind: "linear", start: 1, end: 0.1, duration: 2000, per: "step" },
      target: { tau: 1, every: 128, unit: "step" },
      replay: { capacity: 10_000, batch: 64, warmup: 500 },
      train: { every: 8, updates: 4 },
    },
    budget: { steps: 30_000 },
    evaluation: {
      every: 500,
      episodes: 200,
      ...rewardThreshold === undefined ? {} : { threshold: rewardThreshold },
    },
  };
}

/** An environment as it was kept, or as a link has it; undefined for what is none. Whatever else there is, is left out. */
export function readOwn(given: unknown): OwnEnvironment | undefined {
  if (!isRecord(given)) return undefined;
  const { text, observations, actions, maxEpisodeSteps, rewardThreshold, wonFrom } = given;
  if (typeof text !== "string" || !isCount(observations) || !isCount(actions)) return undefined;
  return {
    id: ownId,
    text,
    observations,
    actions,
    ...isCount(maxEpisodeSteps) ? { maxEpisodeSteps } : {},
    ...typeof rewardThreshold === "number" ? { rewardThreshold } : {},
    ...typeof wonFrom === "number" ? { wonFrom } : {},
  };
}

/** The same of a text. */
export function parseOwn(text: string | undefined): OwnEnvironment | undefined {
  try {
    return readOwn(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
