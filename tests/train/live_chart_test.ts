import { assert, assertEquals, assertMatch, assertStrictEquals, assertStringIncludes } from "@std/assert";
import type { EpisodeEvent, TrainEvent } from "../../src/core/events.ts";
import { LiveChart, type LiveChartOptions } from "../../src/train/callbacks/live_chart.ts";
import { FoldedMeans } from "../../src/train/callbacks/folded_means.ts";
import { drawTextChart } from "../../src/train/callbacks/text_chart.ts";
import { evaluationEvent, progressAt, progressEvent } from "./fakes.ts";

const episodes = (returns: number[]): EpisodeEvent[] =>
  returns.map((total, i) => {
    const result = { return: total, length: 2 * total, terminated: true, truncated: false };
    return { kind: "episode", episode: i + 1, step: 10 * (i + 1), ...result, epsilon: 0.05, seconds: 0 };
  });
const end: TrainEvent = { kind: "end", ...progressAt(100), reason: "" };

/** A chart of a terminal, or none, and what it writes, call by call. */
function chartOn(
  terminal: { isTTY?: boolean; columns?: number; rows?: number },
  options: LiveChartOptions = {},
) {
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text), ...terminal };
  const chart = new LiveChart({ ...options, stream });
  const tell = (...events: TrainEvent[]) => events.forEach((event) => chart.notify(event));
  return { chart, written, tell };
}

