/** The list of runs: which there are, how they are, and which are compared. @module */
import { h } from "../../page/dom.ts";
import type { RunInfo } from "../protocol.ts";
import type { Board } from "./board.ts";
import { onTheme } from "./colors.ts";
import { ListRow } from "./list_row.ts";
import { countOf, texts } from "./texts.ts";

/** Rows that are shown at once. */
const mostRows = 400;

/** Runs that are chosen at once. */
const mostChosen = 100;

/** Shows the list in `root`. */
export function mountList(root: HTMLElement, board: Board): void {
  const search = h("input", { type: "search", placeholder: texts.search, "aria-label": texts.search });
  const chosen = h("span", {});
  const list = h("div", { className: "runs" });
  const rows = new Map<number, ListRow>();
  let fitting: readonly RunInfo[] = [];
  let shown = "";
  const head = h("div", { className: "group" }, chosen, ...chooseButtons(() => fitting));
  search.addEventListener("input", draw);
  root.append(search, head, list);
  board.onChange(draw);
  onTheme(draw);

  function draw(): void {
    if (board.folder === undefined) return;
    fitting = board.runs.filter((run) => fits(run, search.value));
    chosen.textContent = texts.chosen(board.chosen.length, board.runs.length);
    const visible = fitting.slice(0, mostRows);
    const groups = Map.groupBy(visible, groupOf);
    for (const run of visible) {
      const row = rows.get(run.key) ?? new ListRow(board);
      rows.set(run.key, row);
      row.draw(run);
    }
    const keys = [...groups].map(([name, runs]) => [name, runs.map(({ key }) => key)]);
    const order = JSON.stringify([keys, fitting.length, board.runs.length === 0]);
    if (order !== shown) drawGroups(groups);
    shown = order;
  }

  function drawGroups(groups: ReadonlyMap<string, readonly RunInfo[]>): void {
    const parts: Node[] = [...groups].map(([name, runs]) => {
      const items = h("ul", {}, ...runs.map(({ key }) => rows.get(key)!.element));
      return h("section", {}, ...name === "" ? [] : [groupHead(name, runs)], items);
    });
    const more = fitting.length - mostRows;
    const said = more > 0
      ? texts.more(more)
      : fitting.length > 0
      ? undefined
      : board.runs.length > 0
      ? texts.noneFound
      : texts.noRuns;
    if (said !== undefined) parts.push(h("p", { className: "nothing" }, said));
    list.replaceChildren(...parts);
  }

  function groupHead(name: string, runs: readonly RunInfo[]): HTMLElement {
    return h(
      "div",
      { className: "group" },
      h("h2", { title: name }, name),
      h("span", {}, countOf(runs.length, "run")),
      ...chooseButtons(() => runs),
    );
  }

  function chooseButtons(runs: () => readonly RunInfo[]): HTMLElement[] {
    return [[texts.all, true] as const, [texts.none, false] as const].map(([text, isChosen]) => {
      const choose = () => {
        const names = runs().map(({ name }) => name);
        board.choose(isChosen ? names.slice(0, mostChosen) : names, isChosen);
      };
      return h("button", { type: "button", className: "link", onclick: choose }, text);
    });
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
