import { assertEquals, assertRejects } from "@std/assert";
import { readRun } from "../../src/runs/run_folder.ts";
import { UsageError } from "../../src/core/errors.ts";

async function withConfig(text: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/config.json`, text);
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readRun takes a config.json that an editor has saved, and refuses a key that is given twice", async () => {
  const text = '\ufeff{ "formatVersion": 1, // as it was\n  "environment": { "id": "CartPole-v1" },';
  await withConfig(`${text} "budget": { "steps": 900 }, }`, async (folder) => {
    assertEquals((await readRun(folder)).config.budget, { steps: 900 });
  });
  await withConfig(`${text} "budget": { "steps": 900 },\n"budget": { "steps": 800 } }`, async (folder) => {
    const { message } = await assertRejects(() => readRun(folder), UsageError);
    const mistake = 'line 3, column 1: key "budget" is given twice, wanted once; the first is in line 2';
    assertEquals(message, `Cannot read ${folder}/config.json: ${mistake}`);
  });
});
