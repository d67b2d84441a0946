/** A question or a fault, with the controls that answer it. @module */
import { h } from "../page/dom.ts";
import { formatNumber } from "../page/texts.ts";
import { Comparison } from "./comparison.ts";
import { drawDecays } from "./decays.ts";
import type { Laboratory } from "./laboratory.ts";
import { type Lesson, optionChoices, type Question } from "./lesson.ts";
import { rich } from "./rich_text.ts";
import { say } from "./texts.ts";

/** The one comparison that goes on. */
let running: { readonly comparison: Comparison; readonly stopped: () => void } | undefined;

/** Ends the comparison that goes on, if any. */
export function stopComparing(): void {
  running?.comparison.close();
  running?.stopped();
  running = undefined;
}

/** What a card shows, and in which lesson. */
export interface QuestionCard {
  readonly lesson: Lesson;
  readonly question: Question;
  /** Whether its second option is a fault, which a switch turns on. */
  readonly isFault: boolean;
}

/** A card of a question. */
export function questionCard(
  { lesson, question, isFault }: QuestionCard,
  laboratory: Laboratory,
): HTMLElement {
  const { title, text, preset, options } = question;
  const results = h("div", { className: "results" });
  const curve = question.curve ?? "evaluation";
  const begin = say(curve === "epsilon" ? "compare.draw" : "compare.start");
  const compare = h("button", { type: "button", onclick: toggle }, begin);
  const ofPreset = preset === undefined || lesson.presets.length < 2 ? [] : [h("code", {}, preset)];
  return h(
    "section",
    { className: "question" },
    h("h4", {}, say(title), " ", ...ofPreset),
    h("p", {}, ...rich(say(text))),
    h("div", { className: "answers" }, isFault ? faultSwitch() : optionChoice(), compare),
    results,
  );

  function toggle(): void {
    const own = running?.stopped === stopped;
    stopComparing();
    if (own) return;
    const choices = optionChoices(lesson, question, laboratory.preset);
    const runs = choices.map((choice, i) => {
      return { label: labelOf(question, i), choice, pace: lesson.pace?.[choice.name] };
    });
    if (curve === "epsilon") return drawDecays(results, { runs, curve });
    laboratory.session.pause();
    running = { comparison: new Comparison(results, { runs, curve }), stopped };
    compare.textContent = say("compare.stop");
  }

  function stopped(): void {
    compare.textContent = begin;
  }

  function faultSwitch(): HTMLElement {
    const input = h("input", {
      type: "checkbox",
      role: "switch",
      onchange: () => laboratory.chooseOption(question, Number(input.checked)),
    });
    laboratory.watch(() => input.checked = laboratory.optionOf(question) === 1);
    return h("label", { className: "switch" }, input, h("span", {}, say("option.wrong")));
  }

  function optionChoice(): HTMLElement {
    const name = `question-${title}`;
    const inputs = options.map((_, i) =>
      h("input", { type: "radio", name, onchange: () => laboratory.chooseOption(question, i) })
    );
    laboratory.watch(() => inputs.forEach((input, i) => input.checked = laboratory.optionOf(question) === i));
    return h(
      "fieldset",
      { className: "choice" },
      h("legend", { className: "unseen" }, say(title)),
      ...inputs.map((input, i) => h("label", {}, input, h("span", {}, labelOf(question, i)))),
    );
  }
}

function labelOf({ options }: Question, index: number): string {
  const { label, value } = options[index]!;
  return say(label, value === undefined ? {} : { value: formatNumber(value) });
}
