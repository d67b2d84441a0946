/** Training in the page, without WebGPU and with it. */
import { assertEquals, assertMatch } from "@std/assert";
import { createRun } from "../../../src/config/build.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { startChromium, withPage } from "../browsers/chromium.ts";
import { serveTo } from "../browsers/fixture.ts";
import { goalReached } from "../browsers/gridworld.ts";
import { StaticHost } from "../browsers/served.ts";
import { TrainingPage } from "../browsers/training_page.ts";

const served = serveTo(startChromium);

/** Opens the page with a preset. */
async function withPreset(
  preset: string,
  use: (page: TrainingPage) => Promise<void>,
  url = served.url,
): Promise<void> {
  await withPage(served.browser, { url }, async (page) => {
    const opened = new TrainingPage(page);
    await opened.choose(preset);
    await use(opened);
  });
}

/** Steps and updates of the gridworld's preset in this process. */
async function trainedHere(): Promise<[number, number]> {
  const { config } = await loadConfig("gridworld-static");
  const run = await createRun({ ...config, device: "wasm" }, { print: () => {} });
  const { step, update } = await run.train();
  run.dispose();
  return [step, update];
}

Deno.test("The page trains the gridworld to its goal, by the steps that it takes in Deno", async () => {
  await withPreset("gridworld-static", async (page) => {
    await page.press("Train");
    assertEquals(await page.reaches("ended"), goalReached);
    assertMatch(await page.device(), /^WebAssembly SIMD, [2-9]\d* threads/);
    assertEquals([await page.count("steps"), await page.count("updates")], await trainedHere());
  });
});

Deno.test("On a host that sends no headers of ours the page trains by one thread", async () => {
  const host = await StaticHost.start();
  try {
    await withPreset("gridworld-static", async (page) => {
      await page.press("Train");
      await page.until("updates", (count) => count > 0);
      assertMatch(await page.device(), /^WebAssembly SIMD, 1 thread /);
    }, host.url);
  } finally {
    await host.close();
  }
});

Deno.test("A run of the page pauses, steps one by one, goes on, and begins anew", async () => {
  await withPreset("gridworld-static", async (page) => {
    await page.pace("100 steps/s");
    await page.press("Train");
    await page.until("updates", (count) => count > 0);
    await page.press("Pause");
    await page.reaches("paused");
    await page.pace("as fast as it goes");
    const paused = await page.count("steps");
    for (const steps of [paused + 1, paused + 2]) {
      await page.press("Step");
      await page.until("steps", (count) => count === steps);
      await page.reaches("paused");
    }
    await page.trainEpisode();
    await page.press("Train");
    assertEquals(await page.reaches("ended"), goalReached);
    const steps = await page.count("steps");
    await page.press("Reset");
    await page.reaches("paused");
    assertEquals([await page.count("steps"), await page.count("updates")], [0, 0]);
    await page.press("Train");
    await page.reaches("ended");
    assertEquals(await page.count("steps"), steps); // The same seed, and nothing left of what was held and stepped.
  });
});

Deno.test("Keys train, pause, step and begin anew", async () => {
  await withPreset("gridworld-static", async (page) => {
    const { keyboard } = page.page;
    await page.page.locator("h1").click(); // Keys mean something else to the list that has the focus.
    await keyboard.press("s");
    await page.until("steps", (count) => count === 1);
    await page.reaches("paused"); // Or the key would be that of a button which cannot be pressed yet.
    await keyboard.press("e");
    await page.until("episodes", (count) => count === 1);
    await page.reaches("paused");
    await page.pace("100 steps/s");
    await page.page.locator("h1").click();
    await keyboard.press("Space");
    await page.until("updates", (count) => count > 0);
    await keyboard.press("Space");
    await page.reaches("paused");
    await keyboard.press("r");
    await page.until("steps", (count) => count === 0);
  });
});

Deno.test("A page that is loaded again trains again", async () => {
  await withPreset("gridworld-static", async (page) => {
    for (let time = 0; time < 2; time++) {
      await page.press("Train");
      await page.until("updates", (count) => count > 0);
      await page.page.reload();
      assertEquals(await page.status.innerText(), "ready");
      assertEquals(await page.count("steps"), 0);
    }
  });
});
