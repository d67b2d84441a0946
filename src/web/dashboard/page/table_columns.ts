/** What the table tells of a line. @module */
import { h } from "../../page/dom.ts";
import { formatCompact, formatNumber } from "../../page/texts.ts";
import type { RunInfo } from "../protocol.ts";
import type { Board } from "./board.ts";
import { valueAt } from "./curve_store.ts";
import { type ComparedLine, differingKeys } from "./lines.ts";
import { statusMark } from "./status_mark.ts";
import { texts } from "./texts.ts";

/** A column. */
export interface Column {
  readonly name: string;
  readonly isNumber: boolean;
  /** The same for what looks the same. */
  readonly text: (line: ComparedLine) => string;
  /** What is shown; the text by default. */
  readonly show?: (line: ComparedLine) => Node;
  /** What rows are sorted by. */
  readonly worth: (line: ComparedLine) => number | string;
}

/** Name, status and results, and behind them the keys in which configs differ. */
export function columnsOf(board: Board): Column[] {
  const { point, drawing: { isTogether } } = board;
  const value = (line: ComparedLine) =>
    point === undefined ? line.latest ?? line.y.at(-1) : valueAt(line, point);
  return [
    {
      name: isTogether ? texts.configuration : texts.run,
      isNumber: false,
      text: ({ title, style, runs }) => JSON.stringify([title, style, runs.length]),
      show: nameOf,
      worth: ({ title }) => title,
    },
    {
      name: texts.status,
      isNumber: false,
      text: ({ runs }) => JSON.stringify(runs.map(({ status, reason }) => [status, reason])),
      show: ({ runs }) => statusesOf(runs),
      worth: ({ runs }) => runs[0]!.status,
    },
    numbers(point === undefined ? texts.latest : `at ${formatCompact(point)}`, value),
    numbers(texts.best, ({ runs }) => meanOf(runs, ({ best }) => best)),
    numbers(texts.final, ({ runs }) => meanOf(runs, ({ evaluation }) => evaluation?.mean)),
    numbers(texts.steps, ({ runs }) => meanOf(runs, ({ progress }) => progress?.step), formatCompact),
    ...differingKeys(board).map((name, i): Column => ({
      name,
      isNumber: false,
      text: ({ values }) => plain(values[i] ?? ""),
      worth: ({ values }) => numberOr(values[i] ?? ""),
    })),
  ];
}

function numbers(
  name: string,
  worth: (line: ComparedLine) => number | undefined,
  format = (value: number) => formatNumber(value, 4),
): Column {
  return {
    name,
    isNumber: true,
    text: (line) => {
      const value = worth(line);
      return value === undefined ? "" : format(value);
    },
    worth: (line) => worth(line) ?? -Infinity,
  };
}

function nameOf({ label, title, style, runs }: ComparedLine): Node {
  const mark = h("i", { className: "line" });
  mark.style.borderTopColor = style.color;
  mark.style.borderTopStyle = style.dash.length > 0 ? "dashed" : "solid";
  const [run] = runs as [RunInfo];
  const name = runs.length > 1
    ? h("span", { title: label }, `${title} (${runs.length})`)
    : h("a", { href: `#/run/${encodeURIComponent(run.name)}`, title: label }, title || texts.run);
  return h("span", { className: "name" }, mark, name);
}

function statusesOf(runs: readonly RunInfo[]): Node {
  const marks = [...Map.groupBy(runs, ({ status }) => status)].map(([status, alike]) => {
    const reasons = new Set(alike.map(({ reason }) => reason));
    return statusMark({ status, reason: [...reasons].join("; ") });
  });
  return h("span", { className: "marks" }, ...marks);
}

/** A value of a config as people write it. */
function plain(json: string): string {
  return json.startsWith('"') ? JSON.parse(json) : json;
}

function numberOr(json: string): number | string {
  const number = json === "" ? NaN : Number(json);
  return Number.isNaN(number) ? plain(json) : number;
}

function meanOf(
  runs: readonly RunInfo[],
  value: (run: RunInfo) => number | undefined,
): number | undefined {
  const values = runs.map(value).filter((each) => each !== undefined);
  return values.length === 0 ? undefined : values.reduce((sum, each) => sum + each) / values.length;
}
