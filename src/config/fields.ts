/**
 * The fields that run configs are made of. The message of every issue is what was wanted, in words that follow
 * "wanted"; `problems.ts` puts path and given value before it.
 *
 * @module
 */
import * as z from "npm:zod@4.6.7";
import { scheduleUnits } from "../core/schedule.ts";

/** The largest unsigned 32-bit integer. */
export const largestCount = 0xffffffff;

/** An integer from `low` to `high`. */
export function integer(low: number, high: number): z.ZodNumber {
  const wanted = `an integer from ${low} to ${high}`;
  return z.int({ error: wanted }).min(low, { error: wanted }).max(high, { error: wanted });
}

/** Bounds of a number; none by default. */
export interface Bounds {
  /** The number may be this. */
  readonly atLeast?: number;
  /** The number may not be this. */
  readonly above?: number;
  /** The number may be this. */
  readonly atMost?: number;
  /** The number may not be this. */
  readonly below?: number;
}

/** A number between bounds. */
export function number(bounds: Bounds = {}): z.ZodNumber {
  const { atLeast, above, atMost, below } = bounds;
  const error = `a number${boundsText(bounds)}`;
  let field = z.number({ error });
  if (atLeast !== undefined) field = field.min(atLeast, { error });
  if (above !== undefined) field = field.gt(above, { error });
  if (atMost !== undefined) field = field.max(atMost, { error });
  if (below !== undefined) field = field.lt(below, { error });
  return field;
}

/** ` from 0 to below 1`, ` above 0`. */
function boundsText({ atLeast, above, atMost, below }: Bounds): string {
  const high = atMost ?? below;
  const low = above !== undefined
    ? ` above ${above}`
    : atLeast === undefined
    ? ""
    : high === undefined
    ? ` of at least ${atLeast}`
    : ` from ${atLeast}`;
  if (atMost !== undefined) return `${low} ${atLeast === undefined ? "and at most" : "to"} ${atMost}`;
  return below === undefined ? low : `${low} to below ${below}`;
}

/** Nearer to zero, devices may take a float32 for zero. */
const smallestFloat = 2 ** -126;

/**
 * A number that the device has as float32. What that cannot hold is refused: what is too large for it, and what it
 * does not tell from zero or from a bound, as a decay of 0.99999999 that would become 1.
 */
export function float32(bounds: Bounds = {}): z.ZodNumber {
  const ends = Object.values(bounds).filter((end) => end !== 0);
  const problem = (value: number): string | undefined => {
    if (!Number.isFinite(Math.fround(value))) return "a number that float32 can hold, to 3.4e38";
    if (value !== 0 && Math.abs(value) < smallestFloat) {
      return "a number that float32 can tell from 0, from 1.2e-38 on";
    }
    const end = ends.find((end) => value !== end && Math.fround(value) === end);
    return end === undefined ? undefined : `a number that float32 can tell from ${end}`;
  };
  return number(bounds).refine((value) => problem(value) === undefined, {
    error: ({ input }) => problem(input as number),
  });
}

/** `true` or `false`. */
export function flag(): z.ZodBoolean {
  return z.boolean({ error: "true or false" });
}

/** A text. */
export function text(wanted = "a text"): z.ZodString {
  return z.string({ error: wanted });
}

/** A text that is not empty. */
export function someText(wanted: string): z.ZodString {
  return text(wanted).min(1, { error: wanted });
}

/** One of some words. */
export function choice<const T extends readonly string[]>(words: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(words, { error: alternatives(words) });
}

/** The one word allowed here. */
export function word<const T extends string>(text: T): z.ZodLiteral<T> {
  return z.literal(text, { error: `"${text}"` });
}

/** `"a", "b" or "c"`. */
export function alternatives(words: readonly string[]): string {
  const quoted = words.map((text) => `"${text}"`);
  return quoted.length < 2 ? quoted.join() : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/** An object with these keys and no others. */
export function object<T extends z.ZodRawShape>(
  shape: T,
  wanted = "an object",
): z.ZodObject<T, z.core.$strict> {
  return z.strictObject(shape, { error: wanted });
}

/** One of several objects, told apart by their `kind`. */
export function kinds<
  const T extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
>(options: T): z.ZodDiscriminatedUnion<T, "kind"> {
  return z.discriminatedUnion("kind", options, {
    error: ({ code }) => {
      const names = alternatives(kindNames(options));
      return code === "invalid_union" ? names : `an object of kind ${names}`;
    },
  });
}

/** What the `kind` of some objects may be. */
function kindNames(objects: readonly z.core.$ZodTypeDiscriminable[]): string[] {
  return objects.flatMap(({ _zod: { propValues } }) => [...propValues["kind"] ?? []])
    .filter((kind) => typeof kind === "string");
}

/** `every` and `unit`, the keys of an interval. */
// deno-lint-ignore explicit-module-boundary-types -- zod's own types say it best
export function interval(every: number) {
  return {
    every: integer(1, largestCount).default(every).describe("How many counts of `unit` lie between."),
    unit: choice(scheduleUnits).default("step").describe(
      "What `every` counts: environment steps (whatever the number of environments), updates or ended episodes.",
    ),
  };
}

/** A number whose bounds `bounded` holds, or a schedule between two of them. */
// deno-lint-ignore explicit-module-boundary-types -- zod's own types say it best
export function schedule(bounded: () => z.ZodNumber) {
  const start = bounded().describe("Value at count 0.");
  const end = bounded().describe("Value at the end.");
  const per = choice(scheduleUnits).default("step").describe("What the schedule counts.");
  const varying = [
    object({
      kind: word("linear"),
      start,
      end,
      duration: float32({ above: 0 }).describe(
        "Counts from `start` to `end`; the value stays at `end` after.",
      ),
      per,
    }).describe("start + (end - start) min(count / duration, 1)"),
    object({
      kind: word("exponential"),
      start,
      end,
      decay: float32({ above: 0 }).describe(
        "Counts after which the distance to `end` has shrunk by the factor e.",
      ),
      per,
    }).describe("end + (start - end) exp(-count / decay)"),
    object({
      kind: word("multiplicative"),
      start,
      end: bounded().describe("The value is multiplied while it is above this."),
      factor: number({ above: 0, atMost: 1 }).describe("Factor of one count."),
      per,
    }).describe("start, multiplied by factor at each count while above end"),
  ] as const;
  const wanted = `a number, or an object of kind ${alternatives(kindNames(varying))}`;
  return z.union([bounded(), kinds(varying)], { error: wanted });
}
