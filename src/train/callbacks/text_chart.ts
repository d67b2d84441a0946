/** A line chart of characters. @module */
import asciichart from "npm:asciichart@1.5.25";

/** What a {@linkcode drawTextChart} shows. */
export interface TextChart {
  /** Above it. */
  readonly title: string;
  /** Of the horizontal axis, which counts from 1. */
  readonly xName: string;
  /** Of the vertical axis. */
  readonly yName: string;
  /** Two lines over the same values of x, at least one value each; the second is drawn over the first, as a double line. */
  readonly series: readonly [TextSeries, TextSeries];
  /** What the horizontal axis ends with: the number of values by default, greater where each stands for several. */
  readonly count?: number;
}

/** A line of a chart. */
export interface TextSeries {
  /** In the legend. */
  readonly name: string;
  /** Heights, in order. */
  readonly values: readonly number[];
}

/** How much room a chart has, and whether it may have colours. */
export interface TextChartLayout {
  /** Characters in a line, at least 30. */
  readonly width: number;
  /** Lines between the axes. */
  readonly height: number;
  /** Whether the two lines are coloured, by escape sequences. */
  readonly colour: boolean;
}

/** What the library draws with: axis (twice), stubs, line, corners, upright. */
const single = ["┤", "┤", "╶", "╴", "─", "╰", "╭", "╮", "╯", "│"];
const double = ["┤", "┤", "╶", "╴", "═", "╚", "╔", "╗", "╝", "║"];
const ofDouble = new Set(double.slice(4));
const ofSingle = new Set(single.slice(4));

const cyan = "\x1b[36m";
const yellow = "\x1b[33m";
const plain = "\x1b[39m";

/** The lines of a chart. More values than there is room for are averaged in groups. */
export function drawTextChart(chart: TextChart, { width, height, colour }: TextChartLayout): string[] {
  const [first, second] = chart.series;
  const all = (fold: (a: number, b: number) => number) => first.values.concat(second.values).reduce(fold);
  const low = all((a, b) => Math.min(a, b));
  const greatest = all((a, b) => Math.max(a, b));
  const high = greatest > low ? greatest : low + (Math.min(Math.abs(low), 1) || 1);
  const format = scaleFormat(high - low);
  const margin = Math.max(format(low).length, format(high).length) + 1;
  const columns = Math.max(2, width - margin - 1);
  const plot = (values: readonly number[], symbols: readonly string[]): string[] =>
    asciichart.plot(resample(values, columns), {
      height: height - 1,
      min: low,
      max: high,
      symbols,
      offset: 2,
      format: (value: number) => `${format(value).padStart(margin - 1)} `,
    }).split("\n");
  const upper = plot(second.values, double);
  const paint = colour ? painted : (text: string) => text;
  const body = plot(first.values, single).map((line, row) => {
    const over = upper[row]!;
    const cells = Array.from(line.padEnd(width), (cell, i) => ofDouble.has(over[i] ?? " ") ? over[i]! : cell);
    return paint(cells.join("").trimEnd(), margin);
  });
  const count = String(chart.count ?? first.values.length);
  const scale = `1${centred(chart.xName, columns - 1 - count.length)}${count}`;
  const indent = " ".repeat(margin);
  return [
    `${indent}${centred(chart.title, columns)}`.trimEnd(),
    chart.yName,
    ...body,
    `${indent}└${"─".repeat(columns)}`,
    `${indent} ${scale}`,
    paint(`${indent} ── ${first.name}   ══ ${second.name}`, 0),
  ];
}

/** How numbers stand at an axis over this range: with as many decimals as tell its lines apart. */
function scaleFormat(range: number): (value: number) => string {
  const decimals = range < 50 ? Math.max(1, -Math.floor(Math.log10(range / 10))) : 0;
  return (value) => decimals > 6 ? value.toExponential(2) : value.toFixed(decimals);
}

/** As many values as there are columns: means of groups, or values repeated. */
function resample(values: readonly number[], columns: number): number[] {
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor(column * values.length / columns);
    const to = Math.max(from + 1, Math.floor((column + 1) * values.length / columns));
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i]!;
    return sum / (to - from);
  });
}

function centred(text: string, width: number): string {
  return text.padStart(Math.floor((width + text.length) / 2)).padEnd(width);
}

/** The characters of the two lines in their colours, from column `from` on. */
function painted(line: string, from: number): string {
  let [text, now] = [line.slice(0, from), plain];
  for (const cell of line.slice(from)) {
    const wanted = ofDouble.has(cell) ? yellow : ofSingle.has(cell) ? cyan : plain;
    if (wanted !== now) text += now = wanted;
    text += cell;
  }
  return now === plain ? text : text + plain;
}
