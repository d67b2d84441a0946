/** What a benchmark prints, ours or a peer's: the keys, their units, and which way is better. @module */
import { quantile } from "../report/statistics.ts";

/** A kind of figure: how its table is headed, and whether more of it is better. */
export interface FigureKind {
  /** Heading of its column. */
  readonly unit: string;
  /** Whether a larger figure is the better one. */
  readonly better: "more" | "less";
  /** What its rows are called where a line stands alone, as in `loop tutorial`. */
  readonly noun: string;
  /** Digits behind the point. */
  readonly digits: number;
}

/** The keys of a printed object that hold figures by name of a case, in the order of the tables. */
export const figureKinds = {
  kernelGigaflops: { unit: "GFLOP/s", better: "more", noun: "kernel", digits: 1 },
  kernelGigabytesPerSecond: { unit: "GB/s", better: "more", noun: "kernel", digits: 2 },
  kernelMicroseconds: { unit: "us", better: "less", noun: "kernel", digits: 1 },
  kernelSeconds: { unit: "s", better: "less", noun: "kernel", digits: 2 },
  updateMilliseconds: { unit: "ms", better: "less", noun: "update", digits: 3 },
  partMilliseconds: { unit: "ms of processor", better: "less", noun: "update", digits: 3 },
  compileSeconds: { unit: "s of processor", better: "less", noun: "compile", digits: 2 },
  loopStepsPerSecond: { unit: "steps/s", better: "more", noun: "loop", digits: 0 },
  outsideMilliseconds: { unit: "ms/step", better: "less", noun: "outside updates", digits: 3 },
  populationStepsPerSecond: { unit: "steps/s", better: "more", noun: "population", digits: 0 },
  solveSeconds: { unit: "s", better: "less", noun: "time to solve", digits: 1 },
  solveSteps: { unit: "steps", better: "less", noun: "steps to solve", digits: 0 },
} as const satisfies Record<string, FigureKind>;

/** A key of {@linkcode figureKinds}. */
export type FigureKey = keyof typeof figureKinds;

/** The keys in order. */
export const figureKeys = Object.keys(figureKinds) as readonly FigureKey[];

/** Numbers by the name of their case. */
export type NamedNumbers = Readonly<Record<string, number>>;

/** One printed object. */
export interface Figures extends Readonly<Partial<Record<FigureKey, NamedNumbers>>> {
  /** The adapter in words. */
  readonly adapter?: string;
  /** Who measured, as in `PyTorch`. */
  readonly framework?: string;
  /** Version of PyTorch, by which older peers name themselves. */
  readonly torch?: string;
  /** Where it ran, as in `wasm` or a peer's `cpu`. */
  readonly device?: string;
  /** Of the kernels with the same name: what the adapter reached in a kernel that does nothing else. */
  readonly kernelCeilings?: NamedNumbers;
}

/** Figures of several cases as one object; of equal names the last stands. */
export function mergeFigures(parts: readonly Figures[]): Figures {
  const merged: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) {
      const before = merged[key];
      merged[key] = isNamed(before) && isNamed(value) ? { ...before, ...value } : value;
    }
  }
  return merged as Figures;
}

/** The median of every figure over some rounds. */
export function medianFigures(rounds: readonly Figures[]): Figures {
  const merged = mergeFigures(rounds);
  const medians = Object.entries(merged).map(([key, value]) => {
    if (!isNamed(value)) return [key, value];
    const all = (name: string) =>
      rounds.flatMap((round) => (round[key as FigureKey] as NamedNumbers)?.[name] ?? []);
    return [key, Object.fromEntries(Object.keys(value).map((name) => [name, quantile(all(name), 0.5)]))];
  });
  return Object.fromEntries(medians);
}

/** Whether `value` is an object of numbers. */
export function isNamed(value: unknown): value is NamedNumbers {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.values(value).every((entry) => typeof entry === "number");
}
