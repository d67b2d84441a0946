/** The curves of the chosen runs in one chart. @module */
import { h } from "../../page/dom.ts";
import type { Board } from "./board.ts";
import { comparedLines, hasSeeds } from "./lines.ts";
import { LineChart } from "./line_chart.ts";
import { type MetricChoice, metricChoices, metricId } from "./metrics.ts";
import { texts } from "./texts.ts";

const height = 360;

/** Shows the chart in `root`. */
export function mountComparison(root: HTMLElement, board: Board): void {
  let choices: readonly MetricChoice[] = [];
  const metric = h("select", {
    id: "metric",
    onchange: () => {
      const chosen = choices.find((choice) => metricId(choice) === metric.value);
      if (chosen) board.draw({ metric: chosen });
    },
  });
  const over = h("select", { id: "over", onchange: () => board.draw({ over: over.value }) });
  const smoothing = h("input", {
    id: "smoothing",
    type: "range",
    min: "0",
    max: "0.99",
    step: "0.01",
    value: "0",
  });
  smoothing.addEventListener("input", () => board.draw({ smoothing: Number(smoothing.value) }));
  const logarithmic = h("input", { type: "checkbox" });
  logarithmic.addEventListener("change", () => board.draw({ isLogarithmic: logarithmic.checked }));
  const seeds = seedChoice(board);
  const whole = h("button", { type: "button", onclick: () => board.showAll() }, texts.wholeRange);
  const meaning = h("p", { className: "meaning" });
  root.append(
    h(
      "div",
      { className: "controls" },
      pair("metric", texts.metric, metric),
      pair("over", texts.over, over),
      pair("smoothing", texts.smoothing, smoothing),
      h("label", { className: "check" }, logarithmic, texts.logarithmic),
      seeds,
      whole,
    ),
    meaning,
  );
  const chart = new LineChart(root, texts.noData, {
    height,
    lines: () => comparedLines(board),
    onRange: (range) => board.draw({ range }),
    onPoint: (x) => board.pointAt(x),
    onLine: (label) => board.stress(label),
  });
  board.onChange(draw);

  function draw(): void {
    const { drawing: { metric: shown, over: axis, isLogarithmic, range }, chosen } = board;
    choices = metricChoices(chosen);
    fill(metric, choices.map((choice) => [metricId(choice), choice.label]), metricId(shown));
    fill(over, shown.over.map((name) => [name, name]), axis);
    meaning.textContent = chosen.length === 0 ? texts.chooseRuns : `${shown.meaning}. ${texts.zoomHint}`;
    seeds.hidden = !hasSeeds(board);
    whole.hidden = !range;
    chart.show({ label: `${shown.label} over ${axis} of ${chosen.length} runs`, isLogarithmic, range });
    chart.stress(board.stressed);
  }
}

function seedChoice(board: Board): HTMLElement {
  const option = (text: string, isTogether: boolean) => {
    const input = h("input", { type: "radio", name: "seeds", checked: !isTogether });
    input.addEventListener("change", () => board.draw({ isTogether }));
    return h("label", {}, input, h("span", {}, text));
  };
  return h(
    "div",
    { className: "choice", role: "radiogroup", "aria-label": texts.seedsAre },
    option(texts.each, false),
    option(texts.together, true),
  );
}

/** A control and its name, which stay together. */
function pair(id: string, text: string, control: HTMLElement): HTMLElement {
  return h("span", { className: "pair" }, h("label", { for: id }, text), control);
}

/** Fills a select, unless that is what it has. */
function fill(
  select: HTMLSelectElement,
  options: readonly (readonly [value: string, text: string])[],
  value: string,
): void {
  const found = [...select.options].map((option) => option.value);
  if (JSON.stringify(found) !== JSON.stringify(options.map(([name]) => name))) {
    select.replaceChildren(...options.map(([value, text]) => h("option", { value }, text)));
  }
  if (select.value !== value) select.value = value;
}
