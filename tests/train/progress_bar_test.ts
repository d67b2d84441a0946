import { assert, assertEquals, assertMatch, assertStrictEquals, assertStringIncludes } from "@std/assert";
import type { EpisodeEvent, TrainEvent } from "../../src/core/events.ts";
import { ProgressBar } from "../../src/train/callbacks/progress_bar.ts";
import { fitParts, formatDuration, nearestBound } from "../../src/train/callbacks/progress_text.ts";
import type { Budget } from "../../src/train/member_run.ts";
import { evaluationEvent, progressAt, progressEvent } from "./fakes.ts";

function episodeEvent(episode: number, total: number): EpisodeEvent {
  const result = { return: total, length: 10, terminated: true, truncated: false };
  return { kind: "episode", episode, step: 10 * episode, ...result, epsilon: 0.05, seconds: 0 };
}

const start: TrainEvent = { kind: "start", ...progressAt(0) };
const end = (step: number, seconds: number): TrainEvent => ({
  kind: "end",
  ...progressAt(step, seconds),
  reason: "",
});

/** What a bar writes when it is told of `events` and closed. */
async function written(
  events: TrainEvent[],
  { budget = { steps: 50_000 }, isTTY = false, columns = 100 }: {
    budget?: Budget;
    isTTY?: boolean;
    columns?: number;
  } = {},
): Promise<string> {
  let text = "";
  const bar = new ProgressBar({ budget, stream: { write: (more) => text += more, isTTY, columns } });
  for (const event of events) await bar.notify(event);
  bar.close();
  bar.close();
  return text;
}

Deno.test("ProgressBar writes a line every 5 s where there is no terminal, and one at the end", async () => {
  const events = Array.from({ length: 60 }, (_, i) => progressEvent(200 * (i + 1), 0.25 * (i + 1)));
  const text = await written([
    start,
    episodeEvent(1, 100),
    episodeEvent(2, 101),
    ...events,
    end(12_010, 15.1),
  ]);
  assertEquals(text.split("\n"), [
    "step 4,000 of 50,000  episode 400  return 100.5  epsilon 0.05  800 steps/s  eta 0:58",
    "step 8,000 of 50,000  episode 800  return 100.5  epsilon 0.05  800 steps/s  eta 0:53",
    "step 12,000 of 50,000  episode 1,200  return 100.5  epsilon 0.05  800 steps/s  eta 0:48",
    "step 12,010 of 50,000  episode 1,201  return 100.5  epsilon 0.05  800 steps/s  eta 0:48",
    "",
  ]);
});

Deno.test("ProgressBar writes a line at every evaluation", async () => {
  const events = [progressEvent(5000, 1), evaluationEvent(5000, [180, 200]), progressEvent(6000, 2)];
  const again = evaluationEvent(6000, [7], { best: false });
  assertEquals((await written([start, ...events, again])).split("\n"), [
    "evaluation at step 5,000: mean 190  std 10  of 2 episodes  best",
    "evaluation at step 6,000: mean 7  std 0  of 1 episode",
    "",
  ]);
});

Deno.test("ProgressBar tells small returns", async () => {
  const text = await written([
    start,
    episodeEvent(1, 2.5e-4),
    episodeEvent(2, 2.1e-4),
    progressEvent(5000, 5),
    evaluationEvent(5000, [3e-4, 1e-4]),
  ]);
  assertStringIncludes(text, "  return 0.00023  ");
  assertStringIncludes(text, ": mean 0.0002  std 0.0001  of 2 episodes");
});

Deno.test("ProgressBar leaves evaluations out of the speed, but not out of the time left", async () => {
  const events = [
    progressEvent(5000, 5),
    evaluationEvent(5000, [1], { seconds: 15 }),
    progressEvent(10_000, 20),
  ];
  const text = await written([start, ...events]);
  assertStringIncludes(text, "step 10,000 of 50,000  episode 1,000  epsilon 0.05  1,000 steps/s  eta 1:20\n");
});

const fill = (done: number, seconds: number): TrainEvent => ({
  kind: "fill",
  ...progressAt(0, seconds),
  done,
  total: 10_000,
});

Deno.test("ProgressBar tells how far the replay memory is filled, and leaves that out of the speed", async () => {
  const fills = [fill(1000, 1), fill(2000, 2), fill(6000, 6), fill(7000, 7), fill(10_000, 10)];
  assertEquals((await written([start, ...fills, progressEvent(5000, 15)])).split("\n"), [
    "filling the replay memory 6,000 of 10,000",
    "filling the replay memory 10,000 of 10,000",
    "step 5,000 of 50,000  episode 500  epsilon 0.05  1,000 steps/s  eta 0:45",
    "",
  ]);
  const text = await written([start, fill(5000, 1)], { isTTY: true });
  assertStringIncludes(text, "[=====-----] 50%  filling the replay memory 5,000 of 10,000");
});

Deno.test("ProgressBar draws a bar on a terminal, and ends its line", async () => {
  const evaluation = evaluationEvent(12_500, [200], { seconds: 10 });
  const events = [episodeEvent(1, 187.4), progressEvent(12_500, 10), evaluation];
  const text = await written([start, ...events, end(12_500, 10)], { isTTY: true });
  assertStringIncludes(
    text,
    "[===-------] 25%  step 12,500 of 50,000  return 187.4  eta 0:30  eval 200  1,250 steps/s",
  );
  assertStrictEquals(text.match(/\n/g)?.length, 1);
  assert(text.endsWith("\n"), "the line is not ended");
});

