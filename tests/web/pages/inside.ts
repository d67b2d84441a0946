/** The inside of the agent, and agents side by side, in Chromium. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Locator, Page } from "npm:playwright-core@1.65.1";
import { startChromium, until, withPage } from "../browsers/chromium.ts";
import { serveTo } from "../browsers/fixture.ts";
import { TrainingPage } from "../browsers/training_page.ts";

const served = serveTo(startChromium);

/** Keeps what the page asks its trainer for. */
const listening = `
  globalThis.asked = [];
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message, ...rest) {
    globalThis.asked.push(message);
    return postMessage.call(this, message, ...rest);
  };
`;

/** Opens the page with a preset, as high as all of it. */
async function withPreset(
  preset: string,
  use: (page: TrainingPage, plain: Page) => Promise<void>,
): Promise<void> {
  const viewport = { width: 1440, height: 2400 };
  await withPage(served.browser, { url: served.url, viewport, script: listening }, async (page) => {
    const opened = new TrainingPage(page);
    await opened.choose(preset);
    await use(opened, page);
  });
}

/** Waits until the agent is looked at from these sides. */
async function looksFrom(page: Page, views: readonly string[]): Promise<void> {
  await until(
    page,
    `asked.findLast(({ kind }) => kind === "inside")?.views.join() === ${JSON.stringify(views.join())}`,
  );
}

/** Waits until an element says this, whether it is seen or only read out. */
async function says(element: Locator, text: RegExp): Promise<void> {
  await element.filter({ hasText: text }).first().waitFor({ state: "attached" });
}

/** Waits until a picture is told by these words. */
async function isToldBy(picture: Locator, words: RegExp): Promise<void> {
  for (;;) {
    const label = await picture.first().getAttribute("aria-label");
    if (label && words.test(label)) return;
    await picture.page().waitForTimeout(50);
  }
}

Deno.test("Every part of the inside shows the agent, tells it in words, and is looked at only where it is open", async () => {
  await withPreset("gridworld-static", async (page, plain) => {
    await page.press("Train");
    await page.until("updates", (count) => count > 50);
    await looksFrom(plain, ["parameters", "replay", "values"]);
    const q = plain.locator("#q li");
    await says(q.nth(3), /^right-?[\d.]+/);
    assertEquals(await q.locator(".name").allInnerTexts(), ["up", "down", "left", "right"]);
    await says(plain.locator("#values-about"), /Row 0: \+, -, \w+, \w+\. Row 1: \w+, W, /);
    await says(plain.locator("#replay .note"), /^[\d,]+ of 1,000 transitions/);
    await says(plain.locator("#replay tbody tr:nth-child(8) td:last-child"), /\d/);
    await isToldBy(plain.locator("#replay .strip"), /^64 numbers, not 0: /);
    await isToldBy(
      plain.locator("#network .units"),
      /\d+ of 128 units of layer 1 are active\. \d+ of 64 units of layer 2/,
    );
    await plain.getByLabel("Layer", { exact: true }).selectOption("2");
    await says(plain.locator("#network"), /4 by 64 numbers from -/);
    for (const panel of ["values", "network", "replay"]) await plain.locator(`#${panel} summary`).click();
    await looksFrom(plain, []);
  });
});

Deno.test("States are pointed at by keys, and told with their Q values", async () => {
  await withPreset("gridworld-static", async (page, plain) => {
    await page.press("Step");
    await page.until("steps", (count) => count === 1);
    await says(plain.locator("#values-about"), /Row 3: /);
    const readout = plain.locator("#values").getByRole("status");
    await plain.getByRole("application", { name: "Policy and values" }).focus();
    await plain.keyboard.press("ArrowRight");
    await says(readout, /^column 3, row 2: (up|down|left|right)\. Q: up -?[\d.e-]+, /);
    for (let i = 0; i < 5; i++) await plain.keyboard.press("ArrowUp");
    await says(readout, /^column 3, row 0: /);
    for (let i = 0; i < 3; i++) await plain.keyboard.press("ArrowLeft");
    await says(readout, /^column 0, row 0: \+, no action is taken here$/);
    assertEquals(await page.count("steps"), 1); // Keys on the map are the map's.
    await plain.keyboard.press("Tab");
    await says(readout, /^Point at a state/);
  });
});

Deno.test("The board of any passenger of the taxi can be shown", async () => {
  await withPreset("taxi", async (page, plain) => {
    await page.press("Train");
    await says(plain.locator("#replay"), /no replay memory/);
    await plain.getByLabel("Board", { exact: true }).selectOption("passenger aboard, destination B");
    await says(plain.locator("#values-about"), /^passenger aboard, destination B\./);
    await says(plain.locator("#network"), /6 by 500 numbers/);
  });
});

Deno.test("Agents train side by side, the best one is shown, and another where it is chosen", async () => {
  await withPreset("gridworld-static", async (page, plain) => {
    await plain.locator("#team summary").click();
    const values = plain.getByRole("textbox", { name: "Values" });
    await values.fill("1, two");
    await plain.getByRole("button", { name: "Compare" }).click();
    await says(plain.locator("#team").getByRole("alert"), /^Cannot read the values/);
    await values.fill("1, 2, 3");
    await plain.getByRole("button", { name: "Compare" }).click();
    const agents = plain.locator("#members").getByRole("button");
    const badge = plain.locator("#members .badge:visible");
    await badge.waitFor();
    assertEquals(await agents.locator(".name").allInnerTexts(), ["1", "2", "3"]);
    await page.press("Pause");
    await page.reaches("paused");
    assertEquals(await badge.count(), 1);
    const other = (await agents.filter({ hasNot: badge }).first().elementHandle())!; // The badge may go to it yet.
    const told = await other.getAttribute("title");
    assertMatch(told ?? "", /^seed \d: mean return -[\d.]+ at step [\d,]+, greedy/);
    await other.click();
    await until(
      plain,
      `document.querySelector("#members [aria-pressed=true]")?.title.startsWith("${told!.slice(0, 7)}")`,
    );
    assertEquals(await plain.getByLabel("Show the best").isChecked(), false);
    await plain.getByRole("button", { name: "One alone again" }).click();
    await agents.first().waitFor({ state: "hidden" });
    await page.reaches("paused");
  });
});
