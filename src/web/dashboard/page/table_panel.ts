/** The chosen runs side by side: what came of them, and what differs in their configs. @module */
import { h } from "../../page/dom.ts";
import { formatCompact, formatNumber } from "../../page/texts.ts";
import type { RunInfo } from "../protocol.ts";
import type { Board } from "./board.ts";
import { valueAt } from "./curve_store.ts";
import { type ComparedLine, comparedLines, differingKeys } from "./lines.ts";
import { statusMark } from "./status_mark.ts";
import { texts } from "./texts.ts";

/** What a column shows of a line. */
interface Column {
  readonly name: string;
  readonly isNumber: boolean;
  readonly show: (line: ComparedLine) => Node | string;
  /** What rows are sorted by. */
  readonly worth: (line: ComparedLine) => number | string;
}

/** Shows the table in `root`. Gives what takes the x that somebody points at in the chart. */
export function mountTable(root: HTMLElement, board: Board): (x: number | undefined) => void {
  const head = h("tr", {});
  const body = h("tbody", {});
  const title = h("h2", {}, texts.compared);
  const table = h("table", {}, h("thead", {}, head), body);
  root.append(
    title,
    h("p", { className: "meaning" }, texts.whatDiffers),
    h("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": texts.compared }, table),
  );
  let point: number | undefined;
  let sorted: { readonly name: string; readonly sign: 1 | -1 } | undefined;
  board.onChange(draw);

  function draw(): void {
    const lines = comparedLines(board);
    root.hidden = lines.length === 0;
    const columns = columnsOf(board, point);
    const focused = head.contains(document.activeElement)
      ? [...head.children].findIndex((cell) => cell.contains(document.activeElement))
      : -1;
    head.replaceChildren(...columns.map(headOf));
    if (focused >= 0) head.children[focused]?.querySelector("button")?.focus();
    const by = columns.find(({ name }) => name === sorted?.name);
    const rows = by ? lines.toSorted((a, b) => sorted!.sign * compare(by.worth(a), by.worth(b))) : lines;
    body.replaceChildren(
      ...rows.map((line) =>
        h(
          "tr",
          {},
          ...columns.map(({ show, isNumber }, i) =>
            h(i === 0 ? "th" : "td", {
              className: isNumber ? "number" : "",
              ...i === 0 ? { scope: "row" } : {},
            }, show(line))
          ),
        )
      ),
    );
  }

  function headOf({ name, isNumber }: Column): HTMLElement {
    const isSorted = sorted?.name === name;
    const button = h("button", {
      type: "button",
      className: "link",
      onclick: () => {
        sorted = isSorted && sorted!.sign === (isNumber ? 1 : -1)
          ? undefined
          : { name, sign: isSorted ? (-sorted!.sign as 1 | -1) : isNumber ? -1 : 1 };
        draw();
      },
    }, name);
    const cell = h("th", { className: isNumber ? "number" : "", scope: "col" }, button);
    if (isSorted) cell.setAttribute("aria-sort", sorted!.sign === 1 ? "ascending" : "descending");
    return cell;
  }

  return (x) => {
    if (x === point) return;
    point = x;
    draw();
  };
}

function columnsOf(board: Board, point: number | undefined): Column[] {
  const number = (
    name: string,
    worth: (line: ComparedLine) => number | undefined,
    format = (value: number) => formatNumber(value, 4),
  ): Column => ({
    name,
    isNumber: true,
    worth: (line) => worth(line) ?? -Infinity,
    show: (line) => {
      const value = worth(line);
      return value === undefined ? "" : format(value);
    },
  });
  return [
    {
      name: board.drawing.isTogether ? texts.configuration : texts.run,
      isNumber: false,
      worth: ({ label }) => label,
      show: nameOf,
    },
    {
      name: texts.status,
      isNumber: false,
      worth: ({ runs }) => runs[0]!.status,
      show: ({ runs }) => statuses(runs),
    },
    number(
      point === undefined ? texts.latest : `at ${formatCompact(point)}`,
      (line) => point === undefined ? line.latest ?? line.y.at(-1) : valueAt(line, point),
    ),
    number(texts.best, ({ runs }) => meanOf(runs, ({ best }) => best)),
    number(texts.final, ({ runs }) => meanOf(runs, ({ evaluation }) => evaluation?.mean)),
    number(texts.steps, ({ runs }) => meanOf(runs, ({ progress }) => progress?.step), formatCompact),
    ...differingKeys(board).map((name, i): Column => ({
      name,
      isNumber: false,
      worth: ({ values }) => Number.isNaN(Number(values[i] || NaN)) ? values[i] ?? "" : Number(values[i]),
      show: ({ values }) => plain(values[i] ?? ""),
    })),
  ];
}

function nameOf({ label, style, runs }: ComparedLine): Node {
  const swatch = h("i", { className: "line" });
  swatch.style.borderTopColor = style.color;
  swatch.style.borderTopStyle = style.dash.length > 0 ? "dashed" : "solid";
  const [run] = runs as [RunInfo];
  const text = runs.length > 1 ? `${label} (${runs.length})` : label || run.name;
  const name = runs.length > 1
    ? h("span", {}, text)
    : h("a", { href: `#/run/${encodeURIComponent(run.name)}` }, text);
  return h("span", { className: "name" }, swatch, name);
}

function statuses(runs: readonly RunInfo[]): Node {
  const found = Map.groupBy(runs, ({ status }) => status);
  const marks = [...found].map(([status, of]) =>
    statusMark({ status, reason: of.map(({ reason }) => reason).join("; ") })
  );
  return h("span", { className: "marks" }, ...marks);
}

/** A value of a config as people write it. */
function plain(json: string): string {
  return json.startsWith('"') ? JSON.parse(json) : json;
}

function meanOf(runs: readonly RunInfo[], value: (run: RunInfo) => number | undefined): number | undefined {
  const values = runs.map(value).filter((each) => each !== undefined);
  return values.length === 0 ? undefined : values.reduce((sum, each) => sum + each) / values.length;
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return `${a}` < `${b}` ? -1 : 1;
}
