/** What a `summary.json` may hold. @module */
import * as z from "npm:zod@4.6.7";
import { integer, number, object } from "../config/fields.ts";
import { describeProblems, problemsError } from "../config/problems.ts";
import type { Summary } from "./run_folder.ts";

const text = z.string({ error: "a text" });
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
  preset: text,
  seed: integer(0, 0xffffffff),
  environmentSteps: count,
  updates: count,
  episodes: count,
  wallSeconds: number({ atLeast: 0 }),
  stopReason: text,
  device: text.optional(),
  adapter: text,
  kernelProfile: text,
  evaluation: statistics.nullable(),
  test: statistics.optional(),
  drawn: z.literal(false, { error: "false" }).optional(),
}, "an object, as a run writes it").loose();

/** `failed.json` in the folder of a run of a sweep that could not go on. */
export interface Failure {
  /** What it said. */
  readonly reason: string;
  readonly wallSeconds: number;
}

const failureSchema: z.ZodType<Failure> = object({ reason: text, wallSeconds: number({ atLeast: 0 }) });

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
