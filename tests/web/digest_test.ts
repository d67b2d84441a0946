import { assertEquals } from "@std/assert";
import type { ProgressEvent, TrainEvent } from "../../src/core/events.ts";
import { Digest } from "../../src/web/trainer/digest.ts";
import type { News, ProgressNews } from "../../src/web/trainer/protocol.ts";

/** Tells events to a digest at times of a clock that stands still between them. */
function digestOf(events: readonly (readonly [milliseconds: number, event: TrainEvent])[]): News[] {
  const news: News[] = [];
  const { now } = performance;
  let time = 0;
  performance.now = () => time;
  try {
    const digest = new Digest((told) => news.push(told));
    for (const [milliseconds, event] of events) {
      time = milliseconds;
      digest.notify(event);
    }
    digest.flush();
  } finally {
    performance.now = now;
  }
  return news;
}

function progress(milliseconds: number, step: number, losses: number[] = []): [number, ProgressEvent] {
  const seconds = milliseconds / 1000;
  const numbers = { losses: Float32Array.from(losses), meanQ: Float32Array.from(losses), epsilon: 0.5 };
  return [milliseconds, { kind: "progress", step, update: losses.length, episode: 0, seconds, ...numbers }];
}

const start = (step: number): TrainEvent => ({ kind: "start", step, update: 0, episode: 0, seconds: 0 });

const told = (news: News[]) => news.filter((one): one is ProgressNews => one.kind === "progress");

Deno.test("Digest tells ten times a second at most, and leaves nothing out", () => {
  const losses = Array.from({ length: 100 }, (_, i) => i);
  const events = losses.map((loss) => progress(10 * loss, loss + 1, [loss]));
  const news = told(digestOf([[0, start(0)], ...events]));
  assertEquals(news.length, 11);
  assertEquals(news.at(-1)!.progress.step, 100);
  const means = news.map(({ point }) => point!.loss).filter((loss) => loss !== undefined);
  assertEquals(means.slice(0, 3), [5, 15.5, 25.5]);
});

Deno.test("Digest counts the time of training alone: neither that of evaluations nor of rests", () => {
  const evaluation = { episodes: 1, mean: 1, std: 0, min: 1, max: 1, returns: [1], lengths: [1] };
  const [news] = told(digestOf([
    [0, start(0)],
    progress(400, 400),
    [2400, { kind: "evaluation", step: 400, update: 0, episode: 0, seconds: 2.4, evaluation, best: true }],
    progress(3000, 1000),
  ])).slice(-1);
  assertEquals(Math.round(news!.stepsPerSecond!), 1000);
});

Deno.test("Digest counts on where another training counts anew", () => {
  const steps = told(digestOf([
    [0, start(0)],
    progress(200, 100),
    [300, start(0)], // By hand.
    progress(500, 7),
    [600, start(100)], // The run goes on where it was.
    progress(800, 150),
  ])).map((news) => news.progress.step);
  assertEquals(steps, [0, 100, 100, 107, 107, 157]);
});
