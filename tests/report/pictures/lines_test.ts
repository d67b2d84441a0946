import { assert, assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../src/core/errors.ts";
import { comparisonPicture } from "../../../src/report/pictures/comparison.ts";
import {
  durationsPicture,
  rewardsPicture,
  runningRewardPicture,
} from "../../../src/report/pictures/episodes.ts";
import { epsilonPicture, evaluationPicture, lossPicture } from "../../../src/report/pictures/learning.ts";
import { strokes, texts } from "../svg.ts";

const [blue, vermilion] = ["#0072b2", "#d55e00"];

/** The longest line of a colour. */
function line(svg: string, color: string): [number, number][] {
  return strokes(svg, color).sort((a, b) => b.length - a.length)[0]!;
}

function assertShows(svg: string, wanted: string[]): void {
  const found = texts(svg);
  assertEquals(wanted.filter((text) => !found.includes(text)), [], `found ${found.join(" | ")}`);
}

const latest = "Mean of the latest 100 episodes, or of all so far";

Deno.test("durationsPicture() is titled Result, and has no mean of 0 before there are 100 episodes", async () => {
  const svg = await durationsPicture(new Float64Array(150).fill(200), { subtitle: "a preset, seed 0" });
  assertShows(svg, ["Result", "a preset, seed 0", "Episode", "Duration (steps)", "Duration", latest]);
  const heights = new Set(line(svg, vermilion!).map(([, y]) => y));
  assertEquals(heights.size, 1);
});

Deno.test("durationsPicture() takes the title of a run that goes on", async () => {
  assertShows(await durationsPicture([1, 2], { title: "Training..." }), ["Training..."]);
});

Deno.test("rewardsPicture() is titled with phase, device, algorithm and environment", async () => {
  const whose = { phase: "Testing", device: "a GPU", algorithm: "DQN", environment: "CartPole-v0" };
  const svg = await rewardsPicture([10, 200, 30], whose);
  assertShows(svg, ["Testing: DQN on CartPole-v0", "a GPU", "Episode", "Return", "Smoothed, weight 0.9"]);
  const named = await rewardsPicture([10], { ...whose, subtitle: "a preset, seed 0" });
  assertShows(named, ["a preset, seed 0; a GPU"]);
});

Deno.test("runningRewardPicture() marks the threshold", async () => {
  const svg = await runningRewardPicture([1, 2, 3], { threshold: 475 });
  assertShows(svg, ["Running reward", "Threshold 475", latest]);
});

Deno.test("lossPicture() spaces powers of ten evenly where the loss spans more than two", async () => {
  const x = [1, 2, 3];
  assertShows(await lossPicture({ x, y: [1, 0.1, 0.001] }), ["Loss", "Environment step", "Loss (log scale)"]);
  const narrow = texts(await lossPicture({ x, y: [1, 0.5, 0.1] }, { over: "Update" }));
  assert(narrow.includes("Update") && !narrow.includes("Loss (log scale)"));
  assertShows(await lossPicture({ x, y: [1, 0.5, 0.1] }, { log: true }), ["Loss (log scale)"]);
  assertShows(await lossPicture({ x, y: x }, { validation: { x, y: x } }), ["Validation loss"]);
});

Deno.test("evaluationPicture() shows mean, spread and threshold", async () => {
  const evaluations = { step: [100, 200], mean: [10, 300], low: [5, 200], high: [20, 500] };
  const svg = await evaluationPicture(evaluations, { threshold: 475 });
  assertShows(svg, ["Greedy evaluation", "Mean return", "Least to greatest return", "Threshold 475"]);
});

Deno.test("epsilonPicture() draws each schedule over N", async () => {
  const schedules = [1, 100, 2000, 10_000].map((decay) => ({
    name: `Factor ${decay}`,
    schedule: { kind: "exponential", start: 0.9, end: 0.05, decay, per: "episode" } as const,
  }));
  const svg = await epsilonPicture(schedules);
  assertShows(svg, ["Epsilon vs N", "N (episodes)", "Epsilon", ...schedules.map(({ name }) => name)]);
  // Factor 1 falls from 0.9 to 0.05; the grid is from 0 to 1.
  const path = line(svg, blue!);
  const [start, end] = [path[0]![1], path.at(-1)![1]];
  const grid = strokes(svg, "#e4e4e4").map((line) => line[0]![1]);
  const [bottom, top] = [Math.max(...grid), Math.min(...grid)];
  assert(Math.abs((bottom - start) / (bottom - top) - 0.9) < 0.01);
  assert(Math.abs((bottom - end) / (bottom - top) - 0.05) < 0.01);
});

Deno.test("comparisonPicture() names seeds, spread and runs that ended early", async () => {
  const group = (name: string, end: number) => ({
    name,
    series: [{ x: [0, 10], y: [1, 2] }, { x: [0, end], y: [3, 4] }],
  });
  const options = { title: "Effect of tau", x: { name: "Step" }, y: { name: "Return" } } as const;
  const svg = await comparisonPicture([group("tau 1", 10), group("tau 0.1", 10)], {
    ...options,
    beyond: "hold",
  });
  const spread = "inter-quartile mean, with the middle half of the seeds";
  assertShows(svg, ["Effect of tau", spread, "tau 1 (2 seeds)", "tau 0.1 (2 seeds)"]);
  const early = await comparisonPicture([group("tau 1", 5)], {
    ...options,
    subtitle: "a preset, seeds 0 to 1",
    beyond: "hold",
    spread: "std",
  });
  const std = "mean, with one standard deviation over the seeds";
  assertShows(early, ["a preset, seeds 0 to 1", `${std}; a run that ended early keeps its last value`]);
});

Deno.test("pictures of nothing say what is missing", async () => {
  const whose = { phase: "Training", device: "a GPU", algorithm: "DQN", environment: "CartPole-v0" };
  const options = { title: "Title", x: { name: "x" }, y: { name: "y" } };
  const none = { step: [], mean: [], low: [], high: [] };
  const cases: [() => Promise<string>, string][] = [
    [() => durationsPicture([]), "Cannot draw the durations: the run has no episodes, wanted at least one"],
    [() => rewardsPicture([], whose), "Cannot draw the rewards of training: the run has no episodes"],
    [() => runningRewardPicture([]), "Cannot draw the running reward: the run has no episodes"],
    [
      () => lossPicture({ x: [], y: [] }),
      "Cannot draw the loss: the run has no updates, wanted at least one",
    ],
    [() => evaluationPicture(none), "Cannot draw the evaluations: the run has no evaluations"],
    [() => epsilonPicture([]), "Cannot draw epsilon: there are no schedules, wanted at least one"],
    [() => comparisonPicture([], options), 'Cannot draw "Title": there are no configurations'],
    [
      () => comparisonPicture([{ name: "a", series: [] }], options),
      'Cannot draw "Title" of a: there are no points',
    ],
  ];
  for (const [draw, message] of cases) await assertRejects(draw, UsageError, message);
});
