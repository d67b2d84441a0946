/** The editor of the page for environments of one's own. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Page } from "npm:playwright-core@1.65.1";
import { violations } from "../browsers/axe.ts";
import { startChromium, until, withPage } from "../browsers/chromium.ts";
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

Deno.test("It stays what is trained in when a hyper-parameter is changed, and when a checkpoint of it is loaded", async () => {
  await withPage(served.browser, { url: served.url }, async (opened) => {
    const page = new TrainingPage(opened);
    await openEditor(opened);
    await opened.getByRole("button", { name: "Train in it" }).click();
    assertEquals(await page.reaches("ended"), "ended: threshold of 1 reached");
    const { bytes } = await page.download("Save the agent");
    await opened.locator("#editor").getByRole("button", { name: "Close" }).click();
    await opened.locator("#form > details > summary").click();
    await opened.getByLabel("gamma", { exact: true }).fill("0.9");
    await opened.keyboard.press("Enter");
    await page.reaches("paused");
    assertEquals(await opened.locator("#editor").isVisible(), false);
    await page.load("catch.safetensors", bytes);
    await opened.locator("#preset").filter({ hasText: "catch" }).waitFor();
    await page.press("Reset");
    await page.press("Train");
    await page.until("updates", (count) => count > 0);
  });
});

Deno.test("The editor takes its keys while somebody plays", async () => {
  await withPage(served.browser, { url: served.url }, async (opened) => {
    const page = new TrainingPage(opened);
    await page.choose("gridworld-static");
    await page.trainEpisode();
    await opened.getByRole("button", { name: "Take the controls" }).click();
    await page.reaches("you play");
    await openEditor(opened);
    await prepend(opened, "//");
    await opened.keyboard.type(" wasd");
    await opened.keyboard.press("Escape");
    const code = opened.getByRole("textbox", { name: "The environment, in WGSL" });
    assertMatch(await code.innerText(), /^\/\/ wasd/);
    assertEquals(await page.status.innerText(), "you play, and the agent learns");
  });
});

Deno.test("The focus goes to the editor when it is opened by keyboard, and back when it is closed", async () => {
  await withPage(served.browser, { url: served.url }, async (page) => {
    const opener = page.getByRole("button", { name: "Write an environment of your own" });
    await opener.press("Enter");
    await until(page, 'document.activeElement.id === "editor-title"');
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter"); // Close
    await until(page, 'document.activeElement.matches("#choose > button")');
    assertEquals(await opener.isVisible(), true);
  });
});

/** Looks at nothing the first time, as at a text whose loop has no end, and never gives up after the ten seconds that it has. */
const loseFirst = `{
  const later = setTimeout;
  globalThis.setTimeout = (act, time, ...rest) => time === 10000 ? 0 : later(act, time, ...rest);
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.kind !== "inspect" || globalThis.lost) return post.call(this, message, ...rest);
    globalThis.lost = true;
  };
}`;

Deno.test("An editor that was closed while it looked at a text looks again at once", async () => {
  await withPage(served.browser, { url: served.url, script: loseFirst }, async (page) => {
    await page.getByRole("button", { name: "Write an environment of your own" }).click();
    await until(page, "globalThis.lost");
    await page.locator("#editor").getByRole("button", { name: "Close" }).click();
    await openEditor(page);
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
