/** The learning curves of a sweep, read from the runs' files. @module */
import type { Experiment } from "../config/experiment.ts";
import { sharedThreshold } from "../config/threshold.ts";
import { lineColors } from "../report/palette.ts";
import { comparisonPicture, type Group } from "../report/pictures/comparison.ts";
import { movingMean } from "../report/statistics.ts";
import { type Curve, readColumns, series } from "./run_data.ts";
import { runPaths } from "../runs/run_folder.ts";
import { nameExperiment } from "../runs/run_names.ts";
import type { PlannedRun } from "./sweep_folder.ts";
import { type ConfigurationResult, evaluationCurve, rank } from "./sweep_results.ts";

/** Lines that can be told apart, one of each colour and a dashed one: more are not drawn. */
const mostLines = lineColors.length + 1;
/** Training episodes that a point of a curve averages. */
const smoothing = 20;

/** Pictures by their names, as SVG; undefined where there is nothing to draw. */
export type SweepPictures = Record<string, string | undefined>;

/** Draws learning curves of the best configurations, as many as can be told apart. */
export async function drawCurves(
  experiment: Experiment,
  results: readonly ConfigurationResult[],
): Promise<SweepPictures> {
  const { configurations } = experiment;
  const drawn = rank(results).filter(({ final }) => final).slice(0, mostLines);
  const shown = results.filter((result) => drawn.includes(result)); // In the experiment's order.
  const best = shown.length < configurations.length
    ? `; the best ${shown.length} of ${configurations.length} configurations`
    : "";
  const threshold = sharedThreshold(shown.map(({ configuration }) => configuration.threshold));
  const options = {
    x: { name: "Environment step" },
    beyond: "hold" as const,
    subtitle: `${nameExperiment(experiment)}${best}`,
    ...threshold === undefined ? {} : { threshold },
  };
  const draw = async (
    read: (run: PlannedRun) => Promise<Curve>,
    { title, y }: { readonly title: string; readonly y: string },
  ) => {
    const groups = await groupCurves(shown, read);
    return groups.length > 0
      ? await comparisonPicture(groups, { ...options, title, y: { name: y } })
      : undefined;
  };
  return {
    "curves-evaluation": await draw(evaluationCurve, { title: "Greedy evaluation", y: "Mean return" }),
    "curves-training": await draw(trainingCurve, {
      title: "Training",
      y: `Mean return of ${smoothing} episodes`,
    }),
  };
}

/** The curves of each configuration's runs that did not fail; without configurations that have none. */
async function groupCurves(
  results: readonly ConfigurationResult[],
  read: (run: PlannedRun) => Promise<Curve>,
): Promise<Group[]> {
  const groups: Group[] = [];
  for (const { configuration: { name }, runs } of results) {
    const series: Curve[] = [];
    for (const { run, failed } of runs) {
      const curve = failed ? undefined : await read(run);
      if (curve && curve.x.length > 0) series.push(curve);
    }
    if (series.length > 0) groups.push({ name, series });
  }
  return groups;
}

/** Returns of a run's training episodes over environment steps, smoothed. */
async function trainingCurve({ folder }: PlannedRun): Promise<Curve> {
  const { x, y } = series(await readColumns(runPaths(folder).episodes), "step", "return");
  return { x, y: movingMean(y, smoothing) };
}
