/** How a run went, `summary.json`; or why it failed, `failed.json`. @module */
import { join } from "@std/path";
import * as z from "npm:zod@4.6.7";
import { integer, number, object, text } from "../config/fields.ts";
import { describeProblems, problemsError } from "../config/problems.ts";
import { deviceErrorOf, TrainingError, WriteError } from "../core/errors.ts";
import { type Evaluation, interrupted } from "../core/events.ts";
import { parseJson } from "../format/json_text.ts";
import { readUntrustedTextIfThere } from "../format/untrusted_file.ts";
import { writeAtomically } from "../train/atomic_write.ts";

/** `summary.json`: how a run went. */
export interface Summary {
  /** Name of the preset or config file. */
  readonly preset: string;
  readonly seed: number;
  readonly environmentSteps: number;
  readonly updates: number;
  readonly episodes: number;
  /** Training with its evaluations, without start and the evaluation below. */
  readonly wallSeconds: number;
  readonly stopReason: string;
  /** `webgpu`, `wasm`, or `none` where no kernel ran; older runs do not say. */
  readonly device?: string;
  readonly adapter: string;
  readonly kernelProfile: string;
  /** Greedy play of the best checkpoint, on start states that were never used to choose it; null if interrupted. */
  readonly evaluation: EvaluationSummary | null;
  /** The test phase, where the config has one. */
  readonly test?: EvaluationSummary;
  /** Where the config asks for pictures or an animation and they are not all there. */
  readonly drawn?: false;
}

/** Whether nothing is left to do of a run. */
export function isDone({ stopReason, evaluation, drawn }: Summary): boolean {
  return stopReason !== interrupted && evaluation !== null && drawn !== false;
}

/** An evaluation without its episodes. */
export type EvaluationSummary = Omit<Evaluation, "returns" | "lengths">;

/** `summary.json` of a run; undefined where there is none. @throws {UsageError} When it holds what no run writes. */
export async function readSummary(path: string): Promise<Summary | undefined> {
  return await readJson(path, parseSummary);
}

/** `failed.json` in the folder of a run that could not go on. */
export interface Failure {
  /** What it said. */
  readonly reason: string;
  readonly wallSeconds: number;
}

/** The path of a run's `Failure`. */
export function failurePath(folder: string): string {
  return join(folder, "failed.json");
}

/** Whether an error is what came of a run, and would come again: not that of a disk, of a device, or of a user. */
export function isOfTheRun(error: unknown): error is TrainingError {
  return error instanceof TrainingError && !(error instanceof WriteError) && !deviceErrorOf(error);
}

/** Writes down in a run's folder why it failed. @throws {WriteError} When that cannot be written. */
export async function writeFailure(
  folder: string,
  { error, seconds }: { readonly error: TrainingError; readonly seconds: number },
): Promise<void> {
  const reason = error.message.split("\n")[0]!;
  const failure: Failure = { reason, wallSeconds: Number(seconds.toFixed(3)) };
  await writeAtomically(failurePath(folder), `${JSON.stringify(failure, null, 2)}\n`);
}

/** `failed.json` of a run; undefined where there is none. @throws {UsageError} When it holds what no run writes. */
export async function readFailure(path: string): Promise<Failure | undefined> {
  return await readJson(path, parseFailure);
}

async function readJson<T>(path: string, check: (given: unknown, path: string) => T): Promise<T | undefined> {
  const text = await readUntrustedTextIfThere(path);
  return text === undefined ? undefined : check(parseJson(text, path), path);
}

const count = integer(0, Number.MAX_SAFE_INTEGER);

/** Of greedy episodes: no statistic of numbers lies outside them, but for rounding. */
const statistics = object({
  episodes: integer(1, Number.MAX_SAFE_INTEGER),
  mean: number(),
  std: number({ atLeast: 0 }),
  min: number(),
  max: number(),
  winRate: number({ atLeast: 0, atMost: 1 }).optional(),
}).superRefine(({ mean, min, max }, context) => {
  const rounding = 1e-9 * Math.max(Math.abs(min), Math.abs(max));
  if (mean >= min - rounding && mean <= max + rounding) return;
  context.addIssue({ code: "custom", path: ["mean"], message: `a number from min ${min} to max ${max}` });
});

const summarySchema = object({
  preset: text(),
  seed: integer(0, 0xffffffff),
  environmentSteps: count,
  updates: count,
  episodes: count,
  wallSeconds: number({ atLeast: 0 }),
  stopReason: text(),
  device: text().optional(),
  adapter: text(),
  kernelProfile: text(),
  evaluation: statistics.nullable(),
  test: statistics.optional(),
  drawn: z.literal(false, { error: "false" }).optional(),
}, "an object, as a run writes it").loose();

const failureSchema: z.ZodType<Failure> = object({ reason: text(), wallSeconds: number({ atLeast: 0 }) });

/** Checks what was read from a `failed.json`. @throws {UsageError} As {@linkcode parseSummary}. */
export function parseFailure(given: unknown, path: string): Failure {
  const { error, data } = failureSchema.safeParse(given);
  if (!error) return data;
  throw problemsError(path, describeProblems(error.issues, { given, schema: {} }));
}

/** Checks what was read from a `summary.json`. @throws {UsageError} With the keys that are wrong, their values and what was wanted. */
export function parseSummary(given: unknown, path: string): Summary {
  const { error } = summarySchema.safeParse(given);
  if (!error) return given as Summary;
  throw problemsError(path, describeProblems(error.issues, { given, schema: {} }));
}
