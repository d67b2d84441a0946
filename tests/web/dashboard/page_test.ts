import { assertAlmostEquals, assertEquals } from "@std/assert";
import { lineStyle } from "../../../src/web/dashboard/page/colors.ts";
import { CurveStore, smoothed, valueAt } from "../../../src/web/dashboard/page/curve_store.ts";
import { chartsOf, metricChoices, metricId } from "../../../src/web/dashboard/page/metrics.ts";
import { Selection } from "../../../src/web/dashboard/page/selection.ts";
import { ago, duration } from "../../../src/web/dashboard/page/texts.ts";
import type { RunInfo, RunStatus } from "../../../src/web/dashboard/protocol.ts";

function runOf(name: string, status: RunStatus = "finished", metrics: string[] = []): RunInfo {
  return { key: 1, name, status, reason: "", created: 0, changed: 0, metrics, files: [] };
}

Deno.test("CurveStore puts what is new behind what stays", () => {
  const store = new CurveStore();
  const part = { run: 1, curve: 0, low: [], high: [] };
  store.add("a", { ...part, keep: 0, x: [1, 2, 3], y: [4, 5, 6], latest: 6 });
  store.add("a", { ...part, keep: 2, x: [3, 4], y: [7, 8], latest: 8 });
  assertEquals(store.get("a"), { x: [1, 2, 3, 4], y: [4, 5, 7, 8], low: [], high: [], latest: 8 });
  store.add("a", { ...part, keep: 0, x: [], y: [] });
  assertEquals(store.get("a")!.x, []);
});

Deno.test("smoothed() follows the values from the first on, and leaves them as they are at 0", () => {
  assertEquals(smoothed([1, 2, 3], 0), [1, 2, 3]);
  assertEquals(smoothed([5, 5, 5], 0.9).map((value) => Math.round(1e9 * value) / 1e9), [5, 5, 5]);
  const [first, second] = smoothed([0, 1], 0.5) as [number, number];
  assertEquals(first, 0);
  assertAlmostEquals(second, 1 / 1.5);
});

Deno.test("valueAt() is the value of the last point up to an x", () => {
  const curve = { x: [10, 20, 30], y: [1, 2, 3] };
  assertEquals([5, 10, 19, 20, 99].map((x) => valueAt(curve, x)), [undefined, 1, 1, 2, 3]);
});

Deno.test("Selection begins with what runs and the latest, keeps to what somebody chose, and numbers with it", () => {
  const runs = Array.from({ length: 12 }, (_, i) => runOf(`${i}`, i >= 10 ? "running" : "finished"));
  const selection = new Selection();
  selection.follow(runs);
  assertEquals(selection.among(runs).map(({ name }) => name), ["10", "11", "0", "1", "2", "3", "4", "5"]);
  selection.choose(["11", "0"], false);
  selection.choose(["9"], true);
  selection.follow(runs);
  assertEquals(selection.among(runs).map(({ name }) => name), ["10", "9", "1", "2", "3", "4", "5"]);
  assertEquals([selection.slot("9"), selection.slot("1")], [1, 3]);
});

Deno.test("metricChoices() has each metric once, and those that runs have of their own", () => {
  const choices = metricChoices([runOf("a", "finished", ["own"]), runOf("b", "finished", ["own", "other"])]);
  const ids = choices.map(metricId);
  assertEquals(new Set(ids).size, ids.length);
  assertEquals(ids.slice(-2), ["metrics:own", "metrics:other"]);
  const charts = chartsOf(runOf("a", "finished", ["own"])).map(({ y }) => y);
  assertEquals([charts[0], charts.at(-1), charts.includes("evaluationMax")], [
    "evaluationMean",
    "own",
    false,
  ]);
});

Deno.test("lineStyle() tells 32 lines apart, in either theme", () => {
  for (const isDark of [false, true]) {
    const styles = Array.from({ length: 32 }, (_, i) => JSON.stringify(lineStyle(i, isDark)));
    assertEquals(new Set(styles).size, 32);
  }
});

Deno.test("ago() and duration() are short", () => {
  const now = 1e12;
  const seconds = [0, 15, 90, 7200, 200_000];
  assertEquals(seconds.map((past) => ago(now - 1000 * past, now)), [
    "now",
    "15s ago",
    "1m ago",
    "2h ago",
    "2d ago",
  ]);
  assertEquals([0.123, 59, 60, 3600, 5000].map(duration), [
    "0.12 s",
    "59 s",
    "1 min",
    "1 h 0 min",
    "1 h 23 min",
  ]);
});
