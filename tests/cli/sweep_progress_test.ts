import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { PopulationProgress } from "../../src/cli/population_progress.ts";
import { SweepProgress } from "../../src/cli/sweep_progress.ts";
import { parseConfig } from "../../src/config/schema.ts";
import type { Callback, Run } from "../../src/train/callbacks/callback.ts";
import { evaluationEvent, FakeAgent, progressAt, progressEvent } from "../train/fakes.ts";

const config = parseConfig({ environment: { id: "CartPole-v1" }, budget: { steps: 20_000 } });
const none = { results: { configurations: [] }, seeds: 1 };
const run: Run = { agent: new FakeAgent(), progress: progressAt(0), emit() {}, stop() {} };

Deno.test("PopulationProgress counts steps, those solved and the share of the budgets", async () => {
  const followed = new PopulationProgress(
    [10, 10, 12].map((threshold) => ({ configuration: { config, threshold } })),
  );
  const callbacks = [0, 1, 2].map((member) => followed.watch(member));
  assertEquals([followed.parts, followed.share], [["population of 3"], 0]);
  const tell = async (callback: Callback, ...events: Parameters<Callback["notify"]>[0][]) => {
    for (const event of events) await callback.notify(event, run);
  };
  await tell(callbacks[0]!, progressEvent(5000), evaluationEvent(5000, [9, 11]));
  await tell(callbacks[1]!, progressEvent(5000), evaluationEvent(5000, [9, 10]));
  await tell(callbacks[2]!, evaluationEvent(0, [10, 11])); // Its own threshold is another.
  assertEquals(followed.parts, ["population of 3", "5,000 steps", "1 solved"]);
  assertEquals(followed.share, (0.25 + 0.25 + 0) / 3);
  await tell(callbacks[0]!, evaluationEvent(6000, [1])); // Solved once is solved.
  await callbacks[0]!.close!();
  assertEquals(followed.parts, ["population of 3", "6,000 steps", "1 solved"]);
  assertEquals(followed.share, (1 + 0.25 + 0) / 3);
  assert(followed.secondsOf(0) > 0);
  assertEquals(new PopulationProgress([{ configuration: { config } }]).parts, ["population of 1"]);
});

Deno.test("SweepProgress writes a line for each run or population, and more of them while it goes on", async () => {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) };
  const progress = new SweepProgress({ ...none, total: 12, done: 1, stream, lineEvery: 0.02 });
  const active = { runs: 10, parts: ["population of 10"], share: 0 };
  try {
    await progress.begin(active);
    active.parts = ["population of 10", "50 steps"];
    await new Promise((resolve) => setTimeout(resolve, 50));
    progress.say("one failed");
    progress.end([]);
    await progress.begin({ runs: 1, parts: ["gamma 0.9", "seed 4"], share: 0 });
  } finally {
    progress.close();
  }
  assertEquals(lines.slice(0, 2), [
    "runs 2 to 11 of 12  population of 10\n",
    "runs 2 to 11 of 12  population of 10  50 steps\n",
  ]);
  assertEquals(lines.filter((line) => line === "one failed\n").length, 1);
  assertMatch(lines.at(-1)!, /^run 12 of 12 {2}gamma 0\.9 {2}seed 4 {2}eta 0:00\n$/);
});

Deno.test("SweepProgress draws how far a population is on a terminal", async () => {
  const drawn: string[] = [];
  const stream = { isTTY: true, columns: 120, write: (text: string) => drawn.push(text) };
  const progress = new SweepProgress({ ...none, total: 20, done: 10, stream });
  try {
    await progress.begin({ runs: 10, parts: ["population of 10", "9,000 steps", "3 solved"], share: 0.5 });
  } finally {
    progress.close();
  }
  const text = drawn.join("");
  assertStringIncludes(text, "75%");
  assertStringIncludes(text, "runs 11 to 20 of 20  population of 10  9,000 steps  3 solved  eta 0:00");
});

Deno.test("SweepProgress tells no time left by runs that were trained before", async () => {
  const lines: string[] = [];
  const progress = new SweepProgress({
    ...none,
    total: 3,
    done: 0,
    stream: { write: (text) => lines.push(text) },
  });
  try {
    await progress.begin({ runs: 1, share: 0, parts: ["evaluation"], isTrained: true });
    progress.end([]);
    await progress.begin({ runs: 1, share: 0, parts: ["seed 1"] });
    progress.end([]);
    await progress.begin({ runs: 1, share: 0, parts: ["seed 2"] });
  } finally {
    progress.close();
  }
  assertEquals(lines, ["run 1 of 3  evaluation\n", "run 2 of 3  seed 1\n", "run 3 of 3  seed 2  eta 0:00\n"]);
});
