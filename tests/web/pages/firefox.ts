/** The page in Firefox. */
/// <reference lib="dom" />
import { assertEquals, assertMatch } from "@std/assert";
import type { ElementHandle } from "npm:puppeteer-core@25.16.0";
import { createRun } from "../../../src/config/build.ts";
import { encodeCheckpoint } from "../../../src/train/checkpoint_bytes.ts";
import { startFirefox, withFirefoxPage } from "../browsers/firefox.ts";
import { serveTo } from "../browsers/fixture.ts";
import { goalReached, gridworld } from "../browsers/gridworld.ts";
import { poll } from "../browsers/poll.ts";
import { ServedTask } from "../browsers/served.ts";
import { assertQValues, keepNews, readSeen, type Seen } from "../browsers/q_values.ts";
import { addRows, writeRun } from "../dashboard/run_files.ts";

const served = serveTo(startFirefox);

Deno.test("The page trains the gridworld to its goal in Firefox, on threads", async () => {
  await withFirefoxPage(served.browser, { url: served.url }, async (page) => {
    await page.locator("#preset").fill("gridworld-static");
    await page.locator('#controls ::-p-aria([name="Train"][role="button"])').click();
    const text = (selector: string) => page.$eval(selector, ({ textContent }) => textContent ?? "");
    await page.waitForSelector("#status ::-p-text(ended)");
    assertEquals(await text("#status [role=status]"), goalReached);
    assertMatch(await text("#status .device"), /^WebAssembly SIMD, [2-9]\d* threads/);
  });
});

Deno.test("A checkpoint has the same Q values in Firefox", async () => {
  const run = await createRun({ ...gridworld, budget: { steps: 200 } }, { print: () => {} });
  await run.train();
  const state = await run.agent.save();
  const file = await Deno.makeTempFile({ suffix: ".safetensors" });
  await Deno.writeFile(file, encodeCheckpoint(state, { config: JSON.stringify(run.config) }));
  run.dispose();
  try {
    await withFirefoxPage(served.browser, { url: served.url, script: keepNews }, async (page) => {
      const input = await page.waitForSelector("input[type=file]");
      await (input as ElementHandle<HTMLInputElement>).uploadFile(file);
      const seen = await poll("Q values", async () => {
        const seen = await page.evaluate(readSeen) as Seen[];
        return seen.length > 2 ? seen : undefined;
      });
      assertQValues(seen, state);
    });
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("The dashboard shows a run as it goes in Firefox", async () => {
  const runs = await Deno.makeTempDir();
  writeRun(`${runs}/one`, { rows: 5 });
  const site = await ServedTask.start("dashboard", [runs]);
  try {
    await withFirefoxPage(served.browser, { url: site.url }, async (page) => {
      const latest = "#table tbody td:nth-child(3)";
      await page.waitForSelector(`${latest} ::-p-text(5)`);
      addRows(`${runs}/one`, 6, 6);
      await page.waitForSelector(`${latest} ::-p-text(6)`);
      assertEquals((await page.$$("#comparison .plot canvas")).length, 1);
    });
  } finally {
    await site.close();
    await Deno.remove(runs, { recursive: true });
  }
});
