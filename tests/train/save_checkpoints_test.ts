import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { TrainingError, UsageError } from "../../src/core/errors.ts";
import type { TrainEvent } from "../../src/core/events.ts";
import { parseCsv } from "../../src/format/csv.ts";
import type { Run } from "../../src/train/callbacks/callback.ts";
import { CsvLog } from "../../src/train/callbacks/csv_log.ts";
import { EvaluateEvery } from "../../src/train/callbacks/evaluate_every.ts";
import { Measure } from "../../src/train/callbacks/measure.ts";
import { evaluationValues } from "../../src/train/callbacks/metrics.ts";
import { SaveCheckpoints, type SaveCheckpointsOptions } from "../../src/train/callbacks/save_checkpoints.ts";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { hostEvaluator } from "../../src/train/evaluate.ts";
import { train } from "../../src/train/trainer.ts";
import { Counter } from "../envs/toys.ts";
import {
  evaluationEvent,
  FakeAgent,
  FakeCollector,
  Listener,
  progressAt,
  progressEvent,
  withFolder,
} from "./fakes.ts";

const metadata = { config: '{"seed":0}' };

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();

const load = (folder: string, name: "best" | "last") => loadCheckpoint(`${folder}/${name}.safetensors`);

/** The step that each file was written at, `undefined` for none. */
async function stepsIn(folder: string): Promise<{ best: string | undefined; last: string | undefined }> {
  const step = (name: "best" | "last") =>
    load(folder, name).then(({ metadata }) => metadata["step"], () => undefined);
  return { best: await step("best"), last: await step("last") };
}

const end = (step: number, reason = ""): TrainEvent => ({ kind: "end", ...progressAt(step), reason });

const metricsEvent = (step: number, values: Record<string, number>): TrainEvent => ({
  kind: "metrics",
  ...progressAt(step),
  values,
});

/** What is told of an evaluation. */
function evaluated(step: number, returns: number[]): TrainEvent[] {
  const event = evaluationEvent(step, returns);
  return [event, metricsEvent(step, evaluationValues(event.evaluation) as Record<string, number>)];
}

/** An agent, a function that tells a SaveCheckpoints of its run, and the folder it saves to. */
async function withSaver(
  options: Partial<SaveCheckpointsOptions>,
  test: (parts: {
    agent: FakeAgent;
    tell: (...events: TrainEvent[]) => Promise<void>;
    folder: string;
    saver: SaveCheckpoints;
  }) => Promise<void>,
) {
  await withFolder(async (parent) => {
    const [agent, folder] = [new FakeAgent(), `${parent}/run`];
    const saver = new SaveCheckpoints({ folder, metadata, ...options });
    const run: Run = { agent, progress: progressAt(0), emit: () => {}, stop: () => {} };
    const tell = async (...events: TrainEvent[]) => {
      for (const event of events) await saver.notify(event, run);
    };
    await tell({ kind: "start", ...progressAt(0) });
    await test({ agent, tell, folder, saver });
  });
}

Deno.test("SaveCheckpoints writes the best and the last at evaluations", async () => {
  await withSaver({}, async ({ agent, tell, folder }) => {
    agent.parameters.set([1, 1]);
    await tell(...evaluated(10, [3, 5]));
    assertEquals(await stepsIn(folder), { best: "10", last: "10" });
    agent.parameters.set([2, 2]);
    await tell(...evaluated(20, [1]));
    assertEquals(await stepsIn(folder), { best: "10", last: "20" });
    const [best, last] = [await load(folder, "best"), await load(folder, "last")];
    assertEquals(best.state, { online: { shape: [2], data: Float32Array.of(1, 1) } });
    assertEquals(best.metadata, { ...metadata, step: "10", update: "10", episode: "1", evaluationMean: "4" });
    assertEquals(Object.keys(last.state).toSorted(), ["clock", "online"]);
    assertEquals(last.state["online"]!.data, Float32Array.of(2, 2));
    assertEquals(last.metadata, { ...metadata, step: "20", update: "20", episode: "2" });
    assertEquals(namesIn(folder), ["best.safetensors", "last.safetensors"]);
  });
});

Deno.test("SaveCheckpoints writes the last at the exact steps of its interval, and at the end", async () => {
  await withFolder(async (folder) => {
    const saved: string[] = [];
    const watch = {
      notify: async () => {
        const { last } = await stepsIn(folder);
        if (last && last !== saved.at(-1)) saved.push(last);
      },
    };
    const saver = new SaveCheckpoints({ folder, metadata, interval: { every: 40 } });
    const callbacks = [saver, watch];
    const collector = new FakeCollector({ chunk: 30 });
    await train({ agent: new FakeAgent(), collector, budget: { steps: 100 }, callbacks });
    assertEquals(saved, ["0", "40", "80", "100"]); // The first is there from the start.
  });
});