// deno-lint-ignore no-control-regex
const escapes = /\x1b\[[0-9]*[A-Za-z]/g;

Deno.test("drawTextChart() draws two lines with axes, title and legend", () => {
  const ramp = Array.from({ length: 28 }, (_, i) => i);
  const chart = {
    title: "Title",
    xName: "Episode",
    yName: "Duration",
    series: [{ name: "each", values: ramp.map((i) => i < 14 ? 30 : 0) }, {
      name: "mean",
      values: ramp.fill(0),
    }],
  } as const;
  assertEquals(
    drawTextChart(chart, { width: 34, height: 4, colour: false }),
    [
      "                Title",
      "Duration",
      "30.0 ┤─────────────╮",
      "20.0 ┤             │",
      "10.0 ┤             │",
      " 0.0 ┤════════════════════════════",
      "     └────────────────────────────",
      "      1         Episode         28",
      "      ── each   ══ mean",
    ].map((line, row) => row === 5 ? line.slice(0, 33) : line),
  );
});

Deno.test("drawTextChart() averages values that have no room, and repeats few", () => {
  const draw = (values: number[]) => {
    const series = [{ name: "a", values }, { name: "b", values: values.map(() => 0) }] as const;
    const chart = { title: "", xName: "x", yName: "y", series };
    return drawTextChart(chart, { width: 40, height: 3, colour: false }).join("\n");
  };
  const columns = 40 - 5 - 1;
  // Each column's mean is 5, half of the highest value.
  const many = draw(Array.from({ length: 100 * columns }, (_, i) => i % 2 === 0 ? 10 : 0));
  assertStringIncludes(many, ` 5.0 ┤${"─".repeat(columns - 1)}`);
  assertStringIncludes(draw([10, 10]), `10.0 ┤${"─".repeat(columns - 1)}`);
  assertStringIncludes(draw([3]), "┤");
  for (const line of many.split("\n")) assert(line.length <= 40, `${line.length} characters for 40 columns`);
});

Deno.test("drawTextChart() tells small values apart at its axis, and draws one value of any size", () => {
  const axis = (values: number[]) => {
    const series = [{ name: "a", values }, { name: "b", values }] as const;
    const lines = drawTextChart({ title: "", xName: "x", yName: "y", series }, {
      width: 40,
      height: 3,
      colour: false,
    });
    return lines.slice(2, 5).map((line) => line.split("┤")[0]!.trim());
  };
  assertEquals(axis([1e-4, 5e-4]), ["0.00050", "0.00030", "0.00010"]);
  assertEquals(axis([2e-9, 4e-9]), ["4.00e-9", "3.00e-9", "2.00e-9"]);
  assertEquals(axis([10, 10.4]), ["10.40", "10.20", "10.00"]);
  assertEquals(axis([3e-4, 3e-4]), ["0.00060", "0.00045", "0.00030"]);
  assertEquals([axis([0])[0], axis([500])[0]], ["1.0", "501.0"]);
});

Deno.test("LiveChart draws once, at the end and without escapes, where there is no terminal", () => {
  const { written, tell } = chartOn({ columns: 60 });
  tell(...episodes([5, 10, 20]), progressEvent(30, 1), evaluationEvent(30, [7]), progressEvent(60, 2), end);
  assertStrictEquals(written.length, 1);
  const lines = written[0]!.split("\n");
  assertStrictEquals(lines[0]!.trim(), "Result");
  assertStrictEquals(lines[1], "Duration");
  assertMatch(lines[2]!, /^40\.0 ┤/);
  assertMatch(written[0]!, /\n +1 +Episode +3\n +── Duration {3}══ mean of the last 100\n$/);
  assertEquals(written[0]!.match(escapes), null);
  assert(lines.every((line) => line.length < 60), "a line is too long");
  const nothing = chartOn({});
  nothing.tell(end);
  assertEquals(nothing.written, []);
});

Deno.test("LiveChart takes the mean of lengths for 0 until there are 100, and of returns that of those so far", () => {
  const final = (count: number, options: LiveChartOptions) => {
    const { written, tell } = chartOn({ columns: 80 }, { metric: "length", ...options });
    tell(...episodes(Array(count).fill(options.metric ? 50 : 25)), end);
    return written[0]!.split("\n").filter((line) => /[═╔╚]/.test(line)).slice(0, -1).map((line) =>
      line.trim()
    );
  };
  const one = (lines: string[], wanted: RegExp) => {
    assertStrictEquals(lines.length, 1);
    assertMatch(lines[0]!, wanted);
  };
  one(final(99, {}), /^0 ┤═+$/);
  assertMatch(final(200, {}).at(-1)!, /^0 ┤═+╝$/);
  assertMatch(final(200, {})[0]!, /^50 ┤─+╔═+$/);
  one(final(30, { meanBeforeFull: 50, window: 40 }), /^50\.0 ┤═+$/);
  one(final(30, { metric: "return" }), /^50\.0 ┤═+$/);
});

Deno.test("LiveChart draws anew on a terminal, over the former drawing, four times a second", () => {
  const { written, tell } = chartOn({ isTTY: true, columns: 60, rows: 20 });
  const metrics: TrainEvent = { kind: "metrics", ...progressAt(20), values: { stepsPerSecond: 1234 } };
  tell(...episodes([5, 10]), metrics, progressEvent(20, 1), progressEvent(30, 1.2), evaluationEvent(30, [7]));
  assertStrictEquals(written.length, 1);
  tell(progressEvent(40, 1.25));
  assertStrictEquals(written.length, 2);
  const [first, second] = written.map((text) => text.replaceAll(escapes, "").split("\n"));
  assertStrictEquals(first![0]!.trim(), "Training...");
  assertStrictEquals(first!.at(-2), "step 20  episode 2  epsilon 0.05  1,234 steps/s");
  assertStrictEquals(second!.at(-2), "step 40  episode 4  epsilon 0.05  1,234 steps/s  eval 7");
  assert(first!.length <= 20, `${first!.length} lines for a terminal of 20`);
  assert(written[1]!.startsWith(`\r\x1b[${first!.length - 1}A`), "the former drawing is not gone over");
  assertStringIncludes(written[0]!, "\x1b[36m");
  assertStringIncludes(written[0]!, "\x1b[33m");
  tell(end);
  assertStrictEquals(written[2]!.replaceAll(escapes, "").split("\n")[0]!.trim(), "Result");
});

Deno.test("LiveChart lets others print above it", () => {
  const { chart, written, tell } = chartOn({ isTTY: true, columns: 60, rows: 20 });
  tell(...episodes([5]), progressEvent(20, 1));
  const height = written[0]!.split("\n").length - 1;
  chart.lines.write("a line\n");
  chart.lines.write("another\n");
  assertEquals(written.slice(1), [`\r\x1b[${height}A\x1b[Ja line\n`, "another\n"]);
  tell(progressEvent(21, 1.01));
  assertStrictEquals(written.length, 4);
  const cursorUp = `\x1b[${height}A`;
  assert(!written[3]!.includes(cursorUp), "the lines of others are drawn over");
  assertStrictEquals(chart.lines.isTTY, true);
  tell(end);
  chart.lines.write("after the end\n");
  assertStrictEquals(written.at(-1), "after the end\n"); // The result stays.
});

Deno.test("FoldedMeans keeps means of equally many neighbours in bounded memory", () => {
  const folded = new FoldedMeans(4);
  const after = [1, 3, 5, 7, 9, 11, 4, 6, 20].map((value) => {
    folded.add(value);
    return folded.values;
  });
  assertEquals(after, [
    [1],
    [1, 3],
    [1, 3, 5],
    [1, 3, 5, 7],
    [2, 6, 9], // The last mean is not of two numbers yet.
    [2, 6, 10],
    [2, 6, 10, 4],
    [2, 6, 10, 5],
    [4, 7.5, 20],
  ]);
  for (let i = 9; i < 100_000; i++) folded.add(1);
  assertEquals([folded.count, folded.values.length <= 4], [100_000, true]);
});

Deno.test("LiveChart draws 204,800 episodes as it draws 200 of the same course", () => {
  const drawn = (each: number) => {
    // Between the axes there is room for 50 columns, of 4 times as many episodes as stand for one of the 200.
    const { written, tell } = chartOn({ columns: 56 }, { metric: "return", window: 1 });
    const returns = Array.from({ length: 200 * each }, (_, i) => Math.floor(i / each) < 100 ? 0 : 100);
    for (const event of episodes(returns)) tell(event);
    tell(end);
    return written[0]!.split("\n");
  };
  const isScale = (line: string) => line.includes("Episode");
  const [few, many] = [drawn(1), drawn(1024)];
  assertMatch(many.find(isScale)!, / 204800$/);
  assertEquals(many.filter((line) => !isScale(line)), few.filter((line) => !isScale(line)));
});

Deno.test("LiveChart tells how far the replay memory is filled", () => {
  const { written, tell } = chartOn({ isTTY: true, columns: 60 });
  tell({ kind: "fill", ...progressAt(0, 1), done: 4000, total: 10_000 });
  assertStrictEquals(written[0]!.replaceAll(escapes, ""), "\rfilling the replay memory 4,000 of 10,000\n");
});
