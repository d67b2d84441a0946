/** What a config may have that does not do what it looks like. @module */
import type { Space } from "../core/spaces.ts";
import { hasNoise, isDeep, type ScheduleConfig } from "./agent_config.ts";
import type { RunConfig } from "./run_config.ts";

/** Rows times columns from which a board counts as a picture: of fewer, a dense layer learns as well which are neighbours. */
const pictureFrom = 64;

/** Sentences to tell before a run begins, whose environment shows `observationSpace`. */
export function cautionsOf({ agent }: Pick<RunConfig, "agent">, observationSpace: Space): string[] {
  if (!isDeep(agent)) return [];
  const cautions: string[] = [];
  if (hasNoise(agent) && !isZero(agent.exploration)) {
    cautions.push(
      "agent.exploration is not 0 and the network is noisy, so both explore: noise decides which action is the best, and with " +
        "probability epsilon a random one replaces it; an exploration of 0 leaves it to noise",
    );
  }
  const [first] = agent.hidden;
  const isFlattened = typeof first !== "object" || first.kind === "dense";
  if (isFlattened && observationSpace.kind === "box" && isPicture(observationSpace.shape)) {
    cautions.push(
      `observations [${
        observationSpace.shape.join(", ")
      }] are flattened, as the first layer of agent.hidden is dense: ` +
        'one of kind "conv" sees which of their numbers are neighbours',
    );
  }
  return cautions;
}

/** Whether observations are `[channels, rows, columns]` of a size at which a convolution learns better. */
function isPicture([, rows = 0, columns = 0, ...more]: readonly number[]): boolean {
  return more.length === 0 && rows * columns >= pictureFrom;
}

function isZero(schedule: ScheduleConfig): boolean {
  return typeof schedule === "number" ? schedule === 0 : schedule.start === 0 && schedule.end === 0;
}
