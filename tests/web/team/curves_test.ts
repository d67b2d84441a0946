import { assertEquals } from "@std/assert";
import { splitNames, TeamCurves } from "../../../src/web/page/team/curves.ts";
import type { EvaluationNews } from "../../../src/web/trainer/protocol.ts";

const progress = (member: number, step: number, return100?: number) => ({
  member,
  progress: { step, update: 0, episode: 0, seconds: 0 },
  point: { step, ...return100 === undefined ? {} : { return100 } },
});
const evaluation = (member: number, step: number, mean: number) =>
  ({ kind: "evaluation", member, step, evaluation: { mean }, best: true }) as EvaluationNews;

Deno.test("TeamCurves knows the best by its episodes, and by evaluations once every agent has one", () => {
  const curves = new TeamCurves(["seed 1", "seed 2", "seed 3"]);
  assertEquals([curves.best, curves.ranges, curves.summary], [undefined, undefined, undefined]);
  curves.progress(progress(0, 5));
  assertEquals(curves.best, undefined);
  curves.progress(progress(0, 10, 3));
  curves.progress(progress(1, 10, 7));
  curves.progress(progress(2, 20, 7));
  assertEquals(curves.best, 1); // The first of equals.
  assertEquals(curves.summary, { count: 3, mean: 17 / 3, least: 3, most: 7 });
  curves.evaluation(evaluation(0, 30, 9));
  curves.evaluation(evaluation(1, 30, -4));
  assertEquals(curves.best, 1);
  curves.evaluation(evaluation(2, 30, 8));
  assertEquals(curves.best, 0);
  curves.members[0]!.end = { reason: "a loss is not finite", failed: true };
  assertEquals(curves.best, 2);
  assertEquals(curves.ranges, { steps: [0, 30], values: [-4, 9] });
});

Deno.test("TeamCurves has a range of values where all are equal", () => {
  const curves = new TeamCurves(["a"]);
  curves.progress(progress(0, 4, 2));
  assertEquals(curves.ranges, { steps: [0, 4], values: [1, 3] });
});

Deno.test("splitNames() tells what names have in common", () => {
  assertEquals(splitNames(["seed 1", "seed 2"]), { common: "seed", own: ["1", "2"] });
  assertEquals(splitNames(["hidden [8]", "hidden [8,8]"]), { common: "hidden", own: ["[8]", "[8,8]"] });
  assertEquals(splitNames(["one", "other"]), { common: "", own: ["one", "other"] });
  assertEquals(splitNames([]), { common: "", own: [] });
});
