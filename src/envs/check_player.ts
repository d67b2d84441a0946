/** Plays episodes and looks at all that they give, for `check.ts`. @module */
import { TrainingError } from "../core/errors.ts";
import { Random, Stream } from "../core/random.ts";
import { sample } from "../core/spaces.ts";
import { checkInfo, checkObservation, type Findings, type Report } from "./check_values.ts";
import type { Environment, Observation, StepResult } from "./environment.ts";
import { isMask, listValue } from "./rows.ts";

/** What an episode showed at a reset (step 0) or a step. */
export interface Frame extends StepResult<Observation> {
  /** A copy of what was given, made at once. */
  readonly observation: Observation;
  /** The observation as it was given, perhaps written to since. */
  readonly given: Observation;
  /** A copy of the action mask, if there is a sound one. */
  readonly mask: Uint8Array | undefined;
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
    const start = this.reset(seed);
    return start && this.goOn(start, { seed, limit });
  }

  /**
   * The frame that the environment is at and what comes after it, with actions as in `play`: at most `limit` frames, until
   * so many episodes have ended, 1 by default.
   */
  goOn(
    start: Frame,
    { seed, limit, episodes = 1 }: { seed: number; limit: number; episodes?: number },
  ): Frame[] | undefined {
    const random = new Random(seed, Stream.host);
    const frames = [start];
    let frame: Frame | undefined = start;
    for (let ended = 0; frames.length <= limit; frames.push(frame)) {
      if (frame.terminated || frame.truncated) {
        if (++ended === episodes) break;
        frame = this.reset();
      } else {
        const mask = frame.mask?.includes(1) ? frame.mask : undefined;
        frame = this.step(sample(this.env.actionSpace, random, mask), frames.length);
      }
      if (frame === undefined) return undefined;
    }
    return frames;
  }

  #call<T>(source: string, call: () => T): { value: T } | undefined {
    try {
      return { value: call() };
    } catch (error) {
      if (error instanceof TrainingError) throw error; // It has failed: there is nothing to look at.
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
    const { actionMask } = info ?? {};
    const mask = isMask(actionMask, this.env.actionSpace.n) ? actionMask.slice() : undefined;
    return { ...result, observation: copy, given: observation, info: info ?? {}, mask };
  }
}

/** How `b` differs from `a` at first, or undefined. */
export function compare(a: readonly Frame[], b: readonly Frame[]): string | undefined {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i]!, b[i]!];
    const where = i === 0 ? "the reset" : `step ${i}`;
    for (const [name, what] of [["observation", "observation"], ["mask", "action mask"]] as const) {
      if (equal(x[name], y[name])) continue;
      const values = `${listValue(x[name])}, then ${listValue(y[name])}`;
      return `the ${what} of ${where} was ${values}, wanted the same`;
    }
    for (const name of ["reward", "terminated", "truncated"] as const) {
      if (Object.is(x[name], y[name])) continue;
      return `${name} of ${where} was ${x[name]}, then ${y[name]}, wanted the same`;
    }
  }
  return undefined;
}

/** Whether two observations, or masks, hold the same numbers. */
export function equal(a: Frame["observation" | "mask"], b: Frame["observation" | "mask"]): boolean {
  if (typeof a !== "object" || typeof b !== "object") return Object.is(a, b);
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
