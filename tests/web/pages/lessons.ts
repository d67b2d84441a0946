/** The lessons, and the languages of the page. */
import {
  assertEquals,
  assertGreater,
  assertLess,
  assertLessOrEqual,
  assertStringIncludes,
} from "@std/assert";
import type { Locator, Page } from "npm:playwright-core@1.65.1";
import { lessons } from "../../../src/web/lessons/lessons.ts";
import { en } from "../../../src/web/lessons/texts/en.ts";
import { violations } from "../browsers/axe.ts";
import { startChromium, withPage } from "../browsers/chromium.ts";
import { serveTo } from "../browsers/fixture.ts";
import { poll } from "../browsers/poll.ts";
import { TrainingPage } from "../browsers/training_page.ts";

const phone = { width: 390, height: 844 };

const served = serveTo(startChromium);

/** Opens a lesson. */
async function withLesson(id: string, use: (page: Page) => Promise<void>): Promise<void> {
  await withPage(served.browser, { url: `${served.url}lessons/#${id}` }, use);
}

/** The card of a question. */
function question(page: Page, title: string): Locator {
  return page.locator(".question").filter({ hasText: title });
}

Deno.test("The page leads to the lessons, which lead to one another and back", async () => {
  await withPage(served.browser, { url: served.url }, async (page) => {
    await page.getByRole("link", { name: "Lessons" }).click();
    for (const { title } of lessons) {
      await page.getByRole("navigation").getByRole("link", { name: en[title] }).click();
      await page.getByRole("heading", { name: en[title], level: 2 }).waitFor();
    }
    await page.getByRole("link", { name: "Train anything" }).click();
    await page.getByLabel("What is learned").waitFor();
  });
});

Deno.test("A fault is trained with beside what is built right, and does what its lesson says", async () => {
  await withLesson("hands-on", async (page) => {
    const card = question(page, '"Not done" is the complement of a byte');
    await card.getByRole("button", { name: "Run side by side" }).click();
    const value = (name: string) => card.getByRole("listitem").filter({ hasText: name }).locator("b");
    while (Number(await value("Built right").innerText()) < 100) await page.waitForTimeout(100);
    assertLess(Number(await value("As in the source").innerText()), 100);
    await card.getByRole("button", { name: "Stop" }).click();
    await card.getByRole("button", { name: "Run side by side" }).waitFor();
    await card.getByRole("switch").click();
    const training = new TrainingPage(page);
    await training.pace("300 steps/s"); // So that it is not over before the switch is pressed again.
    await training.press("Train");
    await training.until("updates", (count) => count > 300);
    const loss = page.locator(".chart").filter({ hasText: "Loss" }).locator(".legend b");
    assertGreater(Number((await loss.innerText()).replaceAll(",", "")), 1000);
    await card.getByRole("switch").click(); // It goes on training, built right.
    await poll("a small loss", async () => {
      const told = (await loss.innerText()).replaceAll(",", "");
      return told !== "" && Number(told) < 1000;
    });
  });
});

Deno.test("A fault that is no config is refused with a sentence", async () => {
  await withLesson("gridworld", async (page) => {
    await question(page, "Early stopping watches what nobody measures").getByRole("switch").click();
    await page.locator("#controls").getByRole("button", { name: "Train", exact: true }).click();
    const failure = page.locator("#status").getByRole("alert");
    await failure.waitFor();
    assertStringIncludes(await failure.innerText(), 'earlyStopping.monitor: "val_loss"');
  });
});

Deno.test("A language that is chosen is that of every page", async () => {
  await withLesson("tables", async (page) => {
    await page.getByRole("combobox", { name: "Language" }).selectOption("ko");
    await page.getByRole("heading", { name: "표에서 신경망으로" }).waitFor();
    assertEquals(await page.evaluate(() => document.documentElement.lang), "ko");
    await page.goto(served.url);
    await page.getByRole("link", { name: "강의" }).waitFor();
    await page.getByRole("combobox", { name: "언어" }).selectOption("zh-Hant");
    await page.getByRole("button", { name: "訓練", exact: true }).last().waitFor();
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  Deno.test(`axe-core finds nothing on the lessons, ${colorScheme}`, async () => {
    const url = `${served.url}lessons/`;
    await withPage(served.browser, { url, colorScheme }, async (page) => {
      for (const { id, title } of lessons) {
        await page.evaluate((id) => location.hash = id, id);
        await page.getByRole("heading", { name: en[title], level: 2 }).waitFor();
        assertEquals(await violations(page), [], id);
      }
    });
  });
}

Deno.test("No part of a lesson is wider than a phone", async () => {
  await withPage(served.browser, { url: `${served.url}lessons/`, viewport: phone }, async (page) => {
    for (const { id } of lessons) {
      await page.evaluate((id) => location.hash = id, id);
      await page.waitForTimeout(100);
      assertLessOrEqual(await page.evaluate<number>("document.documentElement.scrollWidth"), phone.width, id);
    }
  });
});
