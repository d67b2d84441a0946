/** Chromium without a window, driven by Playwright. @module */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "npm:playwright-core@1.65.1";
import { Complaints } from "./complaints.ts";
import { patience, poll } from "./poll.ts";
import { programOnPath } from "./program.ts";
import { tellingPage } from "./telling.ts";

/** Names that Chromium goes by. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A name that stands for this machine, beside `localhost` and the loopback addresses. */
export const otherHost = "page.test";

const common = [
  "--no-sandbox", // The pages are ours, and root and containers are refused what the sandbox needs.
  "--disable-dev-shm-usage",
  `--host-resolver-rules=MAP ${otherHost} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost`,
];

/** What Chromium says where WebGPU has no adapter, which is as it should be. */
const noAdapter = "No available adapters.";

/** Starts it without WebGPU. @throws {Error} When there is no Chromium. */
export function startChromium(): Promise<Browser> {
  return start(["--disable-gpu"]);
}

/** Starts it with WebGPU in software. @throws {Error} When there is no Chromium. */
export function startChromiumWithWebGpu(): Promise<Browser> {
  return start(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]);
}

async function start(graphics: readonly string[]): Promise<Browser> {
  const executablePath = await programOnPath(names, "chromium");
  return await chromium.launch({ executablePath, args: [...common, ...graphics], timeout: patience });
}

/** How a page is opened. */
export interface PageOptions extends BrowserContextOptions {
  /** What the page may complain of. */
  readonly allowed?: RegExp;
  /** What runs in the page before its own scripts. */
  readonly script?: string;
}

/** Opens a page that knows nothing of others, and closes it when `use` is done. @throws {Error} With what it complains of. */
export async function withPage<T>(
  browser: Browser,
  { url, allowed, script = "", ...options }: PageOptions & { readonly url: string },
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const complaints = new Complaints(url, allowed);
  const context = await browser.newContext(options);
  context.setDefaultTimeout(patience);
  context.on("request", (request) => complaints.request(request.url()));
  context.on("requestfailed", (request) => {
    complaints.add(`request failed: ${request.url()}: ${request.failure()?.errorText}`);
  });
  context.on("response", (response) => {
    if (!response.ok()) complaints.add(`status ${response.status()}: ${response.url()}`);
  });
  context.on("console", (message) => {
    if (message.text() !== noAdapter) complaints.console(message.type(), message.text());
  });
  context.on("weberror", (error) => complaints.add(`error: ${error.error().stack}`));
  try {
    return await complaints.none(async () => {
      const page = await context.newPage();
      page.on("crash", () => complaints.add("the page crashed"));
      await page.addInitScript(script);
      await page.goto(url);
      return await tellingPage(page, () => use(page));
    });
  } finally {
    await context.close();
  }
}

/** Waits until an expression holds in a page. Playwright's own way polls by `eval`, which our pages refuse. */
export async function until(page: Page, expression: string): Promise<void> {
  await poll(expression, () => page.evaluate<boolean>(`Boolean(${expression})`));
}
