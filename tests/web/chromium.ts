/** A page in a browser without a window. @module */

/** Names that Chromium goes by. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const options = [
  "--headless=new",
  "--no-sandbox", // The page is ours, and root and containers are refused what the sandbox needs.
  "--disable-gpu", // Without one WebGPU has no adapter.
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--enable-logging=stderr",
];

/** Milliseconds that a page may take. */
const patience = 120_000;

/** How a page is opened. */
export interface PageOptions {
  /** A name that stands for this machine, beside `localhost` and the loopback addresses. */
  readonly host: string;
  /** What is waited for. */
  readonly report: Promise<unknown>;
}

/** Shows a page until the report has come. @throws {Error} With what the page said on its console, when it does not come. */
export async function showPage(url: string, { host, report }: PageOptions): Promise<void> {
  const folder = await Deno.makeTempDir();
  const browser = start([
    ...options,
    `--user-data-dir=${folder}`,
    `--host-resolver-rules=MAP ${host} 127.0.0.1`,
    url,
  ], { TMPDIR: folder }); // It leaves the folder of its lock behind.
  const said = new Response(browser.stderr).text();
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve(`nothing in ${patience / 1000} s`), patience);
  const ended = browser.status.then(({ code }) => `Chromium ended with status ${code}`);
  const failure = await Promise.race([report.then(() => undefined), ended, late.promise]);
  clearTimeout(timer);
  try {
    browser.kill();
  } catch {
    // It has ended.
  }
  await browser.status;
  const lines = (await said).split("\n");
  await removeFolder(folder);
  if (failure === undefined) return;
  const console = lines.filter((line) => line.includes("CONSOLE"));
  throw new Error(
    `No report came from ${url}: ${failure}\n${(console.length > 0 ? console : lines).join("\n")}`,
  );
}

function start(args: readonly string[], env: Record<string, string>): Deno.ChildProcess {
  for (const name of names) {
    try {
      return new Deno.Command(name, { args: [...args], env, stdin: "null", stdout: "null", stderr: "piped" })
        .spawn();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(
    `Cannot open a page: none of ${names.join(", ")} is on PATH. Debian: apt-get install chromium`,
  );
}

/** Its last processes may still write. */
async function removeFolder(folder: string): Promise<void> {
  for (let time = 0; time < 20; time++) {
    try {
      return await Deno.remove(folder, { recursive: true });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  await Deno.remove(folder, { recursive: true });
}
