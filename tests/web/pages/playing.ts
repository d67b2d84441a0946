/** A person plays in the page, by the keyboard. */
import { assertEquals } from "@std/assert";
import { encodeLink } from "../../../src/web/page/share.ts";
import { startChromium, withPage } from "../browsers/chromium.ts";
import { serveTo } from "../browsers/fixture.ts";
import { gridworld } from "../browsers/gridworld.ts";
import { TrainingPage } from "../browsers/training_page.ts";

const served = serveTo(startChromium);

Deno.test("The keyboard plays the gridworld, the agent learns from it, and goes on by itself", async () => {
  const link = `${served.url}#${await encodeLink({ name: "gridworld", config: gridworld })}`;
  await withPage(served.browser, { url: link }, async (opened) => {
    const page = new TrainingPage(opened);
    while (await page.count("updates") === 0) await page.trainEpisode();
    const [steps, updates] = [await page.count("steps"), await page.count("updates")];
    await opened.getByRole("button", { name: "Take the controls" }).click();
    await page.reaches("you play");
    const moves = ["ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft"];
    for (const [i, key] of moves.entries()) {
      await opened.keyboard.press(key);
      await opened.locator("#stage").getByText(`step ${i + 1}, `).waitFor();
      await page.until("steps", (count) => count === steps + i + 1);
      await page.until("updates", (count) => count === updates + i + 1);
    }
    await opened.keyboard.press("Escape");
    await page.reaches("paused");
    assertEquals(await page.count("steps"), steps + moves.length);
    await page.press("Train");
    await page.until("steps", (count) => count > steps + 100);
  });
});
