/** The lines of the comparison, and what each stands for. @module */
import { shortName } from "../../../config/values.ts";
import { meanBand } from "../../../report/band.ts";
import type { RunInfo } from "../protocol.ts";
import type { Board } from "./board.ts";
import { isDark, lineStyle } from "./colors.ts";
import { type ShownCurve, smoothed } from "./curve_store.ts";
import type { Line } from "./line_chart.ts";

/** A line, and the runs that it stands for: one, or those of a configuration. */
export interface ComparedLine extends Line {
  /** What it is called: as short as it can be told from the others. */
  readonly title: string;
  readonly runs: readonly RunInfo[];
  /** Values of the keys in which configs differ, as text. */
  readonly values: readonly string[];
}

/** Points that can be marked without becoming a line of their own. */
const mostMarks = 100;

const nothing: ShownCurve = { x: [], y: [], low: [], high: [] };

/** Whether some of the chosen runs differ by their seeds alone. */
export function hasSeeds({ comparison: { configurations } }: Board): boolean {
  return configurations.some(({ runs }) => runs.length > 1);
}

/** Keys in which the configs of the chosen runs differ, as short as they can be told apart. */
export function differingKeys({ comparison: { keys } }: Board): string[] {
  return keys.map((key) => shortName(key, keys));
}

/** The lines as they are to be drawn now. */
export function comparedLines(board: Board): ComparedLine[] {
  return isTogether(board) ? byConfiguration(board) : byRun(board);
}

/** Number of the style of a chosen run: its own, or that of its configuration where seeds are together. */
export function slotOf(board: Board, { key, name }: RunInfo): number {
  const configuration = board.comparison.configurations.findIndex(({ runs }) => runs.includes(key));
  return isTogether(board) && configuration >= 0 ? configuration : board.selection.slot(name);
}

function isTogether(board: Board): boolean {
  return board.drawing.isTogether && hasSeeds(board);
}

function byRun(board: Board): ComparedLine[] {
  const { comparison: { configurations }, chosen } = board;
  const alike = Map.groupBy(chosen, lastName);
  return chosen.map((run) => {
    const values = configurations.find(({ runs }) => runs.includes(run.key))?.values ?? [];
    return {
      ...lineOf(board, curveOf(board, run), slotOf(board, run)),
      label: run.name,
      title: alike.get(lastName(run))!.length === 1 ? lastName(run) : run.name,
      runs: [run],
      values,
    };
  });
}

function byConfiguration(board: Board): ComparedLine[] {
  const keys = differingKeys(board);
  return board.comparison.configurations.flatMap(({ runs: members, values }, i) => {
    const runs = board.chosen.filter(({ key }) => members.includes(key));
    if (runs.length === 0) return [];
    const named = keys.map((key, k) => `${key} ${values[k] || "not set"}`).join(", ");
    const curves = runs.map((run) => curveOf(board, run)).filter(({ x }) => x.length > 0);
    const label = named || runs[0]!.preset || runs[0]!.name;
    return [{ ...lineOf(board, middleOf(curves), i), label, title: label, runs, values }];
  });
}

function curveOf(board: Board, run: RunInfo): ShownCurve {
  const { metric: { log, y }, over, range } = board.drawing;
  return board.curve(run, { log, x: over, y }, range) ?? nothing;
}

/** The inter-quartile mean of curves and their middle half, in which one that ended early keeps its last value. */
function middleOf(curves: readonly ShownCurve[]): ShownCurve {
  if (curves.length === 0) return nothing;
  try {
    const { x, middle, low, high } = meanBand(curves, { beyond: "hold" });
    return { x: [...x], y: [...middle], low: [...low], high: [...high] };
  } catch {
    return nothing; // They have no x in common yet.
  }
}

/** The name of a run's folder; empty where that is the one that is served. */
function lastName({ name }: RunInfo): string {
  return name.split("/").at(-1)!;
}

function lineOf({ drawing }: Board, curve: ShownCurve, slot: number): Omit<Line, "label"> {
  const { metric, smoothing, isTogether } = drawing;
  const isBare = smoothing > 0 && !isTogether;
  return {
    x: curve.x,
    y: smoothed(curve.y, smoothing),
    low: isBare ? [] : smoothed(curve.low, smoothing),
    high: isBare ? [] : smoothed(curve.high, smoothing),
    ...curve.latest === undefined || smoothing > 0 ? {} : { latest: curve.latest },
    style: lineStyle(slot, isDark()),
    width: 1.75,
    isMarked: metric.isSparse && smoothing === 0 && curve.x.length <= mostMarks,
  };
}
