/** What a page asks to look at, as text in an address. @module */
import { isRecord } from "../../config/values.ts";
import { tryJson } from "../../format/json_text.ts";
import { type CurveName, logs, type View } from "./protocol.ts";

/** Runs and curves of a view: more than anybody looks at. */
const mostRuns = 500;
const mostCurves = 32;

/** Reads a view. Undefined when the text is none. */
export function readView(text: string): View | undefined {
  const parsed = tryJson(text, { strict: true });
  if (!("value" in parsed) || !isRecord(parsed.value)) return undefined;
  const { runs, curves, range } = parsed.value;
  const isView = isList(runs, mostRuns) && runs.every((key) => Number.isSafeInteger(key)) &&
    isList(curves, mostCurves) && curves.every(isCurveName) && (range === undefined || isRange(range));
  return isView ? parsed.value as unknown as View : undefined;
}

/** Runs by their keys, as in `1,2,3`. Undefined when the text is no such list. */
export function readKeys(text: string): number[] | undefined {
  if (!/^\d{1,9}(,\d{1,9})*$/.test(text)) return undefined;
  const keys = text.split(",").map(Number);
  return keys.length <= mostRuns ? keys : undefined;
}

function isList(given: unknown, most: number): given is unknown[] {
  return Array.isArray(given) && given.length <= most;
}

function isCurveName(given: unknown): given is CurveName {
  return isRecord(given) && logs.includes(given.log as CurveName["log"]) && typeof given.x === "string" &&
    typeof given.y === "string";
}

function isRange(given: unknown): boolean {
  return Array.isArray(given) && given.length === 2 && given.every(Number.isFinite) && given[0] < given[1];
}
