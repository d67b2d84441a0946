/** What single values of an environment must be; `check.ts` asks it of each. @module */
import { contains, describe, type Discrete, sizeOf, type Space, spaceFault } from "../core/spaces.ts";
import type { Environment, Observation } from "./environment.ts";
import { isMask, listValue } from "./rows.ts";

/** Something wrong with an environment. */
export interface Problem {
  /** The rule that is broken; {@linkcode checkEnvironment} lists them. */
  readonly rule: string;
  /** What was found and what was wanted, with the values. */
  readonly message: string;
  /** An error makes training wrong or impossible; a warning may be meant. */
  readonly level: "error" | "warning";
}

/** Problems by rule: of each the first only, since what is wrong once is mostly wrong at every step. */
export class Findings {
  readonly #problems = new Map<string, Problem>();

  /** Keeps the problem unless its rule is known to be broken. */
  add(rule: string, message: string, level: Problem["level"] = "error"): void {
    if (!this.#problems.has(rule)) this.#problems.set(rule, { rule, message, level });
  }

  /** In the order of finding. */
  list(): Problem[] {
    return [...this.#problems.values()];
  }
}

/** Looks at spaces and methods; false if they do not allow a look at the rest. */
export function checkFace(env: unknown, findings: Findings): env is Environment<Observation> {
  if (typeof env !== "object" || env === null) {
    findings.add("methods", `the environment is ${env}, wanted an object`);
    return false;
  }
  const { observationSpace, actionSpace, reset, step } = env as Record<string, unknown>;
  const actionKind = (actionSpace as Space | undefined)?.kind;
  const observationFault = spaceFault(observationSpace);
  const actionFault = spaceFault(actionSpace) ??
    (actionKind === "discrete" ? undefined : `kind is "${actionKind}", wanted "discrete"`);
  if (observationFault !== undefined) {
    findings.add("observation-space", `observationSpace: ${observationFault}`);
  }
  if (actionFault !== undefined) findings.add("action-space", `actionSpace: ${actionFault}`);
  if (typeof reset !== "function") findings.add("methods", `reset is ${typeof reset}, wanted a function`);
  else if (typeof step !== "function") findings.add("methods", `step is ${typeof step}, wanted a function`);
  return findings.list().length === 0;
}

/** Looks at an observation; false if nothing can be done with it. */
export function checkObservation(space: Space, value: unknown, report: Report): value is Observation {
  if (space.kind === "discrete") {
    if (contains(space, value)) return true;
    report("observation", `is ${kindOf(value)}${listValue(value)}, wanted an integer of ${describe(space)}`);
    return false;
  }
  const size = sizeOf(space);
  if (!(value instanceof Float32Array)) {
    report("observation", `is ${kindOf(value)}${listValue(value)}, wanted a Float32Array of length ${size}`);
    return false;
  }
  if (value.length !== size) {
    report("observation", `has length ${value.length}, wanted ${size}: ${listValue(value)}`);
    return false;
  }
  const infinite = value.findIndex((entry) => !Number.isFinite(entry));
  if (infinite >= 0) {
    const fault = `holds ${value[infinite]} at entry ${infinite}, wanted finite numbers`;
    report("observation-finite", `${fault}: ${listValue(value)}`);
  }
  const outside = value.findIndex((entry, i) => entry < space.low[i]! || entry > space.high[i]!);
  if (outside >= 0) {
    const range = `[${space.low[outside]}, ${space.high[outside]}]`;
    const fault = `holds ${value[outside]} at entry ${outside}, wanted ${range}`;
    report("observation-bounds", `${fault}: ${listValue(value)}`);
  }
  return true;
}

/** Looks at the info that came with an observation. An ended episode may leave no action. */
export function checkInfo(space: Discrete, info: unknown, options: { ended: boolean; report: Report }): void {
  const { ended, report } = options;
  if (typeof info !== "object" || info === null) {
    report("info", `is ${listValue(info)}, wanted an object`);
    return;
  }
  const mask = (info as { actionMask?: unknown }).actionMask;
  if (mask === undefined) return;
  if (!isMask(mask, space.n)) {
    const wanted = `a Uint8Array of ${space.n} entries of 0 or 1`;
    report("action-mask", `has the actionMask ${kindOf(mask)}${listValue(mask)}, wanted ${wanted}`);
  } else if (!ended && !mask.includes(1)) {
    const wanted = "a legal action while the episode goes on";
    report("action-mask", `has the actionMask ${listValue(mask)}, wanted ${wanted}`);
  }
}

/** Takes a broken rule and what is wrong, beginning with a verb; the subject is the reporter's. */
export type Report = (rule: string, fault: string) => void;

/** `Float64Array `, and nothing where the text of the value says its kind. */
function kindOf(value: unknown): string {
  return typeof value === "object" && value !== null ? `${value.constructor?.name ?? "Object"} ` : "";
}
