/** One run: what it is, its curves, pictures and files. @module */
import { h } from "../../page/dom.ts";
import type { RunInfo } from "../protocol.ts";
import type { Board } from "./board.ts";
import { isDark, lineStyle } from "./colors.ts";
import type { ShownCurve } from "./curve_store.ts";
import { LineChart } from "./line_chart.ts";
import { chartsOf, type MetricChoice, metricId, namesOf } from "./metrics.ts";
import { actionsOf, configOf, picturesOf } from "./run_files.ts";
import { headOf } from "./run_head.ts";
import { texts } from "./texts.ts";

const height = 150;

/** Points that can be marked without becoming a line of their own. */
const mostMarks = 100;

const nothing: ShownCurve = { x: [], y: [], low: [], high: [] };

/** Shows the run that is opened in `root`. */
export function mountRun(root: HTMLElement, board: Board): void {
  let shown: { readonly name: string; readonly draw: (run: RunInfo) => void } | undefined;
  board.onChange(() => {
    const name = board.opened;
    const run = name === undefined ? undefined : board.find(name);
    root.hidden = name === undefined;
    if (name === undefined) shown = undefined;
    else if (!run) {
      shown = undefined;
      if (board.folder !== undefined) {
        root.replaceChildren(back(), h("p", { className: "nothing" }, texts.gone));
      }
    } else {
      if (shown?.name !== name) shown = { name, draw: makeRun(root, board, run) };
      shown.draw(run);
    }
  });
}

function back(): HTMLElement {
  return h("a", { href: "#/", className: "back" }, `← ${texts.back}`);
}

/** Puts the parts of a run into `root`. Gives what draws it as it is. */
function makeRun(root: HTMLElement, board: Board, { name }: RunInfo): (run: RunInfo) => void {
  const head = h("section", { className: "card head" });
  const charts = new Map<string, LineChart>();
  const curves = h("section", { className: "charts", "aria-label": texts.curves });
  const pictures = h("section", { className: "pictures", "aria-label": texts.pictures });
  root.replaceChildren(back(), head, curves, pictures);
  let drawn: RunInfo | undefined;
  let listed = "";
  return (run) => {
    if (run !== drawn) {
      head.replaceChildren(...headOf(run, name || board.folder!), actionsOf(run));
    }
    drawn = run;
    drawCurves(run);
    const files = JSON.stringify(run.files);
    if (files !== listed) pictures.replaceChildren(...picturesOf(run), configOf(run));
    listed = files;
  };

  function drawCurves(run: RunInfo): void {
    for (const choice of chartsOf(run)) {
      const curve = () => shownCurve(board, board.find(name) ?? run, choice);
      if (curve().x.length === 0) continue;
      const id = metricId(choice);
      if (!charts.has(id)) charts.set(id, makeChart(choice, curve));
      charts.get(id)!.show({ label: `${choice.label} over ${choice.over[0]}` });
    }
  }

  function makeChart({ label, meaning, isSparse }: MetricChoice, curve: () => ShownCurve): LineChart {
    const title = h("figcaption", {}, h("h3", {}, label), h("p", { className: "meaning" }, meaning));
    const figure = h("figure", { className: "chart" }, title);
    curves.append(figure);
    const lines = () => {
      const shown = curve();
      const isMarked = isSparse && shown.x.length < mostMarks;
      return [{ ...shown, label, style: lineStyle(0, isDark()), width: 1.5, isMarked }];
    };
    return new LineChart(figure, texts.noData, { height, lines });
  }
}

/** What a chart shows of a run: values, amid the least and the greatest where it has these. */
function shownCurve(board: Board, run: RunInfo, choice: MetricChoice): ShownCurve {
  const [middle = nothing, low, high] = namesOf(choice).map((name) => board.curve(run, name));
  const isSame = low?.x.length === middle.x.length && high?.x.length === middle.x.length;
  return isSame && middle.low.length === 0 ? { ...middle, low: low!.y, high: high!.y } : middle;
}
