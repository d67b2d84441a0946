/** A lesson as an article. @module */
import type { RunConfigInput } from "../../config/run_config.ts";
import { h } from "../page/dom.ts";
import { presets } from "../page/presets.ts";
import { formatNumber } from "../page/texts.ts";
import { drawFormula, readFormula } from "./formula.ts";
import type { Laboratory } from "./laboratory.ts";
import { formatValue, type Lesson, questionOf, valueAt } from "./lesson.ts";
import { questionCard } from "./question_card.ts";
import { rich } from "./rich_text.ts";
import { type LessonKey, say } from "./texts.ts";

/** Shows a lesson in `root`. Its controls act on the laboratory. */
export function showArticle(root: HTMLElement, lesson: Lesson, laboratory: Laboratory): void {
  const { title, goal, idea, questions, faults, told, presets: trained } = lesson;
  root.replaceChildren(
    h("h2", { tabIndex: -1 }, say(title)),
    section("lesson.goal", paragraph(goal), ...trained.length > 1 ? [presetChoice(lesson, laboratory)] : []),
    section("lesson.idea", ...idea.map((part) => typeof part === "string" ? paragraph(part) : formula(part))),
    section("lesson.parameters", parameters(lesson, laboratory)),
    section(
      "lesson.questions",
      ...questions.map((question) => questionCard({ lesson, question, isFault: false }, laboratory)),
    ),
    section(
      "lesson.faults",
      ...faults.length > 0 ? [paragraph("lesson.faultsAbout")] : [],
      ...faults.map((fault) =>
        questionCard({ lesson, question: questionOf(fault), isFault: true }, laboratory)
      ),
      ...told.length > 0 ? [paragraph(faults.length > 0 ? "lesson.told" : "lesson.toldOnly")] : [],
      ...told.length > 0 ? [h("ul", {}, ...told.map((key) => h("li", {}, ...rich(say(key)))))] : [],
    ),
  );
}

function section(heading: LessonKey, ...content: readonly Node[]): HTMLElement {
  return h("section", { className: "part" }, h("h3", {}, say(heading)), ...content);
}

function paragraph(key: LessonKey): HTMLElement {
  return h("p", {}, ...rich(say(key)));
}

function formula({ formula }: { readonly formula: string }): HTMLElement {
  return h("div", { className: "formula" }, drawFormula(readFormula(formula)));
}

/** What of the lesson's presets is trained. */
function presetChoice(lesson: Lesson, laboratory: Laboratory): HTMLElement {
  const inputs = lesson.presets.map((preset) =>
    h("input", { type: "radio", name: "trained", onchange: () => laboratory.choosePreset(preset) })
  );
  laboratory.watch(() =>
    inputs.forEach((input, i) => input.checked = lesson.presets[i] === laboratory.preset)
  );
  return h(
    "fieldset",
    { className: "choice" },
    h("legend", { className: "unseen" }, say("lesson.trained")),
    ...inputs.map((input, i) => h("label", {}, input, h("span", {}, lesson.presets[i]!))),
  );
}

/** What the preset has at the paths of the lesson, and what it is. */
function parameters({ parameters }: Lesson, laboratory: Laboratory): HTMLElement {
  const body = h("tbody", {});
  laboratory.watch(() => {
    const config = presets[laboratory.preset]!;
    body.replaceChildren(...parameters.flatMap((path) => row(path, config)));
  });
  return h("table", {}, h("caption", { className: "unseen" }, say("lesson.parameters")), body);
}

function row(path: string, config: RunConfigInput): HTMLElement[] {
  const value = valueAt(config, path);
  if (value === undefined) return [];
  return [
    h(
      "tr",
      {},
      h("th", { scope: "row" }, say(`key.${path}` as LessonKey)),
      h("td", {}, formatValue(value, formatNumber)),
      h("td", {}, h("code", {}, path)),
    ),
  ];
}
