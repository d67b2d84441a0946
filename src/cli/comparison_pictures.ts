/** Pictures of several runs side by side. @module */
import { sharedThreshold, thresholdOf } from "../config/threshold.ts";
import { distinct, isSame, shortName, showValue } from "../config/values.ts";
import { UsageError } from "../core/errors.ts";
import type { Series } from "../report/chart.ts";
import { type ComparisonOptions, comparisonPicture } from "../report/pictures/comparison.ts";
import { heatMapPicture } from "../report/pictures/heat_map.ts";
import { mean, movingMean } from "../report/statistics.ts";
import { column, readRunData, type RunData, series } from "./run_data.ts";
import { distinctFolders, groupRuns, type RunGroups } from "./run_groups.ts";
import { nameRuns } from "../runs/run_names.ts";
import { type DrawOptions, type Picture, writePictures } from "./run_pictures.ts";

/**
 * Draws runs side by side, those that differ by their seed alone as one line with a band: `returns`, `evaluation` and
 * `loss`; and where two keys of their configs differ, `grid`, a heat map of the final evaluations.
 *
 * @returns The files.
 * @throws {UsageError} When a folder is no run, or a run without an episode, and as {@linkcode groupRuns}.
 */
export async function drawComparison(
  folders: readonly string[],
  options: DrawOptions & { readonly out: string },
): Promise<string[]> {
  const runs: RunData[] = [];
  for (const folder of distinctFolders(folders)) {
    const run = await readRunData(folder);
    if (column(run.episodes, "return").length === 0) {
      throw new UsageError(`Cannot draw ${folder}: the run has no episodes, wanted at least one`);
    }
    runs.push(run);
  }
  return await writePictures(await comparisonPictures(groupRuns(runs)), options);
}

async function comparisonPictures(groups: RunGroups<RunData>): Promise<Iterable<Picture>> {
  const threshold = sharedThreshold(groups.groups.map(({ runs }) => thresholdOf(runs[0]!.config)));
  const solved = threshold === undefined ? {} : { threshold };
  const pictures = new Map<string, string>();
  const add = async (
    name: string,
    read: (run: RunData) => Series,
    options: Omit<ComparisonOptions, "title" | "x">,
  ) => {
    const svg = await comparison(groups, read, options);
    if (svg) pictures.set(name, svg);
  };
  await add("returns", runningReturns, { y: { name: "Mean return of 100 episodes" }, ...solved });
  await add("evaluation", (run) => series(run.metrics, "step", "evaluationMean"), {
    y: { name: "Greedy mean return" },
    ...solved,
  });
  await add("loss", (run) => series(run.metrics, "step", "loss"), { y: { name: "Loss" } });
  const grid = await gridPicture(groups);
  if (grid) pictures.set("grid", grid);
  return pictures;
}

function runningReturns({ episodes }: RunData): Series {
  return { x: column(episodes, "step"), y: movingMean(column(episodes, "return"), 100) };
}

/** One picture; undefined where no run has such values. Configurations without them are left out. */
async function comparison(
  { keys, groups }: RunGroups<RunData>,
  read: (run: RunData) => Series,
  options: Omit<ComparisonOptions, "title" | "x">,
): Promise<string | undefined> {
  const lines = groups.map(({ name, runs }) => ({
    name,
    series: runs.map(read).filter(({ x }) => x.length > 0),
  })).filter((group) => group.series.length > 0);
  if (lines.length === 0) return undefined;
  const what = options.y.name;
  const title = keys.length === 1 ? `${what}: effect of ${keys[0]}` : what;
  return await comparisonPicture(lines, {
    title,
    subtitle: nameRuns(groups.flatMap(({ runs }) => runs)),
    x: { name: "Environment step" },
    beyond: "hold",
    ...options,
  });
}

/** The final evaluations over two keys; undefined where not just two differ. */
async function gridPicture({ keys, groups }: RunGroups<RunData>): Promise<string | undefined> {
  if (keys.length !== 2) return undefined;
  const [rows, columns] = [0, 1].map((i) => inOrder(distinct(groups.map(({ values }) => values[i]))));
  if (rows!.length < 2 || columns!.length < 2) return undefined;
  const cells = rows!.flatMap((row) =>
    columns!.map((across) => {
      const group = groups.find(({ values }) => isSame(values[0], row) && isSame(values[1], across));
      const scores = group?.runs.flatMap(({ summary }) => summary?.evaluation?.mean ?? []) ?? [];
      return scores.length > 0 ? mean(scores) : undefined;
    })
  );
  if (cells.every((cell) => cell === undefined)) return undefined;
  const [rowName, columnName] = keys.map((key) => shortName(key, keys));
  const parameter = (name: string, values: readonly unknown[]) => ({
    name,
    values: values.map((value) => typeof value === "number" ? value : showValue(value)),
  });
  return await heatMapPicture(cells, {
    title: `Grid over ${keys.join(" and ")}`,
    subtitle: `${
      nameRuns(groups.flatMap(({ runs }) => runs))
    }\nfinal evaluation: mean return, mean over the seeds`,
    rows: parameter(rowName!, rows!),
    columns: parameter(columnName!, columns!),
  });
}

/** Numbers from the least to the greatest; other values as they come. */
function inOrder(values: readonly unknown[]): readonly unknown[] {
  return values.every((value) => typeof value === "number") ? values.toSorted((a, b) => a - b) : values;
}