Deno.test("SaveCheckpoints takes the last parameters for the best when there was no evaluation", async () => {
  await withFolder(async (folder) => {
    const callbacks = [new SaveCheckpoints({ folder, metadata })];
    await train({ agent: new FakeAgent(), collector: new FakeCollector(), budget: { steps: 30 }, callbacks });
    assertEquals(await stepsIn(folder), { best: "30", last: "30" });
    assertStrictEquals("evaluationMean" in (await load(folder, "best")).metadata, false);
  });
});

Deno.test("SaveCheckpoints sees the evaluation at the end, wherever it stands in the list", async () => {
  for (const first of [true, false]) {
    await withFolder(async (folder) => {
      const saver = new SaveCheckpoints({ folder, metadata });
      const evaluator = hostEvaluator(() => new Counter(4));
      const evaluate = new EvaluateEvery({
        interval: { every: 1000 },
        episodes: 3,
        seed: 1,
        evaluator,
      });
      const callbacks = [new Measure(), ...first ? [saver, evaluate] : [evaluate, saver]];
      await train({
        agent: new FakeAgent(),
        collector: new FakeCollector(),
        budget: { steps: 50 },
        callbacks,
      });
      assertEquals(await stepsIn(folder), { best: "50", last: "50" });
      assertStrictEquals("evaluationMean" in (await load(folder, "best")).metadata, true);
    });
  }
});

Deno.test("an interrupted run leaves whole files", async () => {
  await withFolder(async (folder) => {
    const controller = new AbortController();
    const react = ({ kind }: TrainEvent) => {
      if (kind === "episode") setTimeout(() => controller.abort()); // Not before the first step.
    };
    const end = await train({
      agent: new FakeAgent(),
      collector: new FakeCollector({ chunk: 1 }),
      budget: { steps: 1e9 },
      callbacks: [
        new Measure(),
        new SaveCheckpoints({ folder, metadata }),
        new CsvLog({ folder }),
        new Listener({ react }),
      ],
      signal: controller.signal,
    });
    assertStrictEquals(end.reason, "interrupted");
    assertEquals(await stepsIn(folder), { best: `${end.step}`, last: `${end.step}` });
    const { rows } = parseCsv(await Deno.readTextFile(`${folder}/metrics.csv`));
    assertStrictEquals(rows.at(-1)![0], `${end.step}`);
    assertEquals(namesIn(folder), ["best.safetensors", "episodes.csv", "last.safetensors", "metrics.csv"]);
  });
});

Deno.test("SaveCheckpoints keeps the former files when a parameter is not finite", async () => {
  await withSaver({}, async ({ agent, tell, folder }) => {
    await tell(...evaluated(10, [1]));
    agent.parameters[1] = NaN;
    for (const events of [evaluated(20, [2]).toReversed(), [end(20)]]) {
      await assertRejects(
        () => tell(...events),
        TrainingError,
        "Cannot save online: a parameter is not finite.",
      );
      assertEquals(await stepsIn(folder), { best: "10", last: "10" });
    }
    assertEquals(namesIn(folder), ["best.safetensors", "last.safetensors"]);
  });
});

Deno.test("SaveCheckpoints takes for the best what the watched metric says, of equals the later", async () => {
  await withSaver({ monitor: "validation/loss", mode: "min" }, async ({ tell, folder }) => {
    const bestAfter = async (step: number, loss: number) => {
      await tell(...evaluated(step, [step]), metricsEvent(step, { "validation/loss": loss }));
      return (await stepsIn(folder)).best;
    };
    assertEquals(await bestAfter(10, 0.5), "10");
    assertEquals(await bestAfter(20, 0.75), "10");
    assertEquals(await bestAfter(30, 0.5), "30");
    assertEquals(await bestAfter(40, NaN), "30");
    assertEquals(await bestAfter(50, 0.25), "50");
    const { metadata: worth } = await load(folder, "best");
    assertEquals([worth["validation/loss"], worth["evaluationMean"]], ["0.25", "50"]);
  });
});

Deno.test("SaveCheckpoints keeps the k best, and removes the worst when a better one comes", async () => {
  await withSaver({ topK: 3, interval: { every: 1000 } }, async ({ agent, tell, folder }) => {
    const kept: string[][] = [];
    for (const [i, mean] of [5, 1, 3, 0, 3, 9].entries()) {
      agent.parameters.fill(mean);
      await tell(...evaluated(10 * (i + 1), [mean]));
      kept.push(
        namesIn(folder).filter((name) => name.startsWith("top")).map((name) => name.split(/[-.]/)[1]!),
      );
    }
    // The fourth is worse than all three; the fifth, as good as the third, puts out the second; the sixth the third.
    assertEquals(kept.map(String), ["10", "10,20", "10,20,30", "10,20,30", "10,30,50", "10,50,60"]);
    assertEquals((await load(folder, "best")).metadata["step"], "60");
    const { state, metadata: worth } = await loadCheckpoint(`${folder}/top-50.safetensors`);
    assertEquals([state["online"]!.data[0], worth["evaluationMean"], worth["step"]], [3, "3", "50"]);
  });
});

/** At step 10, after so many updates. */
const atUpdate = <E extends TrainEvent>(event: E, update: number): E => ({ ...event, update });

