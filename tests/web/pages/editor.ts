/** The editor of the page for environments of one's own. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Page } from "npm:playwright-core@1.65.1";
import { violations } from "../browsers/axe.ts";
import { startChromium, withPage } from "../browsers/chromium.ts";
import { serveTo } from "../browsers/fixture.ts";
import { TrainingPage } from "../browsers/training_page.ts";

const served = serveTo(startChromium);

/** The page with its editor open. */
async function openEditor(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Write an environment of your own" }).click();
  await verdict(page, "It can be trained in.");
}

/** Waits for what the editor says of its text. */
async function verdict(page: Page, text: string): Promise<void> {
  await page.locator("#editor").getByRole("status").filter({ hasText: text }).waitFor();
}

/** Puts a text before all that is in the editor. */
async function prepend(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "The environment, in WGSL" }).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.insertText(text);
}

Deno.test("An environment that is written in the page is trained in at once", async () => {
  await withPage(served.browser, { url: served.url }, async (page) => {
    await openEditor(page);
    await prepend(page, "// By hand.\n");
    await page.keyboard.press("Control+Enter");
    assertEquals(await new TrainingPage(page).reaches("ended"), "ended: threshold of 1 reached");
    await page.getByRole("button", { name: "Copy a link" }).click();
    await page.waitForURL(/#config=/);
    await page.reload();
    await verdict(page, "It can be trained in.");
    assertMatch(
      await page.getByRole("textbox", { name: "The environment, in WGSL" }).innerText(),
      /^\/\/ By hand\./,
    );
    await page.getByLabel("What is learned").selectOption("cartpole");
    await page.locator("#editor").waitFor({ state: "hidden" });
  });
});

Deno.test("Mistakes are shown on their lines, and what is written next is looked at", async () => {
  await withPage(served.browser, { url: served.url }, async (page) => {
    await openEditor(page);
    await prepend(page, "const A = 1.0;\nconst B = flor(A);\n");
    await verdict(page, 'no function `flor`; did you mean "floor"?');
    await page.locator("#editor").getByRole("button", { name: "Line 2" }).click();
    await page.keyboard.press("Shift+End"); // The button leads to the line.
    await page.keyboard.insertText("const B = floor(A);");
    await verdict(page, "It can be trained in.");
    await page.getByLabel("Begin with").selectOption("MountainCar-v0");
    await page.locator("#editor").getByText("TOP_SPEED = 0.07").waitFor();
    assertEquals(await page.getByLabel("Steps at most").inputValue(), "200");
    await verdict(page, "It can be trained in.");
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  Deno.test(`axe-core finds nothing on the editor, ${colorScheme}`, async () => {
    await withPage(served.browser, { url: served.url, colorScheme }, async (page) => {
      await openEditor(page);
      assertEquals(await violations(page), []);
      await prepend(page, "const A = flor(1.0);\n");
      await verdict(page, "no function `flor`");
      assertEquals(await violations(page), []);
    });
  });
}
