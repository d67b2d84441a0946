/** A run in the list. @module */
import { h } from "../../page/dom.ts";
import { formatNumber } from "../../page/texts.ts";
import type { RunInfo } from "../protocol.ts";
import type { Board } from "./board.ts";
import { isDark, lineStyle } from "./colors.ts";
import { slotOf } from "./lines.ts";
import { shareDone, showStatus } from "./status_mark.ts";
import { texts } from "./texts.ts";

/** A row, which stays the same element whatever becomes of the run: nobody's click or focus is lost. */
export class ListRow {
  readonly element: HTMLLIElement;
  readonly #board: Board;
  readonly #tick = h("input", { type: "checkbox" });
  readonly #swatch = h("i", {});
  readonly #name = h("span", { className: "named" });
  readonly #about = h("span", { className: "about" });
  readonly #status = h("span", { className: "mark" });
  readonly #best = h("b", { title: texts.bestEvaluation });
  readonly #bar = h("progress", { "aria-label": texts.done, hidden: true });
  #run: RunInfo | undefined;

  /** Shows nothing yet. */
  constructor(board: Board) {
    this.#board = board;
    this.#tick.addEventListener("change", () => board.choose([this.#run!.name], this.#tick.checked));
    const open = h(
      "button",
      {
        type: "button",
        className: "open",
        onclick: () => location.hash = `/run/${encodeURIComponent(this.#run!.name)}`,
      },
      this.#name,
      this.#about,
      h("span", { className: "result" }, this.#status, this.#best),
    );
    this.element = h("li", {}, h("label", { className: "pick" }, this.#tick, this.#swatch), open, this.#bar);
  }

  /** Shows a run as it is. */
  draw(run: RunInfo): void {
    const { selection, opened } = this.#board;
    if (run !== this.#run) this.#tell(run);
    this.#run = run;
    this.#tick.checked = selection.has(run.name);
    const { color } = lineStyle(slotOf(this.#board, run), isDark());
    this.#swatch.style.background = this.#tick.checked ? color : "";
    this.element.toggleAttribute("data-opened", opened === run.name);
  }

  #tell(run: RunInfo): void {
    const { name, environment, algorithm, seed, status, best } = run;
    const about = [environment, algorithm, seed === undefined ? undefined : `seed ${seed}`];
    const share = status === "running" ? shareDone(run) : undefined;
    this.#tick.setAttribute("aria-label", texts.inChart(name));
    this.#name.textContent = name.split("/").at(-1) || this.#board.folder!;
    this.#name.title = name;
    this.#about.textContent = about.filter((text) => text !== undefined).join(" · ");
    this.#best.textContent = best === undefined ? "" : formatNumber(best, 3);
    showStatus(this.#status, run);
    this.#bar.hidden = share === undefined;
    this.#bar.value = share ?? 0;
  }
}
