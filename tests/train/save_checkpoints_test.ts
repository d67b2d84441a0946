import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { TrainingError } from "../../src/core/errors.ts";
import type { Interval, TrainEvent } from "../../src/core/events.ts";
import { parseCsv } from "../../src/format/csv.ts";
import type { Run } from "../../src/train/callbacks/callback.ts";
import { CsvLog } from "../../src/train/callbacks/csv_log.ts";
import { EvaluateEvery } from "../../src/train/callbacks/evaluate_every.ts";
import { SaveCheckpoints } from "../../src/train/callbacks/save_checkpoints.ts";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { train } from "../../src/train/trainer.ts";
import { Counter } from "../envs/toys.ts";
import { evaluationEvent, FakeAgent, FakeCollector, Listener, progressAt, withFolder } from "./fakes.ts";

const metadata = { config: '{"seed":0}' };

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();

const load = (folder: string, name: "best" | "last") => loadCheckpoint(`${folder}/${name}.safetensors`);

/** The step that each file was written at, `undefined` for none. */
async function stepsIn(folder: string): Promise<{ best: string | undefined; last: string | undefined }> {
  const step = (name: "best" | "last") =>
    load(folder, name).then(({ metadata }) => metadata["step"], () => undefined);
  return { best: await step("best"), last: await step("last") };
}

/** An agent, a function that tells a SaveCheckpoints of its run, and the folder it saves to. */
async function withSaver(
  interval: Interval | undefined,
  test: (
    parts: { agent: FakeAgent; tell: (event: TrainEvent) => Promise<void>; folder: string },
  ) => Promise<void>,
) {
  await withFolder(async (parent) => {
    const [agent, folder] = [new FakeAgent(), `${parent}/run`];
    const saver = new SaveCheckpoints({ folder, metadata, ...interval ? { interval } : {} });
    const run: Run = { agent, progress: progressAt(0), emit: () => {}, stop: () => {} };
    await saver.notify({ kind: "start", ...progressAt(0) }, run);
    await test({ agent, tell: (event) => saver.notify(event, run), folder });
  });
}

Deno.test("SaveCheckpoints writes the best and the last at evaluations", async () => {
  await withSaver(undefined, async ({ agent, tell, folder }) => {
    agent.parameters.set([1, 1]);
    await tell(evaluationEvent(10, [3, 5]));
    assertEquals(await stepsIn(folder), { best: "10", last: "10" });
    agent.parameters.set([2, 2]);
    await tell(evaluationEvent(20, [1], { best: false }));
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
      const makeEnvironment = () => new Counter(4);
      const evaluate = new EvaluateEvery({
        interval: { every: 1000 },
        episodes: 3,
        seed: 1,
        makeEnvironment,
      });
      const callbacks = first ? [saver, evaluate] : [evaluate, saver];
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
    setTimeout(() => controller.abort(), 30);
    const end = await train({
      agent: new FakeAgent(),
      collector: new FakeCollector({ chunk: 1 }),
      budget: { steps: 1e9 },
      callbacks: [new SaveCheckpoints({ folder, metadata }), new CsvLog({ folder }), new Listener()],
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
  await withSaver(undefined, async ({ agent, tell, folder }) => {
    await tell(evaluationEvent(10, [1]));
    agent.parameters[1] = NaN;
    for (const event of [evaluationEvent(20, [2]), { kind: "end", ...progressAt(20), reason: "" } as const]) {
      await assertRejects(() => tell(event), TrainingError, "Cannot save online: a parameter is not finite.");
      assertEquals(await stepsIn(folder), { best: "10", last: "10" });
    }
    assertEquals(namesIn(folder), ["best.safetensors", "last.safetensors"]);
  });
});

Deno.test("SaveCheckpoints refuses an interval that is not positive", () => {
  const message = "Cannot count an interval: every is 0, wanted a positive number";
  const options = { folder: "unused", metadata, interval: { every: 0 } };
  assertThrows(() => new SaveCheckpoints(options), RangeError, message);
});
