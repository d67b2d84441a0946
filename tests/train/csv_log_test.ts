import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { TrainingError } from "../../src/core/errors.ts";
import type { MetricsEvent, TrainEvent } from "../../src/core/events.ts";
import { parseCsv } from "../../src/format/csv.ts";
import { CsvLog, episodeColumns, metricsColumns } from "../../src/train/callbacks/csv_log.ts";
import { JsonLines } from "../../src/train/callbacks/json_lines.ts";
import { Measure } from "../../src/train/callbacks/measure.ts";
import { train } from "../../src/train/trainer.ts";
import { UpdateLog } from "../../src/train/callbacks/update_log.ts";
import { FakeAgent, FakeCollector, Listener, progressAt, progressEvent, withFolder } from "./fakes.ts";

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

const metricsEvent = (step: number, values: Record<string, number>, seconds?: number): MetricsEvent => ({
  kind: "metrics",
  ...progressAt(step, seconds),
  values,
});

/** Tells a log of `events` and gives the rows of its metrics. */
async function metricsOf(events: TrainEvent[], columns: string[] = []): Promise<Fields[]> {
  let rows: Fields[] = [];
  await withFolder(async (folder) => {
    const log = new CsvLog({ folder, columns });
    for (const event of [start, ...events]) await log.notify(event);
    log.close();
    rows = await rowsOf(`${folder}/metrics.csv`);
  });
  return rows;
}

/** The callbacks of a run that is logged. */
const logging = (
  folder: string,
  every: number,
) => [new Measure({ interval: { every } }), new CsvLog({ folder })];

const column = (rows: Fields[], name: string) => rows.map((row) => row[name]!);

