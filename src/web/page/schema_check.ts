/** Checks a config by its JSON schema, before the trainer does so by all its rules. @module */
import { isOfForm, isRecord, kindOf, type Path, type Schema, under, variantsOf } from "./schema.ts";
import { t } from "./texts.ts";

/** What is wrong, and where. */
export interface Problem {
  readonly path: Path;
  /** `1.5, wanted a number from 0 to 1`. */
  readonly text: string;
}

/** Objects and lists that may lie in one another. */
const deepest = 64;

/** What is wrong with a value; nothing where it is as its schema says. */
export function checkBySchema(schema: Schema, value: unknown): Problem[] {
  return isTooDeep(value, deepest)
    ? [{ path: [], text: t("fault.deep", { most: deepest }) }]
    : check(schema, value, []);
}

function check(schema: Schema, value: unknown, path: Path): Problem[] {
  if (schema.$ref) return []; // An option of an environment: any JSON.
  const variants = variantsOf(schema);
  if (variants.length > 1) return checkVariants(variants, value, path);
  const fault = faultOf(schema, value);
  if (fault) return [{ path, text: wantedOther(value, fault) }];
  if (isRecord(value)) return checkObject(schema, value, path);
  if (!Array.isArray(value) || !schema.items) return [];
  return value.flatMap((item, i) => check(schema.items!, item, [...path, `${i}`]));
}

function checkVariants(variants: readonly Schema[], value: unknown, path: Path): Problem[] {
  const alike = variants.filter((variant) => isOfForm(variant, value));
  const found = alike.map((variant) => check(variant, value, path));
  if (found.some((problems) => problems.length === 0)) return [];
  if (found.length > 0) return found.reduce((least, next) => next.length < least.length ? next : least);
  const kinds = variants.map(kindOf).filter((kind) => kind !== undefined);
  if (isRecord(value) && kinds.length > 0) {
    return [{
      path: [...path, "kind"],
      text: wantedOther(under(value, "kind"), alternatives(kinds)),
    }];
  }
  const wanted = [...new Set(variants.map((variant) => faultOf(variant, undefined)!))];
  return [{ path, text: wantedOther(value, joined(wanted)) }];
}

function checkObject(
  { properties = {}, required = [], additionalProperties }: Schema,
  value: Readonly<Record<string, unknown>>,
  path: Path,
): Problem[] {
  const problems: Problem[] = [];
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, key];
    if (Object.hasOwn(properties, key)) {
      if (!properties[key]!.not) problems.push(...check(properties[key]!, inner, at));
    } else if (additionalProperties === false) {
      const known = Object.keys(properties).filter((name) => !properties[name]!.not && name !== "kind");
      problems.push({ path: at, text: t("fault.key", { known: known.join(", ") || t("fault.none") }) });
    }
  }
  for (const key of required) {
    if (Object.hasOwn(value, key)) continue;
    problems.push({
      path: [...path, key],
      text: wantedOther(undefined, faultOf(properties[key] ?? {}, undefined)!),
    });
  }
  return problems;
}

/** What is wanted in place of a value that is not of a schema by itself; undefined where it is. */
function faultOf(schema: Schema, value: unknown): string | undefined {
  if (schema.const !== undefined) {
    return value === schema.const ? undefined : `${JSON.stringify(schema.const)}`;
  }
  if (schema.enum) return schema.enum.includes(value) ? undefined : alternatives(schema.enum);
  switch (schema.type) {
    case "integer":
    case "number":
      return isNumberOf(schema, value) ? undefined : wantedNumber(schema);
    case "string":
      return typeof value === "string" && value.length >= (schema.minLength ?? 0)
        ? undefined
        : t("fault.text");
    case "boolean":
      return typeof value === "boolean" ? undefined : t("fault.flag");
    case "null":
      return value === null ? undefined : "null";
    case "array": {
      const most = schema.maxItems ?? Infinity;
      if (Array.isArray(value) && value.length <= most) return undefined;
      return most < Infinity ? t("fault.shortList", { most }) : t("fault.list");
    }
    case "object":
      return isRecord(value) ? undefined : t("fault.object");
    default:
      return value === undefined ? t("fault.value") : undefined;
  }
}

function isNumberOf(schema: Schema, value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) &&
    (schema.type === "number" || Number.isSafeInteger(value)) &&
    value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity) && value < (schema.exclusiveMaximum ?? Infinity);
}

/** `an integer from 1 to 65536`, `a number above 0`. */
function wantedNumber({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const what = t(type === "integer" ? "fault.integer" : "fault.number");
  const low = minimum ?? exclusiveMinimum;
  const high = maximum ?? exclusiveMaximum;
  const values = { what, low: low ?? "", high: high ?? "" };
  if (low === undefined) return high === undefined ? what : t("fault.atMost", values);
  if (high === undefined) return t(exclusiveMinimum === undefined ? "fault.atLeast" : "fault.above", values);
  if (exclusiveMaximum !== undefined) return t("fault.below", values);
  return t(exclusiveMinimum === undefined ? "fault.range" : "fault.aboveTo", values);
}

function wantedOther(value: unknown, wanted: string): string {
  return t("fault.wanted", { found: show(value), wanted });
}

function alternatives(words: readonly unknown[]): string {
  return joined(words.map((word) => JSON.stringify(word)));
}

function joined(words: readonly string[]): string {
  if (words.length < 2) return words.join();
  return t("fault.or", { first: words.slice(0, -1).join(", "), last: words.at(-1)! });
}

function show(value: unknown): string {
  const text = value === undefined ? t("fault.missing") : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function isTooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
