/** Curves of the run while it goes on. @module */
import uPlot from "npm:uplot@1.6.32";
import { h, onNextFrame } from "./dom.ts";
import { History } from "./history.ts";
import type { PageSession } from "./session.ts";
import { formatCompact, formatNumber, t } from "./texts.ts";
import { onTheme } from "./theme.ts";

/** A line of a chart: what it shows, and the property of the page's styles that has its colour. */
interface Line {
  readonly name: string;
  readonly label: string;
  readonly color: string;
  readonly width: number;
  /** Whether points are marked. */
  readonly points?: boolean;
}

const height = 116;

/** Shows the charts in `root`. */
export function mountCharts(root: HTMLElement, session: PageSession): void {
  /** Of each of the agents side by side. */
  const histories: { readonly points: History; readonly evaluations: History }[] = [];
  const of = (member: number) =>
    histories[member] ??= { points: new History(), evaluations: new History(400) };
  const charts = [
    new Chart(root, t("chart.return"), [
      { name: "return", label: t("chart.episode"), color: "--return-faint", width: 1 },
      { name: "return100", label: t("chart.return100"), color: "--return", width: 2 },
      { name: "evaluation", label: t("chart.evaluation"), color: "--evaluation", width: 1.5, points: true },
    ]),
    new Chart(root, t("chart.loss"), [{ name: "loss", label: t("chart.loss"), color: "--loss", width: 1.5 }]),
    new Chart(root, t("chart.meanQ"), [{ name: "meanQ", label: t("chart.meanQ"), color: "--q", width: 1.5 }]),
    new Chart(root, t("chart.epsilon"), [
      { name: "epsilon", label: t("chart.epsilon"), color: "--epsilon", width: 1.5 },
    ]),
  ];
  const draw = onNextFrame(() => {
    const { points, evaluations } = of(session.focused);
    for (const chart of charts) chart.show(points, evaluations);
  });
  session.on("progress", ({ member, point }) => {
    if (!point) return;
    of(member).points.add({ ...point });
    draw();
  });
  session.on("evaluation", ({ member, step, evaluation }) => {
    of(member).evaluations.add({ step, evaluation: evaluation.mean });
    draw();
  });
  session.on("focused", draw);
  session.on("fresh", () => {
    histories.length = 0;
    draw();
  });
  onTheme(() => charts.forEach((chart) => chart.paint()));
}

/** One chart with its title and the latest values of its lines. */
class Chart {
  readonly #frame: HTMLElement;
  readonly #lines: readonly Line[];
  readonly #values: readonly HTMLElement[];
  #plot: uPlot | undefined;
  #data: uPlot.AlignedData;

  constructor(root: HTMLElement, title: string, lines: readonly Line[]) {
    this.#lines = lines;
    this.#values = lines.map(() => h("b", {}, ""));
    this.#data = [[], ...lines.map(() => [])];
    const legend = lines.map(({ label, color }, i) => {
      const mark = h("i", {});
      mark.style.background = `var(${color})`;
      return h("span", {}, mark, lines.length > 1 ? `${label} ` : "", this.#values[i]!);
    });
    this.#frame = h("div", { className: "plot" });
    this.#frame.style.height = `${height}px`;
    root.append(
      h(
        "figure",
        { className: "chart" },
        h("figcaption", {}, h("h2", {}, title), h("p", { className: "legend" }, ...legend)),
        this.#frame,
      ),
    );
    new ResizeObserver(([entry]) => this.#fit(entry!.contentRect.width)).observe(this.#frame);
  }

  /** Shows the rows that there are. */
  show(points: History, evaluations: History): void {
    const own = this.#lines.filter(({ points }) => !points).map(({ name }) => name);
    const marked = this.#lines.filter(({ points }) => points).map(({ name }) => name);
    const tables = [points.columns(own) as uPlot.AlignedData];
    if (marked.length > 0) tables.push(evaluations.columns(marked) as uPlot.AlignedData);
    this.#data = tables.length > 1 ? uPlot.join(tables) : tables[0]!;
    this.#plot?.setData(this.#data);
    for (const [i, cell] of this.#values.entries()) {
      const values: ArrayLike<number | null | undefined> = this.#data[i + 1]!;
      const latest = Array.from(values).findLast((value) => typeof value === "number");
      cell.textContent = latest === undefined ? "" : formatNumber(latest!, 4);
    }
  }

  /** Draws it anew in the colours of the page. */
  paint(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#fit(this.#frame.clientWidth);
  }

  #fit(width: number): void {
    if (width < 40) return;
    if (this.#plot) this.#plot.setSize({ width, height });
    else this.#plot = new uPlot(this.#options(width), this.#data, this.#frame);
  }

  #options(width: number): uPlot.Options {
    const style = getComputedStyle(document.documentElement);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const axis: uPlot.Axis = {
      stroke: color("--muted"),
      grid: { stroke: color("--line"), width: 1 },
      ticks: { show: false },
      font: `12px ${style.fontFamily || "sans-serif"}`,
      gap: 4,
    };
    return {
      width,
      height,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 } },
      scales: { x: { time: false } },
      axes: [
        { ...axis, size: 24, values: (_, ticks) => ticks.map((tick) => formatCompact(tick)) },
        { ...axis, size: 48, values: (_, ticks) => ticks.map((tick) => formatNumber(tick, 3)) },
      ],
      series: [
        {},
        ...this.#lines.map(({ label, color: name, width, points }) => ({
          label,
          stroke: color(name),
          width,
          spanGaps: true,
          points: points ? { show: true, size: 5, fill: color(name) } : { show: false },
        })),
      ],
    };
  }
}
