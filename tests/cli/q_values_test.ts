import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parseObservation, qValuesTable, readQValues } from "../../src/cli/q_values.ts";
import { UsageError } from "../../src/core/errors.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import { saveCheckpoint } from "../../src/train/checkpoint.ts";
import { task, withFolder } from "./task.ts";

/** A run's folder with a config and a checkpoint of these tensors at step 7. */
async function writeRun(folder: string, config: object, state: Parameters<typeof saveCheckpoint>[1]) {
  await Deno.mkdir(`${folder}/checkpoints`, { recursive: true });
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify({ ...config, budget: { steps: 1000 } }));
  await saveCheckpoint(`${folder}/checkpoints/best.safetensors`, state, { step: "7" });
}

Deno.test("eval --q prints a network's Q values of an observation, and the greedy action", async () => {
  await withFolder(async (folder) => {
    const float = (shape: number[], ...data: number[]) => ({ shape, data: Float32Array.from(data) });
    await writeRun(folder, { environment: { id: "CartPole-v1" }, agent: { hidden: [] } }, {
      "online.layers.0.weight": float([2, 4], 1, 2, 3, 4, -1, -2, -3, -4),
      "online.layers.0.bias": float([2], 0.5, 0),
    });
    // 0.5 + 1 * 0.5 - 2 * 1 + 3 * 0.25 + 4 * 0, and that without 0.5, negated.
    const { code, stdout, stderr } = await task("eval", [folder, "--json", "--q", "0.5,-1,0.25,0"]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse(stdout), {
      run: folder,
      checkpoint: `${folder}/checkpoints/best.safetensors`,
      step: 7,
      observation: [0.5, -1, 0.25, 0],
      q: [-0.25, 0.75],
      action: 1,
    });
  });
});

Deno.test("readQValues() of a table tells a state's values, of which illegal actions have none", async () => {
  await withFolder(async (folder) => {
    const data = Float32Array.from({ length: 36 }, (_, i) => i - 100);
    const q = { shape: [6, 6], data };
    await writeRun(folder, { environment: { id: "Rooms-v0" }, agent: { kind: "tabular" } }, { q });
    const asked = await readQValues(folder, { observation: " 4 ", checkpoint: "best" });
    assertEquals([asked.q, asked.action], [[-76, null, null, -73, null, -71], 5]);
    assertEquals(qValuesTable(asked).split("\n").slice(1).map((line) => line.split(/ +/)), [
      ["action", "q"],
      ["0", "-76"],
      ["1", "-"],
      ["2", "-"],
      ["3", "-73"],
      ["4", "-"],
      ["5", "-71", "greedy"],
    ]);
  });
});

Deno.test("readQValues() refuses an agent that acts at random", async () => {
  await withFolder(async (folder) => {
    const config = { environment: { id: "Rooms-v0" }, agent: { kind: "random" } };
    await writeRun(folder, config, { counts: { shape: [3, 2], data: new Uint32Array(6) } });
    const error = await assertRejects(
      () => readQValues(folder, { observation: "1", checkpoint: "best" }),
      UsageError,
    );
    assert(error.message.includes("acts at random"), error.message);
  });
});

Deno.test("parseObservation() takes numbers of the space alone", () => {
  const four = box([4], -Infinity, 5);
  for (const text of ["0,-1,0.5,1e-3", " 0 -1 .5, 0.001 ", "[0, -1, 0.5, 0.001]"]) {
    assertEquals(parseObservation(text, four, "Pole"), [0, -1, 0.5, 0.001]);
  }
  assertEquals(parseObservation("5", discrete(6), "Rooms"), [5]);
  for (const text of ["1,2,3", "1,2,3,x", "1,2,3,1e39", "1,,3,4", "14"]) {
    const message = `Option --q is "${text}", wanted 4 numbers, as the agent sees Pole: Box`;
    assertThrows(() => parseObservation(text, four, "Pole"), UsageError, message);
  }
  for (const text of ["6", "-1", "1.5", "1,2", ""]) {
    const message =
      `Option --q is "${text}", wanted a state from 0 to 5, as the agent sees Rooms: Discrete(6)`;
    assertThrows(() => parseObservation(text, discrete(6), "Rooms"), UsageError, message);
  }
});
