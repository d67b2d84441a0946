import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { TrainingError } from "../../src/core/errors.ts";
import type { TrainEvent } from "../../src/core/events.ts";
import { JsonLines } from "../../src/train/callbacks/json_lines.ts";
import { progressAt, withFolder } from "./fakes.ts";

const start: TrainEvent = { kind: "start", ...progressAt(0) };
const metrics = (step: number, values: Record<string, number>): TrainEvent => ({
  kind: "metrics",
  ...progressAt(step),
  values,
});

Deno.test("JsonLines writes each metrics event as a line, as it happens", async () => {
  await withFolder(async (folder) => {
    const [log, path] = [new JsonLines({ folder: `${folder}/a` }), `${folder}/a/metrics.jsonl`];
    const lines = async () => (await Deno.readTextFile(path)).split("\n");
    await log.notify(start);
    assertStrictEquals(await Deno.readTextFile(path), "");
    await log.notify(metrics(10, { loss: 0.5, "a/b c": 1e-30 }));
    assertEquals(await lines(), [
      '{"step":10,"update":10,"episode":1,"seconds":0.1,"loss":0.5,"a/b c":1e-30}',
      "",
    ]);
    await log.notify(metrics(10, { evaluationMean: 3 }));
    assertEquals(JSON.parse((await lines())[1]!), {
      step: 10,
      update: 10,
      episode: 1,
      seconds: 0.1,
      evaluationMean: 3,
    });
    log.close();
    log.close();
    assertStrictEquals((await lines()).length, 3);
  });
});

Deno.test("JsonLines writes a number that is not finite as null, which JSON has", async () => {
  await withFolder(async (folder) => {
    const log = new JsonLines({ folder });
    await log.notify(start);
    await log.notify(metrics(1, { mine: NaN }));
    log.close();
    assertStrictEquals(JSON.parse(await Deno.readTextFile(`${folder}/metrics.jsonl`)).mine, null);
  });
});

Deno.test("JsonLines replaces a former file, and names the one that it cannot write", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/metrics.jsonl`, "former\n");
    const log = new JsonLines({ folder });
    await log.notify(start);
    log.close();
    assertStrictEquals(await Deno.readTextFile(`${folder}/metrics.jsonl`), "");
    await Deno.remove(`${folder}/metrics.jsonl`);
    await Deno.mkdir(`${folder}/metrics.jsonl`);
    const message = `Cannot write ${folder}/metrics.jsonl: Is a directory`;
    await assertRejects(async () => await new JsonLines({ folder }).notify(start), TrainingError, message);
    assert((await Deno.stat(`${folder}/metrics.jsonl`)).isDirectory);
  });
});

Deno.test("JsonLines of a resumed run that trains again goes on behind all of its lines", async () => {
  await withFolder(async (folder) => {
    const log = new JsonLines({ folder });
    await log.notify(start);
    await log.notify(metrics(1, { loss: 1 }));
    const state = await log.save();
    await log.notify(metrics(2, { loss: 9 })); // Not of the state.
    log.close();
    const resumed = new JsonLines({ folder });
    resumed.load(state);
    for (const step of [2, 3]) {
      await resumed.notify({ kind: "start", ...progressAt(step - 1) });
      await resumed.notify(metrics(step, { loss: step }));
      resumed.close();
    }
    const lines = (await Deno.readTextFile(`${folder}/metrics.jsonl`)).trim().split("\n");
    assertEquals(lines.map((line) => JSON.parse(line).loss), [1, 2, 3]);
  });
});
