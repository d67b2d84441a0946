/** The curve of one agent among those of the others: one of the small multiples. @module */
import { h } from "../dom.ts";
import { fitted, styleOf } from "../inside/picture.ts";
import type { History } from "../history.ts";
import { formatNumber, t } from "../texts.ts";
import { type TeamCurves, valueOf } from "./curves.ts";

/** Pixels between the curves and the edges. */
const margin = 5;

/** How a {@linkcode Multiple} is shown. */
export interface MultipleOptions {
  /** What sets the agent apart. */
  readonly label: string;
  /** Called when the agent is chosen. */
  readonly turnTo: () => void;
}

/** A button that shows the curve of an agent, and turns to that agent. */
export class Multiple {
  /** What the page shows. */
  readonly root: HTMLButtonElement;
  readonly #curves: TeamCurves;
  readonly #member: number;
  readonly #canvas = h("canvas", { ariaHidden: "true" });
  readonly #value = h("b", {}, "\u00a0");
  readonly #best = h("span", { className: "badge", hidden: true }, t("team.best"));

  /** Shows nothing yet. */
  constructor(curves: TeamCurves, member: number, { label, turnTo }: MultipleOptions) {
    this.#curves = curves;
    this.#member = member;
    const name = h("span", { className: "name" }, label);
    const head = h("span", { className: "head" }, name, this.#best, this.#value);
    this.root = h("button", { type: "button", className: "multiple", onclick: turnTo }, head, this.#canvas);
    new ResizeObserver(() => this.draw()).observe(this.#canvas);
  }

  /** Tells how it does. @param is Whether it is the best, and whether it is the one that is shown. */
  show(is: { readonly best: boolean; readonly shown: boolean }): void {
    const { name, latest, end } = this.#curves.members[this.#member]!;
    const number = (value: number | undefined) => value === undefined ? "-" : formatNumber(value, 3);
    const values = {
      name,
      step: latest.step,
      return: number(latest.return),
      evaluation: number(latest.evaluation),
    };
    this.#value.textContent = number(latest.return);
    this.#best.hidden = !is.best;
    this.root.ariaPressed = `${is.shown}`;
    this.root.classList.toggle("failed", end?.failed ?? false);
    const label = t("team.member", { ...values, step: formatNumber(latest.step) });
    this.root.title = [label, end?.reason ?? ""].filter((part) => part).join(", "); // Read out behind what is seen.
    this.draw();
  }

  /** Draws it anew. */
  draw(): void {
    const { ranges, members } = this.#curves;
    const context = fitted(this.#canvas);
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    context.clearRect(0, 0, width, height);
    if (!ranges) return;
    const { steps: [, last], values: [least, most] } = ranges;
    const x = (step: number) => margin + step / last * (width - 2 * margin);
    const y = (value: number) => height - margin - (value - least) / (most - least) * (height - 2 * margin);

    function line(history: History, color: string, size: number): void {
      context.beginPath();
      for (const row of history.rows) context.lineTo(x(row.step), y(valueOf(row)));
      context.strokeStyle = styleOf(color);
      context.lineWidth = size;
      context.stroke();
    }

    context.lineJoin = "round";
    for (const [i, { returns }] of members.entries()) {
      if (i !== this.#member) line(returns, "--return-faint", 1);
    }
    const own = members[this.#member]!;
    line(own.evaluations, "--evaluation", 1);
    line(own.returns, "--return", 2);
    context.fillStyle = styleOf("--evaluation");
    for (const row of own.evaluations.rows) {
      context.beginPath();
      context.arc(x(row.step), y(valueOf(row)), 2, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
