/** Figures as objects and as text. */
import { assertEquals } from "@std/assert";
import { medianFigures, mergeFigures } from "../../src/bench/figures.ts";
import { describeFigures, describeRatios } from "../../src/bench/table.ts";

Deno.test("mergeFigures joins the cases of a key and keeps the other keys", () => {
  const parts = [
    { adapter: "A", loopStepsPerSecond: { tutorial: 1 } },
    { adapter: "A", loopStepsPerSecond: { zoo: 2 }, updateMilliseconds: { "64 batch 64": 3 } },
  ];
  assertEquals(mergeFigures(parts), {
    adapter: "A",
    loopStepsPerSecond: { tutorial: 1, zoo: 2 },
    updateMilliseconds: { "64 batch 64": 3 },
  });
});

Deno.test("medianFigures takes the median of each case over the rounds that have it", () => {
  const rounds = [
    { adapter: "A", loopStepsPerSecond: { tutorial: 1 } },
    { adapter: "A", loopStepsPerSecond: { tutorial: 9, zoo: 4 } },
    { adapter: "A", loopStepsPerSecond: { tutorial: 2 } },
  ];
  assertEquals(medianFigures(rounds), { adapter: "A", loopStepsPerSecond: { tutorial: 2, zoo: 4 } });
});

Deno.test("describeFigures names device and units, the share of a kernel's ceiling, and ratios to one member and to plain DQN", () => {
  assertEquals(
    describeFigures({
      device: "webgpu",
      adapter: "llvmpipe",
      kernelGigaflops: { "forward 128x128x128": 15 },
      kernelCeilings: { "forward 128x128x128": 60 },
      partMilliseconds: { plain: 0.5, dueling: 0.6 },
      populationStepsPerSecond: { 1: 1000, 16: 12_000 },
      solveSeconds: { "seed 0": 3, "seed 1": 5, "seed 2": 10 },
    }),
    [
      "Device: webgpu, llvmpipe",
      "  kernel forward 128x128x128   15.0  GFLOP/s          25% of 60.0 GFLOP/s",
      "  update plain                0.500  ms of processor",
      "  update dueling              0.600  ms of processor  1.20x of plain",
      "  population 1                 1000  steps/s          1.0x of one member",
      "  population 16               12000  steps/s          12.0x of one member",
      "  time to solve seed 0          3.0  s",
      "  time to solve seed 1          5.0  s",
      "  time to solve seed 2         10.0  s",
      "  time to solve median          5.0  s",
    ],
  );
});

Deno.test("describeRatios gives the median and the spread, and nothing without a peer", () => {
  const ratio = { peer: "PyTorch 2 on cpu", case: "loop zoo", median: 1.5, min: 1.25, max: 2 };
  assertEquals(describeRatios([ratio], 3), [
    "",
    "How many times faster than a peer (median of 3 rounds, least to most):",
    "  loop zoo  1.50x  1.25 to 2.00  PyTorch 2 on cpu",
  ]);
  assertEquals(describeRatios([], 3), []);
});
