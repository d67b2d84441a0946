/** Checks a config by its JSON schema, before the trainer does so by all its rules. @module */
import { isOfForm, isRecord, kindOf, type Path, type Schema, under, variantsOf } from "./schema.ts";

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
    ? [{ path: [], text: `values nested too deeply, wanted at most ${deepest} levels` }]
    : check(schema, value, []);
}

function check(schema: Schema, value: unknown, path: Path): Problem[] {
  if (schema.$ref) return []; // An option of an environment: any JSON.
  const variants = variantsOf(schema);
  if (variants.length > 1) return checkVariants(variants, value, path);
  const fault = faultOf(schema, value);
  if (fault) return [{ path, text: `${show(value)}, wanted ${fault}` }];
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
      text: `${show(under(value, "kind"))}, wanted ${alternatives(kinds)}`,
    }];
  }
  const wanted = [...new Set(variants.map((variant) => faultOf(variant, undefined)!))];
  return [{ path, text: `${show(value)}, wanted ${wanted.join(" or ")}` }];
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
      problems.push({ path: at, text: `unknown key, wanted ${known.join(", ") || "none"}` });
    }
  }
  for (const key of required) {
    if (Object.hasOwn(value, key)) continue;
    problems.push({
      path: [...path, key],
      text: `missing, wanted ${faultOf(properties[key] ?? {}, undefined)}`,
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
      return typeof value === "string" && value.length >= (schema.minLength ?? 0) ? undefined : "a text";
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "null":
      return value === null ? undefined : "null";
    case "array": {
      const most = schema.maxItems ?? Infinity;
      if (Array.isArray(value) && value.length <= most) return undefined;
      return most < Infinity ? `a list of at most ${most}` : "a list";
    }
    case "object":
      return isRecord(value) ? undefined : "an object";
    default:
      return value === undefined ? "a value" : undefined;
  }
}

function isNumberOf(schema: Schema, value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) &&
    (schema.type === "number" || Number.isSafeInteger(value)) &&
    value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity) && value < (schema.exclusiveMaximum ?? Infinity);
}

/** `an integer from 1 to 65536`, `a number above 0`. */
export function wantedNumber({ type, ...bounds }: Schema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = bounds;
  const what = type === "integer" ? "an integer" : "a number";
  const high = maximum ?? exclusiveMaximum;
  const low = exclusiveMinimum !== undefined
    ? ` above ${exclusiveMinimum}`
    : minimum === undefined
    ? ""
    : high === undefined
    ? ` of at least ${minimum}`
    : ` from ${minimum}`;
  if (maximum !== undefined) {
    return `${what}${low} ${minimum === undefined ? "and at most" : "to"} ${maximum}`;
  }
  return exclusiveMaximum === undefined ? `${what}${low}` : `${what}${low} to below ${exclusiveMaximum}`;
}

function alternatives(words: readonly unknown[]): string {
  const quoted = words.map((word) => JSON.stringify(word));
  return quoted.length < 2 ? quoted.join() : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

function show(value: unknown): string {
  const text = value === undefined ? "missing" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function isTooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
