import { assert, assertEquals } from "@std/assert";
import { drawCells } from "../../src/report/chart_cells.ts";
import { drawLines, type LineChart } from "../../src/report/chart.ts";
import { formatNumber, wrapText } from "../../src/report/chart_style.ts";
import { evenTicks, logTicks, niceStep } from "../../src/report/chart_ticks.ts";
import { svgToPng } from "../../src/report/raster.ts";
import { strokes, texts } from "./svg.ts";

const blue = "#0072b2";

const chart: LineChart = {
  title: "Title & more",
  subtitle: "Subtitle",
  x: { name: "Episode" },
  y: { name: "Return" },
  lines: [{ name: "a line", x: [0, 50, 100], y: [0, 100, 100], color: blue }],
  areas: [{ name: "an area", x: [0, 100], low: [0, 50], high: [20, 100], color: "#d55e00" }],
};

Deno.test("drawLines() shows title, subtitle, axes and legend", async () => {
  const found = texts(await drawLines(chart));
  for (const text of ["Title & more", "Subtitle", "Episode", "Return", "a line", "an area", "0", "100"]) {
    assert(found.includes(text), `${text} is not among ${found.join(" | ")}`);
  }
});

Deno.test("drawLines() draws points where the axes say", async () => {
  const [line] = strokes(await drawLines(chart), blue).filter((path) => path.length === 3);
  const [[x0, y0], [x1, y1], [x2, y2]] = line as [[number, number], [number, number], [number, number]];
  // Pixels are rounded to a tenth.
  assert(Math.abs((x1 - x0) - (x2 - x1)) < 0.3, `${line}`);
  assert(x2 > x1 && y1 < y0 && y2 === y1, `${line}`);
});

Deno.test("drawLines() gives the same bytes for the same data, in whatever order charts are drawn", async () => {
  const first = await drawLines(chart);
  await drawLines({ ...chart, title: "Another" });
  assertEquals(await drawLines(chart), first);
});

Deno.test("drawLines() thins a long line to what can be seen, and keeps its extremes", async () => {
  const count = 100_000;
  const x = Float64Array.from({ length: count }, (_, i) => i);
  const y = Float64Array.from({ length: count }, (_, i) => i === 33_333 ? 500 : i === 77_777 ? -300 : i % 7);
  const draw = async (line: { x: ArrayLike<number>; y: ArrayLike<number> }) => {
    const svg = await drawLines({
      ...chart,
      y: { name: "y", min: -300, max: 500 },
      areas: [],
      lines: [{ name: "l", ...line, color: blue }],
    });
    return strokes(svg, blue).sort((a, b) => b.length - a.length)[0]!;
  };
  const long = await draw({ x, y });
  const ends = await draw({ x: [0, 33_333, 77_777, count - 1], y: [0, 500, -300, 0] });
  assert(long.length > 500 && long.length <= 2000, `${long.length} points`);
  // Each relative corner is rounded to a tenth of a pixel.
  const [rounding, bottom, top] = [2, Math.max, Math.min];
  for (const edge of [bottom, top]) {
    const [drawn, wanted] = [long, ends].map((path) => edge(...path.map(([, y]) => y)));
    assert(Math.abs(drawn! - wanted!) <= rounding, `${drawn} is not near ${wanted}`);
  }
});

Deno.test("drawLines() leaves out values that are not finite, and of a log axis those that are not positive", async () => {
  const lines = [{ name: "l", x: [1, 2, 3, 4, 5], y: [1, NaN, 0, 100, Infinity], color: blue }];
  for (const [log, count] of [[false, 3], [true, 2]] as const) {
    const svg = await drawLines({ ...chart, y: { name: "y", log }, areas: [], lines });
    assert(!/NaN|Infinity/.test(svg));
    assertEquals(strokes(svg, blue).map((path) => path.length).filter((n) => n > 1), [count]);
  }
});

Deno.test("drawLines() draws a single point and a flat line", async () => {
  for (const [x, y] of [[[1], [5]], [[1, 2], [5, 5]], [[1, 2], [0, 0]], [[1, 2], [-5, -5]]] as const) {
    const svg = await drawLines({ ...chart, areas: [], lines: [{ name: "l", x, y, color: blue }] });
    assert(strokes(svg, blue).length > 0);
    assert(!svg.includes("NaN"));
  }
});

