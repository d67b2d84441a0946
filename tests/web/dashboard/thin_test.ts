import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { Curve } from "../../../src/web/dashboard/curve.ts";
import { gridOf, mostPoints, ThinCurve, type ThinPart } from "../../../src/web/dashboard/thin.ts";

/** All of a growing curve. */
function whole(length: number) {
  return { ...gridOf(0, length), from: -Infinity, to: Infinity };
}

/** Adds points up to `length`, as a run does. */
function grow(curve: Curve, length: number): Curve {
  for (let i = curve.length; i < length; i++) curve.add(i, noise(i));
  return curve;
}

function noise(i: number): number {
  return i + 100 * Math.sin(i * i);
}

/** What a page has after a part. */
function apply(shown: ThinPart | undefined, part: ThinPart): ThinPart {
  const join = (
    key: "x" | "y" | "low" | "high",
  ) => [...(shown?.[key] ?? []).slice(0, part.keep), ...part[key]];
  return { ...part, keep: 0, x: join("x"), y: join("y"), low: join("low"), high: join("high") };
}

Deno.test("Curve leaves out what no chart shows, and counts the last of equal x", () => {
  const curve = new Curve();
  for (const [x, y] of [[1, 1], [NaN, 2], [2, NaN], [2, 5], [2, 6], [1, 9], [3, Infinity], [4, 7]] as const) {
    curve.add(x, y);
  }
  const points = Array.from({ length: curve.length }, (_, i) => [curve.x(i), curve.y(i)]);
  assertEquals(points, [[1, 1], [2, 6], [4, 7]]);
  assertEquals([0, 1, 1.5, 4, 5].map((x) => curve.find(x)), [0, 0, 1, 2, 3]);
});

Deno.test("ThinCurve tells a short curve as it is, and then only what is new of it", () => {
  const thin = new ThinCurve();
  const curve = grow(new Curve(), 3);
  const first = thin.next(curve, whole(10))!;
  assertEquals([first.keep, first.x, first.low], [0, [0, 1, 2], []]);
  assertEquals(thin.next(curve, whole(10)), undefined);
  curve.add(2, 7); // In place of the latest.
  assertEquals(thin.next(curve, whole(10)), { keep: 2, x: [2], y: [7], low: [], high: [], latest: 7 });
  grow(curve, 5);
  const { keep, x } = thin.next(curve, whole(10))!;
  assertEquals([keep, x], [2, [2, 3, 4]]);
});

Deno.test("ThinCurve shows 100,000 points as a few hundred, none of whose extremes is lost", () => {
  const length = 100_000;
  const curve = grow(new Curve(), length);
  const { x, y, low, high, latest } = new ThinCurve().next(curve, whole(length))!;
  assertEquals(latest, Number(noise(length - 1).toPrecision(7)));
  assertLessOrEqual(x.length, 501);
  assert(x.length >= 250);
  const width = x[1]! - x[0]!;
  for (const [i, center] of x.entries()) {
    const part: number[] = [];
    for (let at = center - width / 2; at < Math.min(length, center + width / 2); at++) part.push(noise(at));
    const mean = part.reduce((sum, value) => sum + value) / part.length;
    const wanted = [Math.min(...part), mean, Math.max(...part)].map((value) => Number(value.toPrecision(7)));
    assertEquals([low[i], y[i], high[i]], wanted);
  }
});

Deno.test("ThinCurve that is told bit by bit shows what one look would, from few points to many", () => {
  const thin = new ThinCurve();
  const curve = new Curve();
  let shown: ThinPart | undefined;
  let sent = 0;
  for (let length = 7; length < 40_000; length = Math.ceil(length * 1.07 + 3)) {
    grow(curve, length);
    const part = thin.next(curve, whole(length))!;
    shown = apply(shown, part);
    sent += part.x.length;
    assertEquals(shown, { ...new ThinCurve().next(curve, whole(length))!, keep: 0 }, `${length} points`);
  }
  assertLessOrEqual(sent, 40 * mostPoints);
});

Deno.test("ThinCurve tells of a range what lies in it and the points beside it, and nothing when others come", () => {
  const thin = new ThinCurve();
  const curve = grow(new Curve(), 20_000);
  assertEquals(thin.next(curve, gridOf(99.5, 102.5))!.x, [99, 100, 101, 102, 103]);
  grow(curve, 30_000);
  assertEquals(thin.next(curve, gridOf(99.5, 102.5)), undefined);
  assert(thin.next(curve, gridOf(0, 20_000))!.low.length > 200);
});

Deno.test("ThinCurve begins anew with another curve", () => {
  const thin = new ThinCurve();
  thin.next(grow(new Curve(), 50), whole(50));
  const { keep, x } = thin.next(grow(new Curve(), 2), whole(50))!;
  assertEquals([keep, x], [0, [0, 1]]);
  assertEquals(thin.next(new Curve(), whole(50)), { keep: 0, x: [], y: [], low: [], high: [] });
});
