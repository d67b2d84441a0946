/** The page in a browser with WebGPU. */
import { assertEquals, assertMatch } from "@std/assert";
import { decodeCheckpoint } from "../../../src/train/checkpoint_bytes.ts";
import { encodeLink } from "../../../src/web/page/share.ts";
import { startChromiumWithWebGpu, until, withPage } from "../browsers/chromium.ts";
import { serveTo } from "../browsers/fixture.ts";
import { goalReached, gridworld } from "../browsers/gridworld.ts";
import { assertQValues, keepNews, readSeen, type Seen } from "../browsers/q_values.ts";
import { TrainingPage } from "../browsers/training_page.ts";

const served = serveTo(startChromiumWithWebGpu);

Deno.test("The page trains the gridworld to its goal by WebGPU, to the Q values of the agent that it gives", async () => {
  const config = { ...gridworld, device: "webgpu" as const };
  const link = `${served.url}#${await encodeLink({ name: "gridworld", config })}`;
  await withPage(served.browser, { url: link, script: keepNews }, async (opened) => {
    const page = new TrainingPage(opened);
    await page.press("Train");
    assertEquals(await page.reaches("ended"), goalReached);
    assertMatch(await page.device(), /^WebGPU: /);
    const { bytes, name } = await page.download("Save the agent");
    await page.load(name, bytes);
    await page.reaches("paused");
    assertMatch(await page.device(), /^WebGPU: /);
    await until(opened, `${readSeen}.length > 2`);
    assertQValues(await opened.evaluate<Seen[]>(readSeen), decodeCheckpoint(bytes, name).state);
  });
});
