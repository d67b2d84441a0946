/** Firefox without a window, driven by Puppeteer over WebDriver BiDi. @module */
import { type Browser, launch, type Page } from "npm:puppeteer-core@25.16.0";
import { Complaints } from "./complaints.ts";
import { patience } from "./poll.ts";
import { programOnPath } from "./program.ts";
import { tellingPage } from "./telling.ts";

/** Starts it. @throws {Error} When there is no Firefox. */
export async function startFirefox(): Promise<Browser> {
  return await launch({
    browser: "firefox",
    executablePath: await programOnPath(["firefox-esr", "firefox"], "firefox-esr"),
    timeout: patience,
    protocolTimeout: patience,
  });
}

/** Opens a page, after a script of the test's own, and closes it when `use` is done. @throws {Error} With what it complains of. */
export async function withFirefoxPage<T>(
  browser: Browser,
  { url, script = "" }: { readonly url: string; readonly script?: string },
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const complaints = new Complaints(url);
  const context = await browser.createBrowserContext();
  try {
    return await complaints.none(async () => {
      const page = await context.newPage();
      page.setDefaultTimeout(patience);
      page.on("request", (request) => complaints.request(request.url()));
      page.on("requestfailed", (request) => complaints.add(`request failed: ${request.url()}`));
      page.on("console", (message) => complaints.console(message.type(), message.text()));
      page.on("pageerror", (error) => complaints.add(`error: ${error}`));
      await page.evaluateOnNewDocument(script);
      await page.goto(url);
      await page.bringToFront(); // A page that is hidden shows nothing.
      return await tellingPage(page, () => use(page));
    });
  } finally {
    await context.close();
  }
}
