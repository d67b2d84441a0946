import { assertEquals, assertThrows } from "@std/assert";
import { parseFailure, parseSummary } from "../../src/runs/summary.ts";
import { UsageError } from "../../src/core/errors.ts";

const evaluation = { episodes: 3, mean: 0.1, std: 0, min: 0.1, max: 0.1 };
const summary = {
  preset: "cartpole",
  seed: 3,
  environmentSteps: 1000,
  updates: 500,
  episodes: 20,
  wallSeconds: 1.5,
  stopReason: "budget of 1000 steps",
  adapter: "none",
  kernelProfile: "none",
  evaluation,
};

Deno.test("parseSummary() takes what runs write, and keys that it does not know", () => {
  const rounded = { ...evaluation, mean: 0.1 + 2 ** -55, winRate: 1 };
  for (const more of [{}, { device: "wasm" }, { evaluation: null }, { test: rounded }, { later: 1 }]) {
    const given = { ...summary, ...more };
    assertEquals(parseSummary(given, "summary.json") as unknown, given);
  }
});

Deno.test("parseSummary() refuses absurd values by their names", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ seed: -1 }, "seed: -1, wanted an integer from 0 to 4294967295"],
    [{ environmentSteps: 1.5 }, "environmentSteps: 1.5, wanted an integer from 0"],
    [{ wallSeconds: -1 }, "wallSeconds: -1, wanted a number of at least 0"],
    [{ preset: 7 }, "preset: 7, wanted a text"],
    [{ device: 7 }, "device: 7, wanted a text"],
    [{ evaluation: 500 }, "evaluation: 500, wanted an object"],
    [{ evaluation: { ...evaluation, mean: "500" } }, 'evaluation.mean: "500", wanted a number'],
    [{ evaluation: { ...evaluation, mean: 1e999 } }, "evaluation.mean: "],
    [
      { evaluation: { ...evaluation, mean: 500 } },
      "evaluation.mean: 500, wanted a number from min 0.1 to max 0.1",
    ],
    [{ evaluation: { ...evaluation, episodes: 0 } }, "evaluation.episodes: 0, wanted an integer from 1"],
    [{ evaluation: { ...evaluation, winRate: 1.2 } }, "evaluation.winRate: 1.2, wanted a number from 0 to 1"],
    [{ test: { ...evaluation, std: -1 } }, "test.std: -1, wanted a number of at least 0"],
    [{ updates: undefined }, "updates: "],
  ];
  for (const [more, message] of cases) {
    const act = () => parseSummary({ ...summary, ...more }, "run/summary.json");
    assertThrows(act, UsageError, `Cannot use run/summary.json: 1 problem\n  ${message}`);
  }
  assertThrows(() => parseSummary([], "summary.json"), UsageError, "wanted an object, as a run writes it");
});

Deno.test("parseFailure() takes what sweeps write and refuses anything else", () => {
  const failure = { reason: "The loss is NaN", wallSeconds: 1.5 };
  assertEquals(parseFailure(failure, "failed.json"), failure);
  for (const given of [null, [], {}, { ...failure, reason: 3 }, { ...failure, wallSeconds: -1 }]) {
    assertThrows(() => parseFailure(given, "failed.json"), UsageError, "Cannot use failed.json: ");
  }
});
