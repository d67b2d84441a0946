/** The chosen runs side by side: what came of them, and what differs in their configs. @module */
import { h } from "../../page/dom.ts";
import type { Board } from "./board.ts";
import { type ComparedLine, comparedLines } from "./lines.ts";
import { type Column, columnsOf } from "./table_columns.ts";
import { texts } from "./texts.ts";

/** What rows are in the order of: a column, from its least or its greatest. */
interface Order {
  readonly name: string;
  readonly direction: "ascending" | "descending";
}

/** A row, which stays where it is and as it is while what it shows does. */
interface Row {
  readonly element: HTMLTableRowElement;
  readonly cells: { readonly cell: HTMLElement; text: string }[];
}

/** Shows the table in `root`. */
export function mountTable(root: HTMLElement, board: Board): void {
  const head = h("tr", {});
  const body = h("tbody", {});
  const table = h("table", {}, h("thead", {}, head), body);
  root.append(
    h("h2", {}, texts.compared),
    h("p", { className: "meaning" }, texts.whatDiffers),
    h("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": texts.compared }, table),
  );
  const rows = new Map<string, Row>();
  let order: Order | undefined;
  let headed = "";
  body.addEventListener("pointerleave", () => board.stress(undefined));
  board.onChange(draw);

  function draw(): void {
    const lines = comparedLines(board);
    root.hidden = lines.length === 0 || board.opened !== undefined;
    if (root.hidden) return;
    const columns = columnsOf(board);
    const kinds = columns.map(({ name, isNumber }) => ({ name, isNumber }));
    drawHead(columns, JSON.stringify([kinds, order]));
    const sorted = inOrder(lines, columns, order);
    const elements = sorted.map((line) => drawRow(line, columns));
    if (
      elements.some((element, i) => body.children[i] !== element) || body.children.length !== elements.length
    ) {
      body.replaceChildren(...elements);
    }
    const shown = new Set(lines.map(({ label }) => label));
    for (const label of rows.keys()) if (!shown.has(label)) rows.delete(label);
  }

  function drawHead(columns: readonly Column[], next: string): void {
    if (next === headed) return;
    headed = next;
    const focused = [...head.children].findIndex((cell) => cell.contains(document.activeElement));
    head.replaceChildren(...columns.map(headOf));
    if (focused >= 0) head.children[focused]?.querySelector("button")?.focus();
  }

  function headOf(column: Column): HTMLElement {
    const { name, isNumber } = column;
    const sort = () => {
      order = nextOrder(order, column);
      draw();
    };
    const button = h("button", { type: "button", className: "link", onclick: sort }, name);
    const cell = h("th", { className: isNumber ? "number" : "", scope: "col" }, button);
    if (order?.name === name) cell.setAttribute("aria-sort", order.direction);
    return cell;
  }

  function drawRow(line: ComparedLine, columns: readonly Column[]): HTMLTableRowElement {
    const { label } = line;
    const known = rows.get(label);
    const row = known?.cells.length === columns.length ? known : makeRow(label, columns);
    rows.set(label, row);
    for (const [i, { text, show, isNumber }] of columns.entries()) {
      const cell = row.cells[i]!;
      const next = text(line);
      cell.cell.classList.toggle("number", isNumber);
      if (cell.text === next) continue;
      cell.text = next;
      cell.cell.replaceChildren(show ? show(line) : next);
    }
    row.element.toggleAttribute("data-stressed", board.stressed === label);
    return row.element;
  }

  function makeRow(label: string, columns: readonly Column[]): Row {
    const cells = columns.map((_, i) => ({
      cell: i === 0 ? h("th", { scope: "row" }) : h("td", {}),
      text: "",
    }));
    const element = h("tr", {}, ...cells.map(({ cell }) => cell));
    element.addEventListener("pointerenter", () => board.stress(label));
    return { element, cells };
  }
}

/** From the best of numbers, from the first of names; then the other way round; then no longer. */
function nextOrder(order: Order | undefined, { name, isNumber }: Column): Order | undefined {
  const [first, second] = isNumber
    ? ["descending", "ascending"] as const
    : ["ascending", "descending"] as const;
  if (order?.name !== name) return { name, direction: first };
  return order.direction === first ? { name, direction: second } : undefined;
}

function inOrder(
  lines: readonly ComparedLine[],
  columns: readonly Column[],
  order: Order | undefined,
): readonly ComparedLine[] {
  const column = columns.find(({ name }) => name === order?.name);
  if (!column) return lines;
  const sign = order!.direction === "ascending" ? 1 : -1;
  return lines.toSorted((a, b) => sign * compare(column.worth(a), column.worth(b)));
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b || 0;
  return `${a}` < `${b}` ? -1 : 1;
}
