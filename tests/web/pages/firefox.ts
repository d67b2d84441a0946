/** The page in Firefox. */
import { assertEquals, assertMatch } from "@std/assert";
import { startFirefox, withFirefoxPage } from "../browsers/firefox.ts";
import { serveTo } from "../browsers/fixture.ts";

const served = serveTo(startFirefox);

Deno.test("The page trains the gridworld to its goal in Firefox, on threads", async () => {
  await withFirefoxPage(served.browser, served.url, async (page) => {
    await page.locator("#preset").fill("gridworld-static");
    await page.locator('#controls ::-p-aria([name="Train"][role="button"])').click();
    const text = (selector: string) => page.$eval(selector, ({ textContent }) => textContent ?? "");
    await page.waitForSelector("#status ::-p-text(ended)");
    assertEquals(await text("#status [role=status]"), "ended: threshold of 1 reached");
    assertMatch(await text("#status .device"), /^WebAssembly SIMD, [2-9]\d* threads/);
  });
});
