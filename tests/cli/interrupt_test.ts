import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { graceAfter, tellInterrupt, unlessAborted } from "../../src/cli/interrupt.ts";
import { resumeRun } from "../../src/cli/resume_run.ts";
import { isDone, readSummary } from "../../src/runs/summary.ts";
import { writePictures } from "../../src/cli/run_pictures.ts";
import { trainRun } from "../../src/cli/train_run.ts";
import { parseConfig } from "../../src/config/schema.ts";
import type { Callback } from "../../src/train/callbacks/callback.ts";
import { LiveChart } from "../../src/train/callbacks/live_chart.ts";
import { progressAt, progressEvent } from "../train/fakes.ts";
import { filesUnder, withFolder } from "./task.ts";

const enough = new Error("enough");
const moment = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test("graceAfter() is aborted some time after the signal, and not without it", async () => {
  const controller = new AbortController();
  using grace = graceAfter(controller.signal, 30);
  await moment(60);
  assert(!grace.signal.aborted, "aborted without an interrupt");
  controller.abort(enough);
  assert(!grace.signal.aborted, "aborted at once");
  await moment(60);
  assertStrictEquals(grace.signal.reason, enough);

  using late = graceAfter(controller.signal, 30);
  assert(!late.signal.aborted, "aborted at once");
  await moment(60);
  assert(late.signal.aborted);
});

Deno.test("unlessAborted() does no work after an interrupt, gives up what one ends, and hides no error", async () => {
  const never = () => Promise.reject(new Error("begun"));
  assertEquals(await unlessAborted(AbortSignal.abort(enough), never), undefined);
  const { signal } = new AbortController();
  assertEquals(await unlessAborted(signal, () => Promise.resolve(3)), 3);
  await assertRejects(() => unlessAborted(signal, never), Error, "begun");
  const controller = new AbortController();
  const ended = unlessAborted(controller.signal, () => {
    controller.abort(enough);
    return Promise.reject(controller.signal.reason);
  });
  assertEquals(await ended, undefined);
});

Deno.test("tellInterrupt() prints above a live chart, where the next drawing leaves it", () => {
  const written: string[] = [];
  const chart = new LiveChart({ stream: { write: (text) => void written.push(text), isTTY: true } });
  const result = { return: 9, length: 9, terminated: true, truncated: false };
  chart.notify({ kind: "episode", step: 9, episode: 1, seconds: 1, ...result, epsilon: 0 });
  chart.notify(progressEvent(9, 1));
  const controller = new AbortController();
  {
    using _told = tellInterrupt(controller.signal, (line) => void chart.lines.write(`${line}\n`));
    controller.abort();
  }
  assertStrictEquals(
    written[1]!.split("\x1b[J")[1],
    "interrupted: ending the run; once more ends it at once\n",
  );
  chart.notify({ kind: "end", ...progressAt(9, 2), reason: "interrupted" });
  assert(!written[2]!.startsWith("\r\x1b["), "the message is drawn over");
});

/** A run that is interrupted before its first step, of episodes that last: a million take minutes on any machine. */
async function interruptedRun(out: string, episodes: number) {
  const config = parseConfig({
    environment: { id: "CliffWalking-v1", maxEpisodeSteps: 2000 },
    agent: { kind: "tabular" },
    budget: { steps: 1000 },
    evaluation: { every: 1000, episodes: 1, final: { episodes } },
  });
  const signal = AbortSignal.abort(enough);
  return await trainRun({ name: "test", config }, { out, quiet: true, silent: true, signal });
}

Deno.test("trainRun() evaluates an interrupted run if that is quick, and draws nothing", async () => {
  await withFolder(async (folder) => {
    const { stopReason, evaluation } = await interruptedRun(`${folder}/run`, 2);
    assertEquals([stopReason, evaluation?.episodes], ["interrupted", 2]);
    const drawn = filesUnder(`${folder}/run`).filter((path) => /pictures|\.gif$/.test(path));
    assertEquals(drawn, []);
  });
});

Deno.test("trainRun() ends within two seconds of an interrupt, however long the evaluation", async () => {
  await withFolder(async (folder) => {
    const before = performance.now();
    const { evaluation } = await interruptedRun(`${folder}/run`, 1_000_000);
    assertEquals(evaluation, null);
    assert(performance.now() - before < 20_000, "it took over 20 s"); // With room for a machine that is busy.
    assert(filesUnder(`${folder}/run`).includes("summary.json"));
  });
});

Deno.test("what an interrupt left to draw is drawn when the run goes on", async () => {
  await withFolder(async (folder) => {
    const run = `${folder}/run`;
    const controller = new AbortController();
    const atEnd: Callback = { notify: ({ kind }) => kind === "end" ? controller.abort(enough) : undefined };
    const config = parseConfig({
      environment: { id: "CliffWalking-v1", maxEpisodeSteps: 20 },
      agent: { kind: "tabular" },
      budget: { steps: 100 },
      evaluation: { final: { episodes: 2 } },
      log: { tensorBoard: false, animation: false },
    });
    const silent = { quiet: true, silent: true };
    const { signal } = controller;
    const first = await trainRun({ name: "test", config }, {
      out: run,
      ...silent,
      signal,
      watch: atEnd,
    });
    assertEquals([first.stopReason, first.evaluation?.episodes], ["budget of 100 steps", 2]);
    assertEquals(filesUnder(run).filter((path) => path.startsWith("pictures/")), []);
    await resumeRun(run, { set: [], ...silent, signal: new AbortController().signal });
    assert(filesUnder(run).includes("pictures/durations.svg"));
    assert(isDone((await readSummary(`${run}/summary.json`))!));
  });
});

Deno.test("writePictures() draws none after an interrupt, and keeps those it has", async () => {
  await withFolder(async (out) => {
    const controller = new AbortController();
    const pictures = ["a", "b", "c"].values().map((name, i) => {
      if (i === 1) controller.abort(enough);
      return [name, "<svg/>"] as const;
    });
    await assertRejects(() => writePictures(pictures, { out, signal: controller.signal }), Error, "enough");
    assertEquals(filesUnder(out), ["a.svg"]);
  });
});
