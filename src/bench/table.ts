/** Figures and ratios as text for people. @module */
import { type FigureKey, figureKeys, figureKinds, type Figures } from "./figures.ts";
import type { Ratio } from "./ratios.ts";
import { quantile } from "../report/statistics.ts";

/** Aligned lines: each case with its figure and unit, kernels with their share of the ceiling. */
export function describeFigures(figures: Figures): string[] {
  const rows = figureKeys.flatMap((key) =>
    Object.entries(figures[key] ?? {}).map(([name, value]) => row(key, { name, value, figures }))
  );
  for (const key of ["solveSeconds", "solveSteps"] as const) {
    const values = Object.values(figures[key] ?? {});
    if (values.length > 1) rows.push(row(key, { name: "median", value: quantile(values, 0.5), figures }));
  }
  const { device = "unknown", adapter = "unknown" } = figures;
  return [`Device: ${device}, ${adapter}`, ...align(rows, ["left", "right", "left", "left"])];
}

/** Aligned lines: the median ratio of each case with its least and largest one, above 1 where Qernel is faster. */
export function describeRatios(ratios: readonly Ratio[], rounds: number): string[] {
  if (ratios.length === 0) return [];
  const head = `How many times faster than a peer (median of ${rounds} round${
    rounds > 1 ? "s" : ""
  }, least to most):`;
  const rows = ratios.map(({ peer, case: name, median, min, max }) => [
    name,
    `${median.toFixed(2)}x`,
    `${min.toFixed(2)} to ${max.toFixed(2)}`,
    peer,
  ]);
  return ["", head, ...align(rows, ["left", "right", "left", "left"])];
}

interface Cell {
  readonly name: string;
  readonly value: number;
  readonly figures: Figures;
}

function row(key: FigureKey, { name, value, figures }: Cell): string[] {
  const { noun, digits, unit } = figureKinds[key];
  return [`${noun} ${name}`, value.toFixed(digits), unit, remark(key, { name, value, figures })];
}

/** The share of the ceiling, how a population compares with one member, or a part of the family with plain DQN. */
function remark(key: FigureKey, { name, value, figures }: Cell): string {
  const ceiling = figures.kernelCeilings?.[name];
  const { digits, unit } = figureKinds[key];
  if (ceiling !== undefined && key.startsWith("kernelGiga")) {
    return `${(100 * value / ceiling).toFixed(0)}% of ${ceiling.toFixed(digits)} ${unit}`;
  }
  const alone = figures.populationStepsPerSecond?.["1"];
  if (key === "populationStepsPerSecond" && alone) return `${(value / alone).toFixed(1)}x of one member`;
  const plain = figures[key]?.["plain"];
  if (plain && name !== "plain") return `${(value / plain).toFixed(2)}x of plain`;
  return "";
}

function align(rows: readonly (readonly string[])[], sides: readonly ("left" | "right")[]): string[] {
  const widths = sides.map((_, i) => Math.max(...rows.map((cells) => cells[i]!.length)));
  return rows.map((cells) =>
    `  ${
      cells.map((cell, i) => sides[i] === "left" ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(
        "  ",
      )
    }`.trimEnd()
  );
}
