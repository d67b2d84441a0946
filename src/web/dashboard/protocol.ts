/** What the dashboard's server sends to its page, as JSON. @module */
import type { Budget } from "../../train/member_run.ts";

/**
 * How a run is.
 *
 * - `running`: somebody works in its folder.
 * - `finished`: its training is over.
 * - `interrupted`: it was ended or killed, and can go on.
 * - `failed`: it said why it cannot go on.
 * - `unfinished`: nobody works there, and no file says why.
 */
export type RunStatus = "running" | "finished" | "interrupted" | "failed" | "unfinished";

/** Where a run is. */
export interface RunProgress {
  readonly step: number;
  readonly update: number;
  readonly episode: number;
  /** Wall time of training. */
  readonly seconds: number;
}

/** The final evaluation of a run. */
export interface FinalEvaluation {
  readonly episodes: number;
  readonly mean: number;
  readonly std: number;
}

/** A run in the list. Texts come from files: they may hold anything. */
export interface RunInfo {
  /** Stands for the run in requests, as long as the server lives. */
  readonly key: number;
  /** Its folder from the one that is served, with `/` between names. */
  readonly name: string;
  /** The folder of its sweep, where it is part of one. */
  readonly sweep?: string;
  readonly preset?: string;
  readonly environment?: string;
  /** As in `Double DQN`. */
  readonly algorithm?: string;
  readonly seed?: number;
  readonly status: RunStatus;
  /** Why it has this status, in words; empty while it runs. */
  readonly reason: string;
  readonly progress?: RunProgress;
  readonly budget?: Budget;
  /** Mean return in the evaluation of its best checkpoint. */
  readonly best?: number;
  readonly evaluation?: FinalEvaluation;
  /** When its config was written, in milliseconds since 1970. */
  readonly created: number;
  /** When it was last written to. */
  readonly changed: number;
  /** Metrics of its own, beside those that every run has. */
  readonly metrics: readonly string[];
  /** What can be had of it, as in `best.safetensors` or `pictures/loss.svg`. */
  readonly files: readonly string[];
}

/** The logs that curves are read from. */
export const logs = ["metrics", "episodes", "updates", "test"] as const;

/** A log that curves are read from. */
export type LogName = typeof logs[number];

/** A curve that every run has, by columns of one of its logs. */
export interface CurveName {
  readonly log: LogName;
  readonly x: string;
  readonly y: string;
}

/** What a page looks at. */
export interface View {
  /** Keys of runs. */
  readonly runs: readonly number[];
  readonly curves: readonly CurveName[];
  /** The part of x that is looked at; all of it by default. */
  readonly range?: readonly [from: number, to: number];
}

/** The event `runs`: what has changed in the list. The first has all of it. */
export interface RunsEvent {
  /** Name of the folder that is served. */
  readonly folder: string;
  /** New runs, and those that are no longer as they were. */
  readonly runs: readonly RunInfo[];
  /** Keys of runs that are gone. */
  readonly gone: readonly number[];
}

/** What is new of a curve. */
export interface CurvePart {
  /** Key of the run. */
  readonly run: number;
  /** Number of the curve in {@linkcode View}. */
  readonly curve: number;
  /** Points of it that stay, of those sent before; the following come behind them. */
  readonly keep: number;
  readonly x: readonly number[];
  /** Values; where many fall on one point, their means. */
  readonly y: readonly number[];
  /** The least of those that fall on a point; empty where each point is one value. */
  readonly low: readonly number[];
  /** The greatest. */
  readonly high: readonly number[];
  /** The latest value itself; absent where there is none. */
  readonly latest?: number;
}

/** The event `curves`. */
export type CurvesEvent = readonly CurvePart[];

/** Runs of one configuration: they differ by their seeds alone. */
export interface Configuration {
  /** Keys of its runs. */
  readonly runs: readonly number[];
  /** Values of {@linkcode Comparison.keys}, as JSON; empty where it has none. */
  readonly values: readonly string[];
}

/** How the configs of runs differ. */
export interface Comparison {
  /** Paths of the keys whose values differ. */
  readonly keys: readonly string[];
  readonly configurations: readonly Configuration[];
}
