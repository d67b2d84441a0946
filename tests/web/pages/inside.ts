/** The inside of the agent, and agents side by side, in Chromium. */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { Page } from "npm:playwright-core@1.65.1";
import { startChromium, withPage } from "../browsers/chromium.ts";
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

/** The sides from which the agent is looked at. */
async function views(page: Page): Promise<unknown> {
  return await page.evaluate(`asked.findLast(({ kind }) => kind === "inside")?.views`);
}

Deno.test("Every part of the inside shows the agent, tells it in words, and is looked at only where it is open", async () => {
  await withPreset("gridworld-static", async (page, plain) => {
    await page.press("Train");
    await page.until("updates", (count) => count > 50);
    await page.press("Pause");
    await page.reaches("paused");
    assertEquals(await views(plain), ["parameters", "replay", "values"]);
    const q = plain.locator("#q li");
    assertEquals(await q.locator(".name").allInnerTexts(), ["up", "down", "left", "right"]);
    for (const value of await q.locator("b").allInnerTexts()) assertMatch(value, /^-?[\d.]+$/);
    assertMatch(await plain.locator("#values-about").innerText(), /Row 0: \+, -, \w+, \w+\. Row 1: \w+, W, /);
    const rows = plain.locator("#replay tbody tr");
    await rows.nth(7).waitFor();
    assertMatch(await plain.locator("#replay .note").innerText(), /^[\d,]+ of 1,000 transitions/);
    assertMatch(
      await plain.locator("#replay .strip").first().getAttribute("aria-label") ?? "",
      /^64 numbers, not 0: /,
    );
    assertMatch(
      await plain.locator("#network .units").getAttribute("aria-label") ?? "",
      /\d+ of 128 units of layer 1 are active\. \d+ of 64 units of layer 2/,
    );
    await plain.getByLabel("Layer", { exact: true }).selectOption("2");
    await plain.getByText(/^4 by 64 numbers from -/).waitFor();
    for (const panel of ["values", "network", "replay"]) await plain.locator(`#${panel} summary`).click();
    await plain.waitForFunction(`asked.findLast(({ kind }) => kind === "inside").views.length === 0`);
  });
});

Deno.test("States are pointed at by keys, and told with their Q values", async () => {
  await withPreset("gridworld-static", async (page, plain) => {
    await page.press("Step");
    const map = plain.getByRole("application", { name: "Policy and values" });
    await map.focus();
    const readout = plain.locator("#values").getByRole("status");
    await plain.keyboard.press("ArrowRight");
    assertMatch(await readout.innerText(), /^column 3, row 2: (up|down|left|right)\. Q: up -?[\d.e-]+, /);
    for (let i = 0; i < 5; i++) await plain.keyboard.press("ArrowUp");
    assertMatch(await readout.innerText(), /^column 3, row 0: /);
    for (let i = 0; i < 3; i++) await plain.keyboard.press("ArrowLeft");
    assertEquals(await readout.innerText(), "column 0, row 0: +, no action is taken here");
    assertEquals(await page.count("steps"), 1); // Keys on the map are the map's.
    await plain.keyboard.press("Tab");
    assertMatch(await readout.innerText(), /^Point at a state/);
  });
});

Deno.test("The board of any passenger of the taxi can be shown", async () => {
  await withPreset("taxi", async (page, plain) => {
    await page.press("Train");
    await page.until("episodes", (count) => count > 100);
    await page.press("Pause");
    await plain.getByLabel("Board", { exact: true }).selectOption("passenger aboard, destination B");
    const about = plain.locator("#values-about");
    await about.filter({ hasText: /^passenger aboard, destination B\. Best action/ }).waitFor({
      state: "attached",
    });
    assertNotEquals(await plain.locator("#network .readout").last().innerText(), "");
    assertMatch(await plain.locator("#replay").innerText(), /no replay memory/);
  });
});

Deno.test("Agents train side by side, the best one is shown, and another where it is chosen", async () => {
  await withPreset("gridworld-static", async (page, plain) => {
    await plain.locator("#team summary").click();
    await plain.getByRole("textbox", { name: "Values" }).fill("1, two");
    await plain.getByRole("button", { name: "Compare" }).click();
    assertMatch(await plain.locator("#team").getByRole("alert").innerText(), /^Cannot read the values/);
    await plain.getByRole("textbox", { name: "Values" }).fill("1, 2, 3");
    await plain.getByRole("button", { name: "Compare" }).click();
    const agents = plain.locator("#members").getByRole("button");
    await agents.nth(2).waitFor();
    assertEquals(await agents.locator(".name").allInnerTexts(), ["1", "2", "3"]);
    await page.until("episodes", (count) => count > 20);
    await page.press("Pause");
    await page.reaches("paused");
    await plain.locator("#members .badge:visible").waitFor();
    assertEquals(await plain.locator("#members .badge:visible").count(), 1);
    const worst = agents.filter({ hasNot: plain.locator(".badge:visible") }).first();
    await worst.click();
    assertEquals(await worst.getAttribute("aria-pressed"), "true");
    assertEquals(await plain.getByLabel("Show the best").isChecked(), false);
    assertMatch(
      await worst.getAttribute("aria-label") ?? "",
      /^seed \d: mean return -[\d.]+ at step [\d,]+, greedy/,
    );
    await plain.getByRole("button", { name: "One alone again" }).click();
    await agents.first().waitFor({ state: "hidden" });
    await page.reaches("paused");
  });
});
