/** What a config may have that does not do what it looks like. @module */
import { hasNoise, isDeep, type ScheduleConfig } from "./agent_config.ts";
import type { RunConfig } from "./run_config.ts";

/** Sentences to tell before a run begins. */
export function cautionsOf({ agent }: Pick<RunConfig, "agent">): string[] {
  if (!isDeep(agent) || !hasNoise(agent) || isZero(agent.exploration)) return [];
  return [
    "agent.exploration is not 0 and the network is noisy, so both explore: noise decides which action is the best, and with " +
    "probability epsilon a random one replaces it; an exploration of 0 leaves it to noise",
  ];
}

function isZero(schedule: ScheduleConfig): boolean {
  return typeof schedule === "number" ? schedule === 0 : schedule.start === 0 && schedule.end === 0;
}
