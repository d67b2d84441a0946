/** Single values of a config set from outside, as by `--set agent.gamma=0.9`. @module */
import { excerpt, UsageError } from "../core/errors.ts";
import { tryJson } from "../format/json_text.ts";
import { isOfKind, isOpen, type JsonSchema, objectsAt, propertyOf } from "./json_schema.ts";
import { isRecord } from "./values.ts";
import { deepest, describeUnknownKey, show } from "./problems.ts";

type Keyed = Record<string, unknown>;

/** What {@linkcode override} starts from. */
export interface OverrideBase {
  /** The config as it was written. */
  readonly written: unknown;
  /** The same with its defaults; undefined when it is not valid. */
  readonly resolved: unknown;
  readonly schema: JsonSchema;
}

/**
 * The config with each of `assignments` (`key.path=value`) set. Values are JSON, or else texts. An object that the config
 * leaves to its default is filled in first; where an object gets another `kind`, keys that the new kind does not
 * know are dropped.
 *
 * @throws {UsageError} With every path that leads nowhere.
 */
export function override(assignments: readonly string[], base: OverrideBase): unknown {
  const config = structuredClone(base.written);
  const problems = assignments.flatMap((assignment) => {
    const read = readAssignment(assignment);
    const problem = "problem" in read ? read.problem : set(config, read.path.split("."), { ...read, base });
    return problem ? [`${excerpt(assignment)}: ${problem}`] : [];
  });
  if (problems.length === 0) return config;
  throw new UsageError(["Cannot set values of the config", ...problems].join("\n  "));
}

/** The path and the value of `key.path=value`, or what is wrong with it. */
export function readAssignment(
  assignment: string,
): { readonly path: string; readonly value: unknown } | { readonly problem: string } {
  const [, path, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
  if (path === undefined) return { problem: "wanted KEY=VALUE, as in agent.gamma=0.9" };
  const parsed = isJson(text!) ? tryJson(text!) : { value: text };
  return "mistake" in parsed ? { problem: parsed.mistake } : { path: path.trim(), value: parsed.value };
}

/**
 * The config with each of `values`, by its path, set as by {@linkcode override}.
 *
 * @returns The config, and a line for every path that leads nowhere.
 */
export function setValues(
  values: Readonly<Record<string, unknown>>,
  base: OverrideBase,
): { readonly config: unknown; readonly problems: readonly string[] } {
  const config = structuredClone(base.written);
  const problems = Object.entries(values).flatMap(([path, value]) => {
    const problem = set(config, path.split("."), { value: structuredClone(value), base });
    return problem ? [problem] : [];
  });
  return { config, problems };
}

interface Setting {
  readonly value: unknown;
  readonly base: OverrideBase;
}

/** Sets the value at `path`; what is wrong with the path, if anything is. */
function set(config: unknown, path: readonly string[], { value, base }: Setting): string | undefined {
  let object = config as Keyed;
  let fallback = base.resolved as Keyed | undefined;
  if (path.length > deepest) return `a path of ${path.length} keys, wanted at most ${deepest}`;
  for (const [depth, key] of path.entries()) {
    const objects = objectsAt(base.schema, path.slice(0, depth));
    if (!isRecord(object)) {
      const place = path.slice(0, depth).join(".") || "the config";
      return `${place} is ${show(object)}, wanted an object`;
    }
    if (!objects.some((schema) => propertyOf(schema, key) || isOpen(schema) && key !== "__proto__")) {
      return describeUnknownKey(path.slice(0, depth + 1), { given: config, schema: base.schema });
    }
    fallback = isRecord(fallback) ? fallback[key] as Keyed | undefined : undefined;
    if (depth < path.length - 1) {
      object = (object[key] ??= structuredClone(fallback) ?? {}) as Keyed;
    } else {
      object[key] = value;
      if (key === "kind") dropForeignKeys(object, objects);
    }
  }
  return undefined;
}

/** Keeps the keys that an object of this kind may have. */
function dropForeignKeys(object: Keyed, objects: readonly JsonSchema[]): void {
  const schema = objects.find((candidate) => isOfKind(candidate, object["kind"]));
  if (!schema) return;
  for (const key of Object.keys(object)) if (!propertyOf(schema, key)) delete object[key];
}

/** Whether a value is JSON, and not a text that was left without quotes. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
