import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import type { TrainEvent } from "../../src/core/events.ts";
import { EvaluateEvery } from "../../src/train/callbacks/evaluate_every.ts";
import { fillText } from "../../src/train/callbacks/line_template.ts";
import { Measure } from "../../src/train/callbacks/measure.ts";
import { PrintLines, type PrintLinesOptions } from "../../src/train/callbacks/print_lines.ts";
import { hostEvaluator } from "../../src/train/evaluate.ts";
import { train } from "../../src/train/trainer.ts";
import { Counter } from "../envs/toys.ts";
import { evaluationEvent, FakeAgent, FakeCollector, Listener, progressAt, progressEvent } from "./fakes.ts";

/** What is printed in a run of 400 steps that is measured every 100 and evaluated every 150. */
async function printed(options: Omit<PrintLinesOptions, "stream">, chunk = 70) {
  let text = "";
  const listener = new Listener();
  const evaluator = hostEvaluator(() => new Counter(4));
  await train({
    agent: new FakeAgent(),
    collector: new FakeCollector({ chunk }),
    budget: { steps: 400 },
    callbacks: [
      new Measure({ interval: { every: 100 } }),
      new EvaluateEvery({ interval: { every: 150 }, episodes: 3, seed: 1, evaluator }),
      new PrintLines({ ...options, stream: { write: (more) => text += more } }),
      listener,
    ],
  });
  return { lines: text.split("\n").slice(0, -1), events: listener.events };
}

Deno.test("PrintLines prints a line every so many episodes, with that episode's numbers", async () => {
  const text = "Episode: {episode}, Reward: {return}, Steps: {length}";
  const lines = [10, 20, 30, 40].map((i) => `Episode: ${i}, Reward: ${i}, Steps: 10`);
  assertEquals((await printed({ every: 10, unit: "episode", text })).lines, lines);
  const { lines: all } = await printed({ every: 1, unit: "episode", text: "{step} {epsilon}" });
  assertEquals(all, Array.from({ length: 40 }, (_, i) => `${10 * (i + 1)} 0.5`));
});

Deno.test("PrintLines prints a line every so many evaluations, the last one's too", async () => {
  const text = "episode = {episode}, reward = {evaluationMean}";
  const { lines, events } = await printed({ every: 1, unit: "evaluation", text });
  const wanted = events.filter((event) => event.kind === "evaluation").map((
    { episode, evaluation: { mean } },
  ) => `episode = ${episode}, reward = ${Number(mean.toPrecision(4))}`);
  assertEquals(wanted.length, 3);
  assertEquals(lines, wanted);
  const second = await printed({ every: 2, unit: "evaluation", text: "{step}" });
  assertEquals(second.lines, ["300"]);
});

const episode = { kind: "episode", terminated: true, truncated: false, epsilon: 0.25 } as const;

Deno.test("PrintLines prints at once what is known at the moment, and cuts training for steps alone", () => {
  const counts = ["step", "update", "episode", "seconds", "return", "length", "epsilon"];
  const cases = [
    ["episode", counts.filter((name) => name !== "update"), {}, "7 2 1.5 20 3 0.25"],
    [
      "evaluation",
      [...counts, "evaluationMean", "evaluationStd", "evaluationMin", "evaluationMax"],
      {},
      "8 8 0 0.08 20 3 0.25 6 1 5 7",
    ],
    ["step", counts, { step: 18 }, "9 9 0 0.09 20 3 0.05"],
  ] as const;
  const events: TrainEvent[] = [
    { ...episode, episode: 2, step: 7, seconds: 1.5, return: 20, length: 3 },
    evaluationEvent(8, [5, 7]),
    progressEvent(9),
  ];
  for (const [i, [unit, names, due, line]] of cases.entries()) {
    let text = "";
    const stream = { write: (more: string) => text += more };
    const every = unit === "step" ? 9 : 1;
    const print = new PrintLines({ every, unit, text: names.map((name) => `{${name}}`).join(" "), stream });
    for (const event of events.slice(0, i + 1)) print.notify(event);
    assertEquals([text, print.due()], [`${line}\n`, due], unit);
  }
});