Deno.test("ProgressBar leaves the terminal's cursor and wrapping as they were, also without an end", async () => {
  for (const events of [[start], [start, progressEvent(10)], [start, progressEvent(10), end(10, 1)]]) {
    const text = await written(events, { isTTY: true });
    // deno-lint-ignore no-control-regex
    assertEquals(text.match(/\x1b\[\?[^a-z]*[a-z]/g), null);
    assert(text.endsWith("\n"), "the line is not ended");
  }
  assertStrictEquals(await written([], { isTTY: true }), "");
});

Deno.test("ProgressBar keeps to the width of the terminal", async () => {
  const events = [start, episodeEvent(1, 187.4), progressEvent(12_500, 10), end(12_500, 10)];
  for (const columns of [10, 40, 60, 80, 200]) {
    const text = await written(events, { isTTY: true, columns });
    // deno-lint-ignore no-control-regex
    const lines = text.split(/[\n\r]|\x1b\[[0-9]*[A-Z]|\x1b[78]/);
    const longest = Math.max(...lines.map((line) => line.length));
    assert(longest <= columns, `${longest} characters for ${columns} columns`);
  }
});

Deno.test("ProgressBar tells as much as the terminal is wide for", async () => {
  const events = [start, episodeEvent(1, 187.4), progressEvent(50_000, 40)];
  const drawn = async (columns: number) => {
    const text = await written(events, { isTTY: true, columns });
    // deno-lint-ignore no-control-regex
    return /\[=+\] 100%.*?(?=[\n\r]|\x1b|$)/.exec(text)![0];
  };
  const whole = await drawn(200);
  assertStringIncludes(whole, "epsilon 0.05");
  assertStrictEquals(await drawn(whole.length), whole);
  assertStrictEquals(await drawn(whole.length - 1), whole.replace("  epsilon 0.05", ""));
});

Deno.test("ProgressBar lets others print above it, on a terminal and elsewhere", async () => {
  for (const isTTY of [true, false]) {
    let text = "";
    const stream = { write: (more: string) => text += more, isTTY, columns: 100 };
    const bar = new ProgressBar({ budget: { steps: 1000 }, stream });
    await bar.notify(start);
    await bar.notify(progressEvent(100, 1));
    const before = text;
    bar.lines.write("a line\n");
    assertStrictEquals(text.slice(before.length), isTTY ? "\r\x1b[Ka line\n" : "a line\n");
    await bar.notify(progressEvent(200, 10));
    bar.close();
    assertStringIncludes(text.slice(before.length), "step 200 of 1,000"); // The bar stands below.
    assertStrictEquals(bar.lines.isTTY, isTTY);
  }
});

Deno.test("ProgressBar writes to standard error, and nothing to standard output", async () => {
  const code = `
    import { ProgressBar } from "${new URL("../../src/train/callbacks/progress_bar.ts", import.meta.url)}";
    const bar = new ProgressBar({ budget: { steps: 100 } });
    const counts = { step: 100, update: 0, episode: 3, seconds: 6 };
    const rates = { epsilon: 1, learningRate: 1, losses: new Float32Array(), meanQ: new Float32Array() };
    await bar.notify({ kind: "start", ...counts, step: 0 });
    await bar.notify({ kind: "progress", ...counts, ...rates });`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
  assertStrictEquals(new TextDecoder().decode(stdout), "");
  assertMatch(new TextDecoder().decode(stderr), /step 100 of 100 {2}episode 3 .*\n$/);
});

Deno.test("nearestBound() takes the bound of which the greatest share is spent", () => {
  const progress = { step: 500, update: 0, episode: 30, seconds: 60 };
  const done = (budget: Budget) => nearestBound(budget, progress);
  assertEquals(done({ steps: 1000 }), { share: 0.5, done: "step 500 of 1,000", unit: "steps" });
  assertEquals(done({ steps: 1000, episodes: 40 }), {
    share: 0.75,
    done: "episode 30 of 40",
    unit: "episodes",
  });
  assertEquals(done({ seconds: 3600 }), {
    share: 1 / 60,
    done: "step 500  1:00 of 1:00:00",
    unit: "seconds",
  });
  assertStrictEquals(done({ steps: 100 }).share, 1);
  assertStrictEquals(done({ steps: 0 }).share, 1);
});

Deno.test("ProgressBar counts the budget from where the run goes on", async () => {
  const from = progressAt(5000, 10);
  const text = await written([{ kind: "start", ...from }, progressEvent(5100, 16), end(5250, 16.5)], {
    budget: { steps: 1000 },
  });
  assertEquals(text.split("\n"), [
    "step 5,100 of 6,000  episode 510  epsilon 0.05  17 steps/s  eta 0:54",
    "step 5,250 of 6,000  episode 525  epsilon 0.05  17 steps/s  eta 0:54",
    "",
  ]);
  const budget = { seconds: 20 };
  assertEquals(nearestBound(budget, progressAt(5100, 15), from), {
    share: 0.25,
    done: "step 5,100  0:15 of 0:30",
    unit: "seconds",
  });
});

Deno.test("formatDuration() and fitParts() write times and what there is room for", () => {
  assertEquals([0, 9.6, 61, 3599.6, 3723].map(formatDuration), [
    "0:00",
    "0:10",
    "1:01",
    "1:00:00",
    "1:02:03",
  ]);
  assertStrictEquals(fitParts(["one", "", "three", "4"], 7), "one  4");
  assertStrictEquals(fitParts(["longer than that"], 7), "longer than that");
});
