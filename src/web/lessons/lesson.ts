/** What a lesson is made of. @module */
import type { RunConfigInput } from "../../config/run_config.ts";
import type { Choice } from "../page/session.ts";
import { presets } from "../page/presets.ts";
import type { LessonKey } from "./texts.ts";

/** Values of a config by their paths, `agent.gamma` say; undefined leaves a key to its default. */
export type Change = Readonly<Record<string, unknown>>;

/** One way to run what is asked about. */
export interface Option {
  /** What it is called. */
  readonly label: LessonKey;
  /** What it stands for in the label. */
  readonly value?: number;
  /** What it changes; nothing where the source's own value is meant. */
  readonly change?: Change;
  /** Another preset than the question's. */
  readonly preset?: string;
}

/** Something that a run answers, or several side by side. */
export interface Question {
  readonly title: LessonKey;
  /** What to look for, and what comes of it. */
  readonly text: LessonKey;
  /** The first is how the preset has it. */
  readonly options: readonly Option[];
  /** Of which preset it asks; the lesson's first where absent. */
  readonly preset?: string;
  /** What is compared. */
  readonly curve?: Curve;
}

/** A number that is compared over the steps of runs. */
export type Curve = "evaluation" | "winRate" | "meanQ" | "epsilon";

/** A fault of the source: a question whose second option has it. */
export interface Fault extends Omit<Question, "options"> {
  /** What builds it wrong. */
  readonly change: Change;
}

/** What a lesson shows, from top to bottom. */
export interface Lesson {
  /** In addresses. */
  readonly id: string;
  /** Of the source, as they are counted. */
  readonly letter: string;
  readonly title: LessonKey;
  /** What is to be learned. */
  readonly goal: LessonKey;
  /** Paragraphs and formulas, which are told apart by what they are. */
  readonly idea: readonly (LessonKey | { readonly formula: string })[];
  /** What is trained, the first at first. */
  readonly presets: readonly string[];
  /** Of presets, changes for watching: evaluations that come more often, say. */
  readonly watching?: Readonly<Record<string, Change>>;
  /** Of presets that are over too soon, the steps per second that runs side by side are kept to. */
  readonly pace?: Readonly<Record<string, number>>;
  /** Paths of a config that are worth a line. */
  readonly parameters: readonly string[];
  readonly questions: readonly Question[];
  readonly faults: readonly Fault[];
  /** Faults that no config has. */
  readonly told: readonly LessonKey[];
}

/** What has been chosen in a lesson. */
export interface LessonState {
  readonly preset: string;
  /** Of questions, the option; 0 where absent. */
  readonly options: ReadonlyMap<Question, number>;
}

/** A fault as a question. */
export function questionOf({ change, ...fault }: Fault): Question {
  return { ...fault, options: [{ label: "option.right" }, { label: "option.wrong", change }] };
}

/** A config with some of its values changed. */
export function changed(config: RunConfigInput, change: Change = {}): RunConfigInput {
  const copy = structuredClone(config) as Record<string, unknown>;
  for (const [path, value] of Object.entries(change)) {
    const keys = path.split(".");
    const last = keys.pop()!;
    let at = copy;
    for (const key of keys) at = (at[key] ??= {}) as Record<string, unknown>;
    if (value === undefined) delete at[last];
    else at[last] = structuredClone(value);
  }
  return copy as RunConfigInput;
}

/** Whether two changes set the same value, or one a value within that of the other. */
export function contradict(a: Change = {}, b: Change = {}): boolean {
  const within = (path: string, other: string) => `${path}.`.startsWith(`${other}.`);
  return Object.keys(a).some((path) =>
    Object.keys(b).some((other) => within(path, other) || within(other, path))
  );
}

/** Whether a question is about what is trained. */
export function isAbout(lesson: Lesson, question: Question, preset: string): boolean {
  if (question.options.some((option) => option.preset === preset)) return true;
  return question.preset === undefined ? lesson.presets.includes(preset) : question.preset === preset;
}

/** What is trained by what has been chosen. */
export function choiceOf(lesson: Lesson, { preset, options }: LessonState): Choice {
  let config = changed(presets[preset]!, lesson.watching?.[preset]);
  for (const [question, index] of options) {
    if (isAbout(lesson, question, preset)) config = changed(config, question.options[index]?.change);
  }
  return { name: preset, config, faults: true };
}

/** What is trained for each option of a question, with nothing else changed. */
export function optionChoices(lesson: Lesson, question: Question, preset: string): Choice[] {
  return question.options.map((option) => {
    const state = { preset: option.preset ?? question.preset ?? preset, options: new Map() };
    const { config, ...rest } = choiceOf(lesson, state);
    return { ...rest, config: changed(config, option.change) };
  });
}

/** The value of a config at a path. */
export function valueAt(config: RunConfigInput, path: string): unknown {
  return path.split(".").reduce<unknown>(
    (at, key) => (at as Record<string, unknown> | undefined)?.[key],
    config,
  );
}

/** A value of a config in the words of configs: `exponential: start 0.9, end 0.05`. */
export function formatValue(value: unknown, number: (value: number) => string): string {
  if (typeof value === "number") return number(value);
  if (Array.isArray(value)) return value.map((entry) => formatValue(entry, number)).join(" - ");
  if (value === null || typeof value !== "object") return String(value);
  const { kind, ...rest } = value as Record<string, unknown>;
  const entries = Object.entries(rest).map(([key, entry]) => `${key} ${formatValue(entry, number)}`);
  if (kind === undefined) return entries.join(", ");
  return entries.length === 0 ? `${kind}` : `${kind}: ${entries.join(", ")}`;
}