Deno.test("SaveCheckpoints tells checkpoints of one step apart by their updates", async () => {
  await withSaver({ topK: 2 }, async ({ agent, tell, folder }) => {
    const updates: unknown[][] = [];
    for (const [update, mean] of [[10, 5], [12, 7], [14, 6], [16, 8]] as const) {
      agent.parameters.fill(mean);
      await tell(...evaluated(10, [mean]).map((event) => atUpdate(event, update)));
      const [best, last] = [await load(folder, "best"), await load(folder, "last")];
      updates.push([best.metadata["update"], last.metadata["update"], best.state["online"]!.data[0]]);
    }
    assertEquals(updates, [["10", "10", 5], ["12", "12", 7], ["12", "14", 7], ["16", "16", 8]]);
    // The third took the place of the first, so that the fourth found the name of the step alone free again.
    assertEquals(namesIn(folder).filter((name) => name.startsWith("top")), [
      "top-10-12.safetensors",
      "top-10.safetensors",
    ]);
    const mean = async (name: string) =>
      (await loadCheckpoint(`${folder}/${name}`)).metadata["evaluationMean"];
    assertEquals([await mean("top-10-12.safetensors"), await mean("top-10.safetensors")], ["7", "8"]);
  });
});

Deno.test("SaveCheckpoints keeps the last parameters of a run that ends among the updates of a step", async () => {
  await withSaver({ interval: { every: 10 } }, async ({ agent, tell, folder }) => {
    await tell(progressEvent(10));
    agent.parameters.fill(3);
    await tell(atUpdate(end(10, "interrupted"), 12));
    const { state, metadata } = await load(folder, "last");
    assertEquals([state["online"]!.data[0], metadata["step"], metadata["update"]], [3, "10", "12"]);
  });
});

Deno.test("SaveCheckpoints writes down the evaluation of the best, logged before the watched metric or after", async () => {
  await withSaver({ monitor: "loss", mode: "min", topK: 2 }, async ({ tell, folder }) => {
    const worth = async (name: string) => {
      const { metadata } = await loadCheckpoint(`${folder}/${name}.safetensors`);
      return [metadata["step"], metadata["loss"], metadata["evaluationMean"]];
    };
    await tell(metricsEvent(10, { loss: 4 }));
    assertEquals(await worth("best"), ["10", "4", undefined]);
    await tell(...evaluated(10, [7]));
    assertEquals([await worth("best"), await worth("top-10")], [["10", "4", "7"], ["10", "4", "7"]]);
    const [evaluation, values] = evaluated(20, [8]);
    await tell(evaluation!, metricsEvent(20, { loss: 3 }), values!);
    assertEquals([await worth("best"), await worth("top-10")], [["20", "3", "8"], ["10", "4", "7"]]);
    await tell(metricsEvent(30, { loss: 2 })); // No evaluation: that of another step is none of its.
    assertEquals([await worth("best"), await worth("top-20")], [["30", "2", undefined], ["20", "3", "8"]]);
  });
});

Deno.test("SaveCheckpoints tells of a metric that an evaluation lacks when training goes on, and keeps what it has", async () => {
  await withSaver({ monitor: "validation/loss", mode: "min" }, async ({ tell, folder, saver }) => {
    await tell(progressEvent(10), ...evaluated(10, [1]));
    const message = 'Cannot watch the metric "validation/loss": it was never logged, wanted one of ' +
      "evaluationMean, evaluationStd, evaluationMin, evaluationMax";
    await assertRejects(() => tell(progressEvent(20)), UsageError, message);
    assertStrictEquals((await stepsIn(folder)).last, "10");
    saver.close();
  });
});

Deno.test("SaveCheckpoints tells of a metric that was never logged, once all is saved", async () => {
  await withSaver({ monitor: "winrate" }, async ({ tell, folder, saver }) => {
    await tell(...evaluated(10, [1]), metricsEvent(10, { winRate: 1 }), end(10));
    assertEquals(await stepsIn(folder), { best: "10", last: "10" });
    const message = 'Cannot watch the metric "winrate": it was never logged, wanted one of evaluationMean, ' +
      'evaluationStd, evaluationMin, evaluationMax, winRate; did you mean "winRate"?';
    assertThrows(() => saver.close(), UsageError, message);
  });
  await withSaver({ monitor: "winrate" }, async ({ tell, saver }) => {
    await tell(end(10, "interrupted"));
    saver.close();
  });
  await withSaver({}, async ({ tell, saver }) => {
    await tell(end(10));
    saver.close();
  });
});

Deno.test("SaveCheckpoints refuses an interval or a topK that is not positive", () => {
  const message = "Cannot count an interval: every is 0, wanted a positive number";
  const options = { folder: "unused", metadata };
  assertThrows(() => new SaveCheckpoints({ ...options, interval: { every: 0 } }), RangeError, message);
  const topK = "Cannot keep checkpoints: topK is 0, wanted a positive integer";
  assertThrows(() => new SaveCheckpoints({ ...options, topK: 0 }), RangeError, topK);
});
