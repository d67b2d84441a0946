import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { TrainingError } from "../../src/core/errors.ts";
import type { TrainEvent } from "../../src/core/events.ts";
import { parseCsv } from "../../src/format/csv.ts";
import { CsvLog, episodeColumns, metricsColumns } from "../../src/train/callbacks/csv_log.ts";
import { train } from "../../src/train/trainer.ts";
import {
  evaluationEvent,
  FakeAgent,
  FakeCollector,
  Listener,
  progressAt,
  progressEvent,
  withFolder,
} from "./fakes.ts";

type Fields = Record<string, string>;

/** The rows of a file by the names of their columns. */
async function rowsOf(path: string): Promise<Fields[]> {
  const text = await Deno.readTextFile(path);
  assert(text.endsWith("\n"), `${path} ends in the middle of a line`);
  const { header, rows } = parseCsv(text);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]!])));
}

const start: TrainEvent = { kind: "start", ...progressAt(0) };
const end = (step: number): TrainEvent => ({ kind: "end", ...progressAt(step), reason: "" });

/** Tells a log of `events` and gives the rows of its metrics. */
async function metricsOf(events: TrainEvent[], every = 10): Promise<Fields[]> {
  let rows: Fields[] = [];
  await withFolder(async (folder) => {
    const log = new CsvLog({ folder, interval: { every } });
    for (const event of [start, ...events]) await log.notify(event);
    log.close();
    rows = await rowsOf(`${folder}/metrics.csv`);
  });
  return rows;
}

const column = (rows: Fields[], name: string) => rows.map((row) => row[name]!);

Deno.test("CsvLog writes a row of metrics every interval, at exact steps, and one at the end", async () => {
  await withFolder(async (folder) => {
    const callbacks = [new CsvLog({ folder: `${folder}/a/b`, interval: { every: 100 } })];
    const collector = new FakeCollector({ chunk: 30 });
    await train({ agent: new FakeAgent(), collector, budget: { steps: 250 }, callbacks });
    const rows = await rowsOf(`${folder}/a/b/metrics.csv`);
    assertEquals(Object.keys(rows[0]!), [...metricsColumns]);
    assertEquals(column(rows, "step"), ["100", "200", "250"]);
    assertEquals(column(rows, "update"), ["100", "200", "250"]);
    assertEquals(column(rows, "episode"), ["10", "20", "25"]);
    // Losses are the numbers of their updates, mean Q values their negatives: each row has those since the row before.
    assertEquals(column(rows, "loss"), ["50.5", "150.5", "225.5"]);
    assertEquals(column(rows, "meanQ"), ["-50.5", "-150.5", "-225.5"]);
    assertEquals(column(rows, "return100"), ["5.5", "10.5", "13"]);
    assertEquals(column(rows, "epsilon"), ["0.5", "0.5", "0.5"]);
    assertEquals(column(rows, "learningRate"), ["0.001", "0.001", "0.001"]);
    assertEquals(column(rows, "evaluationMean"), ["", "", ""]);
    assert(column(rows, "stepsPerSecond").every((speed) => Number(speed) > 0));
  });
});

Deno.test("CsvLog writes each episode", async () => {
  await withFolder(async (folder) => {
    const callbacks = [new CsvLog({ folder })];
    await train({ agent: new FakeAgent(), collector: new FakeCollector(), budget: { steps: 35 }, callbacks });
    const rows = await rowsOf(`${folder}/episodes.csv`);
    assertEquals(Object.keys(rows[0]!), [...episodeColumns]);
    assertEquals(column(rows, "episode"), ["1", "2", "3"]);
    assertEquals(column(rows, "step"), ["10", "20", "30"]);
    assertEquals(column(rows, "return"), ["1", "2", "3"]);
    assertEquals([rows[0]!["terminated"], rows[0]!["truncated"], rows[0]!["epsilon"]], ["1", "0", "0.5"]);
  });
});

Deno.test("CsvLog puts an evaluation into the row of its step, or into one of its own", async () => {
  const rows = await metricsOf([
    progressEvent(10, 1, [1, 3]),
    evaluationEvent(10, [2, 4]),
    progressEvent(15, 2, [5]),
    evaluationEvent(15, [7]),
    progressEvent(20, 3),
    { kind: "stop", ...progressAt(20), reason: "" },
    evaluationEvent(20, [8, 8]),
    end(20),
  ]);
  assertEquals(column(rows, "step"), ["10", "15", "20"]);
  assertEquals(column(rows, "loss"), ["2", "5", ""]);
  assertEquals(column(rows, "evaluationMean"), ["3", "7", "8"]);
  assertEquals(column(rows, "evaluationStd"), ["1", "0", "0"]);
  assertEquals(column(rows, "evaluationMin"), ["2", "7", "8"]);
  assertEquals(column(rows, "evaluationMax"), ["4", "7", "8"]);
  assertEquals(column(rows, "return100"), ["", "", ""]);
});

