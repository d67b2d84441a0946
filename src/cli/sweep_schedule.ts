/** Experiments of kind "schedule": epsilon over counts, without training. @module */
import { join } from "@std/path";
import type { Experiment } from "../config/experiment.ts";
import { toSchedule } from "../config/learner_options.ts";
import { scheduleValue } from "../core/schedule.ts";
import { encodeCsvRow } from "../format/csv.ts";
import { epsilonPicture } from "../report/pictures/learning.ts";
import { makeFolder, writeWhole } from "../train/write_whole.ts";
import type { SweepPaths } from "./sweep_folder.ts";
import { writePicture } from "./sweep_pictures.ts";

/** Writes epsilon at counts 0, 1, ... of every configuration: `epsilon.csv` and a picture. */
export async function drawSchedules(experiment: Experiment, paths: SweepPaths): Promise<void> {
  const { configurations, counts } = experiment;
  const schedules = configurations.flatMap(({ name, config: { agent } }) =>
    agent.kind === "random" ? [] : [{ name, schedule: toSchedule(agent.exploration) }]
  );
  const rows = Array.from({ length: counts + 1 }, (_, count) => [
    count,
    ...schedules.map(({ schedule }) =>
      scheduleValue(schedule, { steps: count, updates: count, episodes: count })
    ),
  ]);
  const header = ["count", ...schedules.map(({ name }) => name)];
  await writeWhole(paths.epsilon, `${[header, ...rows].map(encodeCsvRow).join("\n")}\n`);
  await makeFolder(paths.pictures);
  await writePicture(join(paths.pictures, "epsilon"), await epsilonPicture(schedules, { most: counts }));
}
