/** Schedules of epsilon, drawn without training. @module */
import { type Schedule, scheduleValue } from "../../core/schedule.ts";
import { isDark, lineStyle, onTheme } from "../dashboard/page/colors.ts";
import { LineChart } from "../dashboard/page/line_chart.ts";
import { h } from "../page/dom.ts";
import { formatNumber } from "../page/texts.ts";
import type { Compared } from "./comparison.ts";
import { valueAt } from "./lesson.ts";
import { say } from "./texts.ts";

/** Episodes over which they are drawn. */
const episodes = 1000;

/** Draws epsilon over episodes for each of the runs, in `root`. */
export function drawDecays(root: HTMLElement, { runs }: Compared): void {
  const counts = Array.from({ length: episodes + 1 }, (_, i) => i);
  const curves = runs.map(({ label, choice }) => {
    const schedule = valueAt(choice.config, "agent.exploration") as Schedule;
    return {
      label,
      y: counts.map((count) => scheduleValue(schedule, { steps: 0, updates: 0, episodes: count })),
    };
  });
  const frame = h("div", {});
  const marks = runs.map(() => h("i", {}));
  root.replaceChildren(
    h("p", { className: "axis" }, say("compare.epsilon")),
    frame,
    h(
      "ul",
      { className: "runs" },
      ...curves.map(({ label, y }, i) =>
        h("li", {}, marks[i]!, h("span", {}, label), h("b", {}, formatNumber(y.at(-1)!, 3)))
      ),
    ),
  );
  const lines = () =>
    curves.map(({ label, y }, i) => ({
      label,
      style: lineStyle(i, isDark()),
      width: 2,
      isMarked: false,
      x: counts,
      y,
      low: [],
      high: [],
    }));
  const chart = new LineChart(frame, "", { height: 190, lines });
  const paint = () => {
    chart.show({ label: say("compare.epsilon") });
    marks.forEach((mark, i) => mark.style.background = lineStyle(i, isDark()).color);
  };
  onTheme(paint);
  paint();
}
