/** Who can use the page: by what axe-core finds, and by its width. */
import { assertEquals, assertLessOrEqual } from "@std/assert";
import { violations } from "../browsers/axe.ts";
import { startChromium, withPage } from "../browsers/chromium.ts";
import { serveTo } from "../browsers/fixture.ts";
import { TrainingPage } from "../browsers/training_page.ts";

const phone = { width: 390, height: 844 };

const served = serveTo(startChromium);

for (const colorScheme of ["light", "dark"] as const) {
  for (const [name, viewport] of [["desk", { width: 1280, height: 800 }], ["phone", phone]] as const) {
    Deno.test(`axe-core finds nothing on the page on a ${name}, ${colorScheme}, before and after training`, async () => {
      await withPage(served.browser, { url: served.url, colorScheme, viewport }, async (opened) => {
        const page = new TrainingPage(opened);
        assertEquals(await violations(opened), []);
        await page.choose("gridworld-static");
        await page.press("Train");
        await page.until("updates", (count) => count > 0);
        await page.press("Pause");
        await page.reaches("paused");
        assertEquals(await violations(opened), []);
      });
    });

    Deno.test(`axe-core finds nothing on the form and on agents side by side on a ${name}, ${colorScheme}`, async () => {
      await withPage(served.browser, { url: served.url, colorScheme, viewport }, async (opened) => {
        const page = new TrainingPage(opened);
        await page.choose("gridworld-static");
        await opened.locator("#form summary").click();
        await opened.getByLabel("gamma", { exact: true }).waitFor();
        await opened.evaluate("document.querySelectorAll('details').forEach((part) => part.open = true)");
        await opened.getByLabel("gamma", { exact: true }).fill("2");
        await opened.keyboard.press("Enter");
        await opened.getByText("2, wanted a number from 0 to 1").waitFor();
        assertEquals(await violations(opened), []);
        await opened.getByRole("textbox", { name: "Values" }).fill("0, 1");
        await opened.getByRole("button", { name: "Compare" }).click();
        await opened.locator("#members .badge:visible").waitFor();
        assertEquals(await violations(opened), []);
        assertLessOrEqual(
          await opened.evaluate<number>("document.documentElement.scrollWidth"),
          viewport.width,
        );
      });
    });
  }
}

Deno.test("No part of the page is wider than a phone", async () => {
  await withPage(served.browser, { url: served.url, viewport: phone }, async (page) => {
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    assertLessOrEqual(width, phone.width);
  });
});