Deno.test("drawLines() spaces a log axis over its values, with ticks at powers of ten alone", async () => {
  const y = Array.from({ length: 16 }, (_, i) => 300 * 10 ** -i);
  const x = y.map((_, i) => i);
  const svg = await drawLines({
    ...chart,
    x: { name: "Step" },
    y: { name: "Loss", log: true },
    areas: [],
    lines: [{ name: "l", x, y, color: blue }],
  });
  const ticks = ["100", "1", "0.01", "0.0001", "1e-6", "1e-8", "1e-10", "1e-12"];
  const found = texts(svg);
  assertEquals([ticks.filter((tick) => !found.includes(tick)), found.filter((text) => /^1e/.test(text))], [
    [],
    ["1e-12", "1e-10", "1e-8", "1e-6"],
  ]);
  // The curve takes nearly all of the height, as its values reach from end to end.
  const heights = strokes(svg, blue).sort((a, b) => b.length - a.length)[0]!.map(([, y]) => y);
  const axis = strokes(svg, "#555555").flat().map(([, y]) => y);
  const span = (values: number[]) => Math.max(...values) - Math.min(...values);
  assert(span(heights) > 0.9 * span(axis), `${span(heights)} of ${span(axis)}`);
});

Deno.test("drawLines() draws an area's infinite edge to the end of the axis, and a single interval as a bar", async () => {
  const corners = async (area: { x: number[]; low: number[]; high: number[] }, log = false) => {
    const svg = await drawLines({
      ...chart,
      y: { name: "y", log, min: 1, max: 100 },
      lines: [],
      areas: [{ name: "a", ...area, color: "#123456" }],
    });
    return [...svg.matchAll(/<polygon points="([^"]*)" fill="#123456"/g)].map(([, points]) =>
      points!.split(" ").map(Number)
    );
  };
  const open = await corners({ x: [0, 1, 2], low: [10, 10, 10], high: [50, Infinity, 50] });
  const closed = await corners({ x: [0, 1, 2], low: [10, 10, 10], high: [50, 100, 50] });
  assertEquals(open, closed);
  const below = await corners({ x: [0, 1], low: [0, 10], high: [50, 50] }, true);
  assertEquals(below, await corners({ x: [0, 1], low: [1, 10], high: [50, 50] }, true));
  const [bar] = await corners({ x: [1], low: [10], high: [50] });
  assertEquals(bar![2]! - bar![0]!, 6);
  const parts = await corners({ x: [0, 1, 2, 3], low: [10, 10, NaN, 10], high: [50, 50, 50, 50] });
  assertEquals(parts.map(({ length }) => length / 2), [4, 4]);
});

Deno.test("drawLines() makes SVG that the rasterizer reads, 800 by 500", async () => {
  const png = await svgToPng(await drawLines(chart));
  const view = new DataView(png.buffer, png.byteOffset);
  assertEquals([view.getUint32(16), view.getUint32(20)], [800, 500]);
});

Deno.test("drawCells() is as wide as its title", async () => {
  const panel = {
    columns: { name: "Column", labels: ["a"] },
    rows: { name: "Row", labels: ["b"] },
    cells: [{ value: 1, text: "one", mark: "M" }],
    colors: { kind: "values" },
  } as const;
  const width = (svg: string) => Number(/<svg width="(\d+)"/.exec(svg)![1]);
  const short = await drawCells({ title: "Title", panels: [panel] });
  const long = await drawCells({ title: "A title that goes on and on ".repeat(4), panels: [panel] });
  assert(width(long) > 2 * width(short));
  assertEquals(["a", "b", "one", "M", "Row"].filter((text) => !texts(short).includes(text)), []);
});

