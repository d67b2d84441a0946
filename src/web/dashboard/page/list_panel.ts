/** The list of runs: which there are, how they are, and which are compared. @module */
import { h } from "../../page/dom.ts";
import { formatNumber } from "../../page/texts.ts";
import type { RunInfo } from "../protocol.ts";
import type { Board } from "./board.ts";
import { isDark, lineStyle, onTheme } from "./colors.ts";
import { shareDone, statusMark } from "./status_mark.ts";
import { countOf, texts } from "./texts.ts";

/** Rows that are shown at once. */
const mostRows = 400;

/** A row and the run that it shows, as it was when it was drawn. */
interface Row {
  readonly element: HTMLLIElement;
  readonly tick: HTMLInputElement;
  readonly swatch: HTMLElement;
  readonly run: RunInfo;
}

/** Shows the list in `root`. */
export function mountList(root: HTMLElement, board: Board): void {
  const search = h("input", { type: "search", placeholder: texts.search, "aria-label": texts.search });
  const list = h("div", { className: "runs" });
  const rows = new Map<number, Row>();
  let shown = "";
  search.addEventListener("input", draw);
  root.append(search, list);
  board.onChange(draw);
  onTheme(draw);

  function draw(): void {
    if (board.folder === undefined) return;
    const fitting = board.runs.filter((run) => fits(run, search.value));
    const visible = fitting.slice(0, mostRows);
    const groups = Map.groupBy(visible, groupOf);
    for (const run of visible) drawRow(run);
    const order = JSON.stringify([
      [...groups].map(([name, runs]) => [name, runs.map(({ key }) => key)]),
      fitting.length,
    ]);
    if (order !== shown || visible.length === 0) drawGroups(groups, fitting.length - visible.length);
    shown = order;
    for (const { run, tick, swatch, element } of rows.values()) {
      tick.checked = board.selection.has(run.name);
      const { color } = lineStyle(board.selection.slot(run.name), isDark());
      swatch.style.background = tick.checked ? color : "";
      element.toggleAttribute("data-opened", board.opened === run.name);
    }
  }

  function drawGroups(groups: ReadonlyMap<string, readonly RunInfo[]>, more: number): void {
    const parts: Node[] = [...groups].map(([name, runs]) => {
      const items = h("ul", {}, ...runs.map(({ key }) => rows.get(key)!.element));
      return h("section", {}, ...name === "" ? [] : [groupHead(name, runs)], items);
    });
    if (groups.size === 0) {
      parts.push(h("p", { className: "nothing" }, board.runs.length === 0 ? texts.noRuns : texts.noneFound));
    }
    if (more > 0) parts.push(h("p", { className: "nothing" }, texts.more(more)));
    list.replaceChildren(...parts);
  }

  function groupHead(name: string, runs: readonly RunInfo[]): HTMLElement {
    const names = runs.map(({ name }) => name);
    const button = (text: string, isChosen: boolean) =>
      h("button", { type: "button", className: "link", onclick: () => board.choose(names, isChosen) }, text);
    return h(
      "div",
      { className: "group" },
      h("h2", { title: name }, name),
      h("span", {}, countOf(runs.length, "run")),
      button(texts.all, true),
      button(texts.none, false),
    );
  }

  function drawRow(run: RunInfo): void {
    const known = rows.get(run.key);
    if (known?.run === run) return;
    const row = makeRow(run);
    if (known) {
      const hadFocus = known.element.contains(document.activeElement);
      const [index] = [...known.element.querySelectorAll("input, button")].flatMap((each, i) =>
        each === document.activeElement ? [i] : []
      );
      known.element.replaceWith(row.element);
      if (hadFocus) row.element.querySelectorAll<HTMLElement>("input, button")[index ?? 0]?.focus();
    }
    rows.set(run.key, row);
  }

  function makeRow(run: RunInfo): Row {
    const name = run.name.split("/").at(-1) || board.folder!;
    const tick = h("input", { type: "checkbox", "aria-label": texts.inChart(run.name) });
    tick.addEventListener("change", () => board.choose([run.name], tick.checked));
    const swatch = h("i", {});
    const about = [run.environment, run.algorithm, run.seed === undefined ? undefined : `seed ${run.seed}`];
    const best = h(
      "b",
      { title: texts.bestEvaluation },
      run.best === undefined ? "" : formatNumber(run.best, 3),
    );
    const open = h(
      "button",
      {
        type: "button",
        className: "open",
        onclick: () => location.hash = `/run/${encodeURIComponent(run.name)}`,
      },
      h("span", { className: "named", title: run.name }, name),
      h("span", { className: "about" }, about.filter((text) => text !== undefined).join(" · ")),
      h("span", { className: "result" }, statusMark(run), best),
    );
    const share = run.status === "running" ? shareDone(run) : undefined;
    const bar = share === undefined ? [] : [h("progress", { value: share, "aria-label": texts.done })];
    const element = h("li", {}, h("label", { className: "pick" }, tick, swatch), open, ...bar);
    return { element, tick, swatch, run };
  }
}

/** The folder that runs share, or their sweep. */
function groupOf({ name, sweep }: RunInfo): string {
  return sweep ?? name.split("/").slice(0, -1).join("/");
}

function fits(run: RunInfo, search: string): boolean {
  const { name, preset, environment, algorithm, seed, status } = run;
  const text = `${name} ${preset} ${environment} ${algorithm} seed ${seed} ${status}`.toLowerCase();
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
