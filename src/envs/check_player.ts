/** Plays episodes and looks at all that they give, for `check.ts`. @module */
import { Random, Stream } from "../core/random.ts";
import { sample } from "../core/spaces.ts";
import { checkInfo, checkObservation, type Findings, type Report } from "./check_values.ts";
import type { Environment, Info, Observation, StepResult } from "./environment.ts";
import { isMask, listValue } from "./rows.ts";

/** What an episode showed at a reset (step 0) or a step. */
export interface Frame extends StepResult<Observation> {
  /** A copy of what was given, made at once. */
  readonly observation: Observation;
  /** The observation as it was given, perhaps written to since. */
  readonly given: Observation;
}

/** Plays `env` and reports what is wrong on the way. */
export class Player {
  readonly env: Environment<Observation>;
  readonly #findings: Findings;

  constructor(env: Environment<Observation>, findings: Findings) {
    this.env = env;
    this.#findings = findings;
  }

  /** The start of an episode; undefined if there is nothing to go on with. */
  reset(seed?: number): Frame | undefined {
    const source = seed === undefined ? "reset()" : `reset({ seed: ${seed} })`;
    const result = this.#call(source, () => this.env.reset(seed === undefined ? {} : { seed }));
    if (result === undefined || !this.#hasFields("reset-result", source, result.value)) return undefined;
    return this.#look(source, { ...result.value, reward: 0, terminated: false, truncated: false });
  }

  /** Step `step` of an episode; undefined if there is nothing to go on with. */
  step(action: number, step: number): Frame | undefined {
    const source = `step(${action}) at step ${step}`;
    const result = this.#call(source, () => this.env.step(action));
    if (result === undefined || !this.#hasFields("step-result", source, result.value)) return undefined;
    const { reward, terminated, truncated } = result.value;
    if (!Number.isFinite(reward)) {
      this.#findings.add("reward", `the reward of ${source} is ${listValue(reward)}, wanted a finite number`);
    }
    for (const [name, flag] of Object.entries({ terminated, truncated })) {
      if (typeof flag === "boolean") continue;
      this.#findings.add("flags", `${name} of ${source} is ${listValue(flag)}, wanted true or false`);
    }
    return this.#look(source, result.value);
  }

  /** An episode with actions that depend on `seed` and the masks alone, at most `limit` steps of it. */
  play(seed: number, limit: number): Frame[] | undefined {
    const random = new Random(seed, Stream.host);
    let frame = this.reset(seed);
    if (frame === undefined) return undefined;
    const frames = [frame];
    while (frames.length <= limit && !frame.terminated && !frame.truncated) {
      const { actionMask }: Info = frame.info;
      const usable = isMask(actionMask, this.env.actionSpace.n) && actionMask.includes(1);
      const action = sample(this.env.actionSpace, random, usable ? actionMask : undefined);
      frame = this.step(action, frames.length);
      if (frame === undefined) return undefined;
      frames.push(frame);
    }
    return frames;
  }

  #call<T>(source: string, call: () => T): { value: T } | undefined {
    try {
      return { value: call() };
    } catch (error) {
      this.#findings.add("throws", `${source} threw ${error}, wanted a result`);
      return undefined;
    }
  }

  #hasFields(rule: "reset-result" | "step-result", source: string, result: unknown): boolean {
    const step = rule === "step-result" ? ["reward", "terminated", "truncated"] : [];
    const wanted = ["observation", ...step, "info"];
    const given = typeof result === "object" && result !== null;
    const missing = wanted.filter((name) => !given || !(name in result));
    if (missing.length === 0) return true;
    const found = given ? `an object without ${missing.join(", ")}` : listValue(result);
    this.#findings.add(rule, `${source} returned ${found}, wanted { ${wanted.join(", ")} }`);
    return false;
  }

  /** The frame of a result that has its fields; undefined if its observation is none. */
  #look(source: string, result: StepResult<Observation>): Frame | undefined {
    const { observation, info, terminated, truncated } = result;
    const report = (subject: string): Report => (rule, fault) => {
      this.#findings.add(rule, `the ${subject} of ${source} ${fault}`);
    };
    const sound = checkObservation(this.env.observationSpace, observation, report("observation"));
    checkInfo(this.env.actionSpace, info, { ended: terminated || truncated, report: report("info") });
    if (!sound) return undefined;
    const copy = typeof observation === "number" ? observation : observation.slice();
    return { ...result, observation: copy, given: observation, info: info ?? {} };
  }
}

/** How `b` differs from `a` at first, or undefined. */
export function compare(a: readonly Frame[], b: readonly Frame[]): string | undefined {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i]!, b[i]!];
    const where = i === 0 ? "the reset" : `step ${i}`;
    if (!equal(x.observation, y.observation)) {
      const values = `${listValue(x.observation)}, then ${listValue(y.observation)}`;
      return `the observation of ${where} was ${values}, wanted the same`;
    }
    for (const name of ["reward", "terminated", "truncated"] as const) {
      if (Object.is(x[name], y[name])) continue;
      return `${name} of ${where} was ${x[name]}, then ${y[name]}, wanted the same`;
    }
  }
  return undefined;
}

/** Whether two observations hold the same numbers. */
export function equal(a: Observation, b: Observation): boolean {
  if (typeof a === "number" || typeof b === "number") return Object.is(a, b);
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