Deno.test("drawCells() has room for its key, in lines of its width", async () => {
  const panel = {
    columns: { name: "Column", labels: ["a"] },
    rows: { name: "Row", labels: ["b"] },
    cells: [{ value: 1 }],
    colors: { kind: "values" },
  } as const;
  const size = (svg: string) => /<svg width="(\d+)" height="(\d+)"/.exec(svg)!.slice(1).map(Number);
  const key = Array.from({ length: 9 }, (_, i) => ({ text: `${i}: what it means`, color: "#abcdef" }));
  const [without, one, many] = await Promise.all(
    [0, 1, 9].map((count) => drawCells({ title: "Title", panels: [panel], key: key.slice(0, count) })),
  ) as [string, string, string];
  assertEquals(size(one)[0], size(without)[0]);
  assertEquals(size(one)[1]! > size(without)[1]! && size(many)[1]! > size(one)[1]!, true);
  assertEquals(texts(many).filter((text) => text.endsWith("what it means")).length, 9);
  assertEquals([...many.matchAll(/fill="#abcdef"/g)].length, 9);
  for (const [, x] of many.matchAll(/translate\(([\d.]+) [\d.]+\)"[^>]*>\d: what/g)) {
    assert(Number(x) + 100 < size(many)[0]!, x);
  }
});

Deno.test("wrapText() breaks at spaces where a line would be too wide, and keeps line breaks", () => {
  const options = { width: 60, fontSize: 10 };
  assertEquals(wrapText("", options), []);
  assertEquals(wrapText("aaaa bbbb cccc", options), ["aaaa bbbb", "cccc"]);
  assertEquals(wrapText("a\nb", options), ["a", "b"]);
  assertEquals(wrapText("a averyverylongword b", options), ["a", "averyverylongword", "b"]);
});

Deno.test("logTicks() are powers of ten, then 1, 2 and 5 times these, then even ones", () => {
  assertEquals(logTicks(0.5, 300), [1, 10, 100]);
  assertEquals(logTicks(1e-12, 1e3), [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1, 100]);
  assertEquals(logTicks(1, 50), [1, 2, 5, 10, 20, 50]);
  assertEquals(logTicks(0.3, 4), [0.5, 1, 2]);
  assertEquals(logTicks(21, 29), [22, 24, 26, 28]);
  assertEquals(logTicks(100, 50_000), [100, 1000, 10_000]);
});

Deno.test("formatNumber() is short", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [-0, "0"],
    [12000, "12,000"],
    [0.25, "0.25"],
    [-0.07, "-0.07"],
    [0.00001, "1e-5"],
    [2.5e12, "2.5e12"],
    [1e10, "1e10"],
  ];
  assertEquals(cases.map(([value]) => formatNumber(value)), cases.map(([, text]) => text));
  assertEquals(formatNumber(1234.567, 3), "1,230");
});

Deno.test("niceStep() is 1, 2 or 5 times a power of ten, in at most 8 parts", () => {
  assertEquals([8, 9, 1.8, 60_000, 0.14].map((span) => niceStep(span)), [1, 2, 0.5, 10_000, 0.02]);
});

Deno.test("evenTicks() labels neighbours differently however near they are, and small ones by their digits", () => {
  const labels = (low: number, high: number) => {
    const { formatter, minInterval } = evenTicks(low, high);
    const first = Math.ceil(low / minInterval);
    return [0, 1, 2].map((tick) => formatter((first + tick) * minInterval));
  };
  assertEquals(labels(1.5e-4, 5e-4), ["0.00015", "0.0002", "0.00025"]);
  assertEquals(labels(0, 3e-9), ["0", "5e-10", "1e-9"]);
  assertEquals(labels(1000.0001, 1000.0004), ["1,000.0001", "1,000.00015", "1,000.0002"]);
});

Deno.test("evenTicks() labels multiples of the step alone", () => {
  const { formatter, minInterval } = evenTicks(-1.2, 0.6);
  assertEquals(minInterval, 0.5);
  assertEquals([-1.2, -1, -0.5, 0, 0.5, 0.6].map(formatter), ["", "-1", "-0.5", "0", "0.5", ""]);
});

Deno.test("evenTicks() of a single value has room around it", () => {
  for (const [value, bounds] of [[0, [-1, 1]], [8, [4, 12]], [-0.5, [-0.75, -0.25]]] as const) {
    const { min, max, minInterval, formatter } = evenTicks(value, value);
    assertEquals([[min, max], formatter(value)], [bounds, formatNumber(value)]);
    assert(minInterval > 0 && minInterval < max - min);
  }
});
