/** What is chosen in a lesson, and the run that it is shown by. @module */
import type { PageSession } from "../page/session.ts";
import { choiceOf, contradict, type Lesson, type LessonState, type Question } from "./lesson.ts";

/** A lesson at work: every choice makes a new run of the page's session. */
export class Laboratory {
  /** The run that the panels show. */
  readonly session: PageSession;
  readonly #lesson: Lesson;
  #state: LessonState;
  readonly #watchers: (() => void)[] = [];

  /** As the source has it. */
  constructor(session: PageSession, lesson: Lesson) {
    this.session = session;
    this.#lesson = lesson;
    this.#state = { preset: lesson.presets[0]!, options: new Map() };
    session.choose(choiceOf(lesson, this.#state));
  }

  /** What is trained. */
  get preset(): string {
    return this.#state.preset;
  }

  /** The option of a question that is trained with. */
  optionOf(question: Question): number {
    const own = question.options.findIndex((option) => option.preset === this.preset);
    return own >= 0 ? own : this.#state.options.get(question) ?? 0;
  }

  /** Trains something else, as its source has it. */
  choosePreset(preset: string): void {
    this.#turnTo({ preset, options: new Map() });
  }

  /** Trains with an option of a question, beside what else is chosen and does not contradict it. */
  chooseOption(question: Question, index: number): void {
    const { preset: named, change } = question.options[index]!;
    const preset = named ?? question.preset ?? this.preset;
    const others = preset === this.preset ? [...this.#state.options] : [];
    const kept = others.filter(([other, i]) => !contradict(other.options[i]?.change, change));
    this.#turnTo({ preset, options: new Map(kept).set(question, index) });
  }

  /** Tells whoever shows what is chosen. */
  watch(show: () => void): void {
    this.#watchers.push(show);
    show();
  }

  /** A run that trains goes on training with what is new. */
  #turnTo(state: LessonState): void {
    this.#state = state;
    const trains = this.session.status === "training";
    this.session.choose(choiceOf(this.#lesson, state));
    if (trains) this.session.train();
    for (const show of this.#watchers) show();
  }
}
