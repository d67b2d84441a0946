/** What is wrong with a config, in lines for a person. @module */
import type * as z from "npm:zod@4.6.7";
import { didYouMean, excerpt, textOf, UsageError } from "../core/errors.ts";
import { type JsonSchema, knownKeys } from "./json_schema.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What was checked, and against what. */
export interface Checked {
  /** The whole config as it was given. */
  readonly given: unknown;
  readonly schema: JsonSchema;
}

/** Lines of problems that a message shows. */
const shown = 20;

/** What is thrown for a config or experiment with these problems. @param name What messages call it. */
export function problemsError(name: string, problems: readonly string[]): UsageError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const more = problems.length > shown ? [`and ${problems.length - shown} more`] : [];
  const lines = [...problems.slice(0, shown), ...more].map((line) => `\n  ${line}`);
  return new UsageError(`Cannot use ${name}: ${count}${lines.join("")}`);
}

/** How many objects and lists may lie in one another in a config. */
export const deepest = 64;

/** Whether there are more than {@linkcode deepest}, as in what holds itself. */
export function isTooDeep(value: unknown, levels = deepest): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}

/** A line for every problem: `agent.gamma: 1.5, wanted a number from 0 to 1`. */
export function describeProblems(issues: readonly Issue[], checked: Checked): string[] {
  return issues.flatMap((issue) => describeIssue(issue, [], checked));
}

/** @param base Path of the union that `issue` comes from. */
function describeIssue(issue: Issue, base: Path, checked: Checked): string[] {
  const path = [...base, ...issue.path];
  const value = valueAt(checked.given, path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => describeUnknownKey([...path, key], checked));
  }
  if (issue.code === "invalid_union") {
    const branch = likeliestBranch(issue.errors as Issue[][]);
    if (branch) return branch.flatMap((inner) => describeIssue(inner, path, checked));
  }
  return [`${showPath(path) || "config"}: ${show(value)}, wanted ${issue.message}`];
}

/** `agent.gama: unknown key; did you mean "gamma"?` */
export function describeUnknownKey(path: Path, { given, schema }: Checked): string {
  const parent = path.slice(0, -1);
  const value = valueAt(given, parent);
  const known = knownKeys(schema, parent.map(String), value);
  const kind = (value as { kind?: unknown } | undefined)?.kind;
  const owner = kind === undefined || !known.includes("kind") ? "" : ` for kind ${show(kind)}`;
  const others = known.filter((key) => key !== "kind");
  const hint = didYouMean(String(path.at(-1)), others) || `, wanted ${others.join(", ") || "none"}`;
  return `${showPath(path)}: unknown key${owner}${hint}`;
}

/** The branch of a union that was meant: the one of the right type, with nothing wrong about its `kind`. */
function likeliestBranch(branches: readonly Issue[][]): Issue[] | undefined {
  const penalty = ({ code, path, ...issue }: Issue): number => {
    if (code === "invalid_type" && path.length === 0) return 2;
    if (code === "unrecognized_keys") return (issue as { keys: string[] }).keys.includes("kind") ? 1 : 0;
    return path[0] === "kind" ? 1 : 0;
  };
  const ranked = branches
    .map((issues) => ({ issues, penalty: Math.max(...issues.map(penalty)) }))
    .sort((a, b) => a.penalty - b.penalty);
  return ranked[0] && ranked[0].penalty < 2 ? ranked[0].issues : undefined;
}

function valueAt(given: unknown, path: Path): unknown {
  return path.reduce((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], given);
}

/** `agent.hidden[1]`. */
export function showPath(path: Path): string {
  const parts = path.map((key, i) =>
    typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`
  );
  return excerpt(parts.join(""));
}

/** A value that was given, as JSON and no more than a few words of it. */
export function show(value: unknown): string {
  if (value === undefined) return "missing";
  const text = typeof value === "number" ? String(value) : jsonOf(value) ?? textOf(value);
  return excerpt(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

/** Undefined for what JSON cannot say. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