Deno.test("CsvLog leaves the time of evaluations out of steps per second", async () => {
  const rows = await metricsOf([
    progressEvent(10, 2),
    evaluationEvent(10, [1], { seconds: 7 }),
    progressEvent(20, 8),
    progressEvent(30, 10),
  ]);
  assertEquals(column(rows, "seconds"), ["2", "8", "10"]);
  assertEquals(column(rows, "stepsPerSecond"), ["5", "10", "5"]);
});

Deno.test("CsvLog logs a run that ends before its first step", async () => {
  const rows = await metricsOf([evaluationEvent(0, [1]), end(0)]);
  assertEquals(
    rows.map((row) => [row["step"], row["stepsPerSecond"], row["epsilon"], row["evaluationMean"]]),
    [
      ["0", "", "", "1"],
    ],
  );
});

Deno.test("CsvLog keeps what it was told when the run fails", async () => {
  await withFolder(async (folder) => {
    const fail = new Listener({
      react: (event) => {
        if (event.kind === "progress" && event.step === 40) throw new TrainingError("diverged");
      },
    });
    const callbacks = [new CsvLog({ folder, interval: { every: 20 } }), fail];
    const budget = { steps: 100 };
    await assertRejects(
      () => train({ agent: new FakeAgent(), collector: new FakeCollector(), budget, callbacks }),
      TrainingError,
      "diverged",
    );
    assertEquals(column(await rowsOf(`${folder}/metrics.csv`), "step"), ["20", "40"]);
    assertEquals(column(await rowsOf(`${folder}/episodes.csv`), "step"), ["10", "20", "30", "40"]);
  });
});

Deno.test("CsvLog leaves whole lines when the process is killed", async () => {
  await withFolder(async (folder) => {
    const code = `
      import { CsvLog } from "${new URL("../../src/train/callbacks/csv_log.ts", import.meta.url)}";
      import { train } from "${new URL("../../src/train/trainer.ts", import.meta.url)}";
      import { FakeAgent, FakeCollector } from "${new URL("./fakes.ts", import.meta.url)}";
      const callbacks = [new CsvLog({ folder: Deno.args[0], interval: { every: 20 } })];
      const collector = new FakeCollector({ chunk: 50 });
      await train({ agent: new FakeAgent(), collector, budget: { steps: 1e9 }, callbacks });`;
    const args = ["eval", code, folder];
    const child = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "inherit" }).spawn();
    const size = () => Deno.stat(`${folder}/metrics.csv`).then((file) => file.size, () => 0);
    const deadline = performance.now() + 20_000;
    while (await size() < 2000 && performance.now() < deadline) await new Promise((r) => setTimeout(r, 5));
    child.kill("SIGKILL");
    await child.status;
    const steps = column(await rowsOf(`${folder}/metrics.csv`), "step");
    assert(steps.length > 5, `only ${steps.length} rows`);
    assertEquals(steps, steps.map((_, i) => `${20 * (i + 1)}`));
    assert((await rowsOf(`${folder}/episodes.csv`)).length >= 2 * steps.length);
  });
});

Deno.test("CsvLog replaces former files and closes them once", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/metrics.csv`, "a long former file\n".repeat(100));
    const log = new CsvLog({ folder });
    await log.notify(start);
    await log.notify(end(0));
    log.close();
    log.close();
    assertStrictEquals(await Deno.readTextFile(`${folder}/metrics.csv`), metricsColumns.join(",") + "\n");
    new CsvLog({ folder: `${folder}/unused` }).close();
  });
});

Deno.test("CsvLog names the file that it cannot write", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/metrics.csv`);
    const log = new CsvLog({ folder });
    await assertRejects(
      () => log.notify(start),
      TrainingError,
      `Cannot write ${folder}/metrics.csv: Is a directory`,
    );
    log.close();
  });
});

Deno.test("CsvLog refuses an interval that is not positive", () => {
  const message = "Cannot count an interval: every is -5, wanted a positive number";
  assertThrows(() => new CsvLog({ folder: "unused", interval: { every: -5 } }), RangeError, message);
});