Deno.test("PrintLines prints metrics of the very moment, however training is cut", async () => {
  for (const chunk of [7, 70, Infinity]) {
    // Losses are the numbers of their updates: means of 1 to 100, 151 to 200 after the evaluation at 150, and so on.
    const text = "episode {episode}: loss {loss}, update {update}";
    assertEquals((await printed({ every: 10, unit: "episode", text }, chunk)).lines, [
      "episode 10: loss 50.5, update 100",
      "episode 20: loss 175.5, update 200",
      "episode 30: loss 250.5, update 300",
      "episode 40: loss 350.5, update 400",
    ]);
  }
});

Deno.test("PrintLines waits for the held-out loss of the very evaluation", () => {
  let text = "";
  const print = new PrintLines({
    every: 1,
    unit: "evaluation",
    text: "{step} {evaluationMean} {validation/loss}",
    stream: { write: (more) => text += more },
  });
  for (const step of [10, 20]) {
    print.notify(progressEvent(step));
    print.notify(evaluationEvent(step, [step]));
    print.notify({ kind: "metrics", ...progressAt(step), values: { "validation/loss": step / 8 } });
  }
  print.close();
  assertEquals(text, "10 10 1.25\n20 20 2.5\n");
});

Deno.test("PrintLines prints at exact steps", async () => {
  const { lines } = await printed({ every: 150, unit: "step", text: "{step} {update} {episode}" }, 40);
  assertEquals(lines, ["150 150 15", "300 300 30"]);
});

Deno.test("PrintLines prints what was held back when the run fails", () => {
  let text = "";
  const print = new PrintLines({
    every: 1,
    unit: "episode",
    text: "{episode} {loss}",
    stream: { write: (more) => text += more },
  });
  const result = { return: 1, length: 1, terminated: true, truncated: false, epsilon: 0, seconds: 0 };
  print.notify({ kind: "episode", episode: 1, step: 1, ...result });
  assertEquals(text, "");
  print.close();
  print.close();
  assertEquals(text, "1 -\n");
});

Deno.test("PrintLines clears a terminal's line first, and writes no escapes elsewhere", () => {
  for (const [isTTY, wanted] of [[true, "\r\x1b[K1\n"], [false, "1\n"]] as const) {
    let text = "";
    const stream = { write: (more: string) => text += more, isTTY };
    const print = new PrintLines({ every: 1, unit: "evaluation", text: "{step}", stream });
    const evaluation = { episodes: 1, mean: 1, std: 0, min: 1, max: 1, returns: [1], lengths: [1] };
    print.notify({ kind: "evaluation", ...progressAt(1), evaluation, best: true });
    assertEquals(text, wanted);
  }
});

Deno.test("PrintLines refuses a placeholder that it does not know, and an interval that is no count", () => {
  const options = { every: 10, unit: "episode", text: "{episode} {retrun}" } as const;
  const message =
    'Cannot print lines like "{episode} {retrun}": {retrun} is not known, wanted one of step, update, ' +
    "episode, seconds, return, length, stepsPerSecond, epsilon, learningRate, loss, meanQ, returnsOutside, return100, " +
    "evaluationMean, evaluationStd, evaluationMin, evaluationMax, winRate, validation/loss; " +
    'did you mean "return"?';
  assertThrows(() => new PrintLines(options), UsageError, message);
  new PrintLines({ ...options, metrics: ["retrun"] });
  const every = "Cannot print lines: every is 0.5, wanted a positive integer";
  assertThrows(() => new PrintLines({ ...options, text: "", every: 0.5 }), RangeError, every);
});

Deno.test("fillText() writes numbers short, and what is not known as a dash", () => {
  const written = (value: number | undefined) => fillText("<{x}>", { x: value });
  const values = [3, -1200000, 0.1 + 0.2, 123.456, 12345.678, 1.5e-7, NaN, undefined];
  assertEquals(values.map(written), [
    "<3>",
    "<-1200000>",
    "<0.3>",
    "<123.5>",
    "<12345.7>",
    "<1.5e-7>",
    "<NaN>",
    "<->",
  ]);
});
