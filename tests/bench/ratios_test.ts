/** Comparing rounds. */
import { assertEquals } from "@std/assert";
import { ratios } from "../../src/bench/ratios.ts";

Deno.test("ratios are above 1 where Qernel is faster, whether more or less is better", () => {
  const ours = { loopStepsPerSecond: { zoo: 200 }, updateMilliseconds: { "64 batch 64": 2 } };
  const theirs = { loopStepsPerSecond: { zoo: 100 }, updateMilliseconds: { "64 batch 64": 1 } };
  const found = ratios([{ ours, theirs: [theirs] }]);
  assertEquals(found.map((ratio) => [ratio.case, ratio.median]), [["update 64 batch 64", 0.5], [
    "loop zoo",
    2,
  ]]);
});

Deno.test("ratios pair figures of the same round, and give the median and the spread over rounds", () => {
  const round = (mine: number, other: number) => ({
    ours: { loopStepsPerSecond: { tutorial: mine } },
    theirs: [{ framework: "JAX 1", device: "cpu", loopStepsPerSecond: { tutorial: other } }],
  });
  assertEquals(ratios([round(10, 10), round(60, 20), round(10, 5)]), [
    { peer: "JAX 1 on cpu", case: "loop tutorial", median: 2, min: 1, max: 3 },
  ]);
});

Deno.test("ratios keep the peers of a round apart, each by the name it gives itself", () => {
  const figures = { solveSeconds: { "seed 0": 4 } };
  const found = ratios([{
    ours: { solveSeconds: { "seed 0": 2 } },
    theirs: [{ framework: "A", ...figures }, { torch: "1.13", ...figures }, figures],
  }]);
  assertEquals(found.map(({ peer, median }) => [peer, median]), [["A", 2], ["PyTorch 1.13", 2], [
    "the peer",
    2,
  ]]);
});

Deno.test("ratios leave out ceilings, cases of one side alone, and figures that are not positive", () => {
  const ours = { kernelCeilings: { forward: 9 }, loopStepsPerSecond: { tutorial: 1, zoo: 5 } };
  const theirs = { kernelCeilings: { forward: 3 }, loopStepsPerSecond: { cleanrl: 1, zoo: 0 } };
  assertEquals(ratios([{ ours, theirs: [theirs] }]), []);
});
