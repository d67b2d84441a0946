/** Runs side by side: a worker each, and their curves in one chart. @module */
import { isDark, lineStyle, onTheme } from "../dashboard/page/colors.ts";
import { type Line, LineChart } from "../dashboard/page/line_chart.ts";
import { h, onNextFrame } from "../page/dom.ts";
import { describeEnd } from "../page/end_reasons.ts";
import { History } from "../page/history.ts";
import { type Choice, PageSession } from "../page/session.ts";
import { formatNumber, t } from "../page/texts.ts";
import type { Curve } from "./lesson.ts";
import { say } from "./texts.ts";

/** What is compared. */
export interface Compared {
  readonly runs: readonly NamedRun[];
  readonly curve: Curve;
}

/** One run of them. */
export interface NamedRun {
  readonly label: string;
  readonly choice: Choice;
  /** Steps per second at most; as many as it can where undefined. */
  readonly pace: number | undefined;
}

const height = 190;

/** Trains runs at once, as fast as they go, and shows how far each has come. */
export class Comparison {
  readonly #runs: readonly ComparedRun[];
  readonly #chart: LineChart;
  readonly #curve: Curve;

  /** Begins at once, in `root`. */
  constructor(root: HTMLElement, { runs, curve }: Compared) {
    const draw = onNextFrame(() => this.#draw());
    this.#curve = curve;
    this.#runs = runs.map((run, i) => new ComparedRun(run, { curve, number: i, draw }));
    const frame = h("div", {});
    root.replaceChildren(
      h("p", { className: "axis" }, say(`compare.${curve}`)),
      frame,
      h("ul", { className: "runs" }, ...this.#runs.map(({ row }) => row)),
    );
    this.#chart = new LineChart(frame, say("compare.empty"), {
      height,
      lines: () => this.#runs.map(({ line }) => line),
    });
    onTheme(draw);
    this.#draw();
    for (const run of this.#runs) run.train();
  }

  /** Ends the runs; what they have shown stays. */
  close(): void {
    for (const run of this.#runs) run.close();
  }

  #draw(): void {
    this.#chart.show({ label: say(`compare.${this.#curve}`) });
    for (const run of this.#runs) run.paint();
  }
}

interface ComparedRunOptions {
  readonly curve: Curve;
  readonly number: number;
  readonly draw: () => void;
}

/** One of them: its session, its curve and its row. */
class ComparedRun {
  /** Its mark, its name, its latest value and how it does. */
  readonly row: HTMLElement;
  readonly #label: string;
  readonly #number: number;
  readonly #session: PageSession;
  readonly #points = new History(400);
  readonly #mark = h("i", {});
  readonly #value = h("b", {}, "");
  readonly #state = h("span", {}, t("status.opening"));

  constructor({ label, choice, pace }: NamedRun, { curve, number, draw }: ComparedRunOptions) {
    this.#label = label;
    this.#number = number;
    this.row = h("li", {}, this.#mark, h("span", {}, label), this.#value, this.#state);
    const session = this.#session = new PageSession(choice);
    session.watch({ shown: false });
    session.pace(pace);
    const add = (step: number, value: number | undefined) => {
      if (value === undefined) return;
      this.#points.add({ step, value });
      this.#value.textContent = formatNumber(value, 3);
      draw();
    };
    session.on("progress", ({ point, progress }) => {
      if (curve === "meanQ") add(progress.step, point?.meanQ);
      this.#tell(t("budget.steps", { count: formatNumber(progress.step) }));
    });
    session.on("evaluation", ({ step, evaluation }) => {
      if (curve === "evaluation") add(step, evaluation.mean);
      if (curve === "winRate") add(step, evaluation.winRate);
    });
    session.on("status", ({ status, reason = "" }) => {
      if (status === "ended") this.#tell(t("status.ended", { reason: describeEnd(reason) }));
    });
    session.on("failed", ({ message }) => {
      this.row.classList.add("failed");
      this.#tell(message);
    });
  }

  /** Its curve in the colours of the page. */
  get line(): Line {
    const [steps, values] = this.#points.columns(["value"]);
    const style = lineStyle(this.#number, isDark());
    return {
      label: this.#label,
      style,
      width: 2,
      isMarked: steps!.length < 60,
      x: steps as number[],
      y: values as number[],
      low: [],
      high: [],
    };
  }

  /** Colours its mark. */
  paint(): void {
    this.#mark.style.background = lineStyle(this.#number, isDark()).color;
  }

  train(): void {
    this.#session.train();
  }

  close(): void {
    this.#session.close();
  }

  #tell(text: string): void {
    this.#state.textContent = text;
  }
}