Deno.test("CsvLog writes the rows that are measured", async () => {
  await withFolder(async (folder) => {
    const callbacks = logging(`${folder}/a/b`, 100);
    const collector = new FakeCollector({ chunk: 30 });
    await train({ agent: new FakeAgent(), collector, budget: { steps: 250 }, callbacks });
    const rows = await rowsOf(`${folder}/a/b/metrics.csv`);
    assertEquals(Object.keys(rows[0]!), [...metricsColumns]);
    assertEquals(column(rows, "step"), ["100", "200", "250"]);
    assertEquals(column(rows, "update"), ["100", "200", "250"]);
    assertEquals(column(rows, "episode"), ["10", "20", "25"]);
    assertEquals(column(rows, "loss"), ["50.5", "150.5", "225.5"]);
    assertEquals(column(rows, "evaluationMean"), ["", "", ""]);
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

Deno.test("CsvLog puts all that is logged at one step into one row", async () => {
  const rows = await metricsOf([
    progressEvent(10, 1),
    metricsEvent(10, { loss: 2, epsilon: 0.5 }, 1),
    metricsEvent(10, { evaluationMean: 3, winRate: 0.25 }, 1.5),
    metricsEvent(10, { "validation/loss": 4 }, 1.75),
    progressEvent(15, 2),
    metricsEvent(15, { evaluationMean: 7 }, 2.5),
    metricsEvent(20, { evaluationMean: 8 }, 3), // No progress between: still a row of its own.
    end(20),
  ]);
  assertEquals(column(rows, "step"), ["10", "15", "20"]);
  assertEquals(column(rows, "seconds"), ["1", "2.5", "3"]);
  assertEquals(column(rows, "loss"), ["2", "", ""]);
  assertEquals(column(rows, "evaluationMean"), ["3", "7", "8"]);
  assertEquals(column(rows, "winRate"), ["0.25", "", ""]);
  assertEquals(column(rows, "validation/loss"), ["4", "", ""]);
});

Deno.test("CsvLog has a row for each of several updates at one step", async () => {
  const rows = await metricsOf([
    metricsEvent(10, { loss: 2 }, 1),
    { ...metricsEvent(10, { loss: 3 }, 2), update: 12 },
    { ...metricsEvent(10, { evaluationMean: 4 }, 3), update: 12 },
    end(10),
  ]);
  const names = ["step", "update", "seconds", "loss", "evaluationMean"];
  assertEquals(rows.map((row) => names.map((name) => row[name])), [
    ["10", "10", "1", "2", ""],
    ["10", "12", "2", "3", "4"],
  ]);
});

Deno.test("CsvLog has the same columns in every run, and those asked for", async () => {
  const rows = await metricsOf([metricsEvent(10, { mine: 5, other: 6 }), end(10)], [
    "mine",
    "loss",
    "absent",
  ]);
  assertEquals(Object.keys(rows[0]!), [...metricsColumns, "mine", "absent"]);
  assertEquals([rows[0]!["mine"], rows[0]!["absent"], rows[0]!["step"]], ["5", "", "10"]);
  assertEquals(metricsColumns.slice(0, 4), ["step", "update", "episode", "seconds"]);
});

Deno.test("CsvLog goes on with the columns of the file, of an earlier version too", async () => {
  const names = ["loss", "returnsOutside", "meanQ"];
  const first = metricsColumns.filter((name) => name !== "returnsOutside").join();
  for (const saved of [{ names }, {}]) {
    await withFolder(async (folder) => {
      const header = "names" in saved ? ["step", "update", "episode", "seconds", ...names].join() : first;
      await Deno.writeTextFile(`${folder}/metrics.csv`, `${header}\n`);
      const log = new CsvLog({ folder });
      log.load({ metrics: header.length + 1, ...saved });
      await log.notify({ ...start, step: 5 });
      for (const event of [metricsEvent(10, { loss: 2, returnsOutside: 3, meanQ: 4 }), end(10)]) {
        await log.notify(event);
      }
      const [row] = await rowsOf(`${folder}/metrics.csv`);
      assertEquals([row!["loss"], row!["meanQ"], row!["returnsOutside"]], [
        "2",
        "4",
        "names" in saved ? "3" : undefined,
      ]);
      log.close();
    });
  }
});

Deno.test("CsvLog logs a run that ends before its first step", async () => {
  const rows = await metricsOf([metricsEvent(0, { evaluationMean: 1 }), end(0)]);
  assertEquals(rows.map((row) => [row["step"], row["epsilon"], row["evaluationMean"]]), [["0", "", "1"]]);
});

Deno.test("CsvLog has written its last row when the run has ended, before it is closed", async () => {
  await withFolder(async (folder) => {
    const log = new CsvLog({ folder });
    for (const event of [start, metricsEvent(10, { loss: 2 }), end(10)]) await log.notify(event);
    assertEquals(column(await rowsOf(`${folder}/metrics.csv`), "loss"), ["2"]);
    log.close();
  });
});

Deno.test("CsvLog keeps what it was told when the run fails", async () => {
  await withFolder(async (folder) => {
    const fail = new Listener({
      react: (event) => {
        if (event.kind === "metrics" && event.step === 40) throw new TrainingError("diverged");
      },
    });
    const callbacks = [...logging(folder, 20), fail];
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
      import { Measure } from "${new URL("../../src/train/callbacks/measure.ts", import.meta.url)}";
      import { CsvLog } from "${new URL("../../src/train/callbacks/csv_log.ts", import.meta.url)}";
      import { train } from "${new URL("../../src/train/trainer.ts", import.meta.url)}";
      import { FakeAgent, FakeCollector } from "${new URL("./fakes.ts", import.meta.url)}";
      const callbacks = [new Measure({ interval: { every: 20 } }), new CsvLog({ folder: Deno.args[0] })];
      const collector = new FakeCollector({ chunk: 50 });
      await train({ agent: new FakeAgent(), collector, budget: { steps: 1e9 }, callbacks });`;
    const args = ["eval", code, folder];
    const child = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "inherit" }).spawn();
    const size = () => Deno.stat(`${folder}/metrics.csv`).then((file) => file.size, () => 0);
    const deadline = performance.now() + 120_000;
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
      async () => await log.notify(start),
      TrainingError,
      `Cannot write ${folder}/metrics.csv: Is a directory`,
    );
    log.close();
  });
});

Deno.test("CsvLog, UpdateLog and JsonLines go on behind what they have written, where the run goes on", () =>
  withFolder(async (folder) => {
    const logs = [new CsvLog({ folder }), new UpdateLog({ folder }), new JsonLines({ folder })];
    const tell = async (events: TrainEvent[]) => {
      for (const log of logs) {
        for (const event of events) await log.notify(event);
        log.close();
      }
    };
    const chunk = (step: number): TrainEvent[] => [
      {
        kind: "episode",
        ...progressAt(step),
        return: 3,
        length: 3,
        epsilon: 0.5,
        terminated: true,
        truncated: false,
      },
      { ...progressEvent(step), losses: Float32Array.of(0.5), meanQ: Float32Array.of(1) },
      metricsEvent(step, { loss: 0.5 }),
    ];
    const lines = async () => {
      const files = ["metrics.csv", "episodes.csv", "updates.csv", "metrics.jsonl"];
      const texts = await Promise.all(files.map((file) => Deno.readTextFile(`${folder}/${file}`)));
      return texts.map((text) =>
        text.trimEnd().split("\n").map((line) => line.replace("{", "").split(",")[0])
      );
    };
    await tell([start, ...chunk(10), end(10)]);
    await tell([{ ...start, ...progressAt(10) }, ...chunk(20), end(20)]);
    assertEquals(await lines(), [["step", "10", "20"], ["episode", "1", "2"], ["update", "10", "20"], [
      '"step":10',
      '"step":20',
    ]]);
    await tell([start, ...chunk(10), end(10)]);
    assertEquals((await lines())[0], ["step", "10"]);
  }));
