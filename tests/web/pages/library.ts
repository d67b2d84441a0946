/** The bundle of `mod.ts` in pages of Chromium, without WebGPU. */
import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "@std/assert";
import type { Browser } from "npm:playwright-core@1.65.1";
import { otherHost, startChromium, withPage } from "../browsers/chromium.ts";
import type { Failure, Report } from "../library/page.ts";
import { bundle, Site } from "../library/site.ts";

const one = "WebAssembly SIMD, 1 thread";
const two = "WebAssembly SIMD, 2 threads";

let site: Site;
let browser: Browser;
/** What the bundle does in Deno. */
let inDeno: Report;

Deno.test.beforeAll(async () => {
  // Minified, as the text of the threads has to bear that too.
  const [qernel, page] = await Promise.all([
    bundle("mod.ts", ["--minify"]),
    bundle("tests/web/library/page.ts"),
  ]);
  site = new Site({ "qernel.js": qernel, "page.js": page });
  browser = await startChromium();
  inDeno = await trainInDeno();
});

Deno.test.afterAll(async () => {
  await browser?.close();
  await site?.close();
});

async function trainInDeno(): Promise<Report> {
  const host = `127.0.0.1:${site.port}`;
  const allowed = ["--no-prompt", `--allow-import=${host}`];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", `--reload=http://${host}`, ...allowed, `http://${host}/page.js`],
    stdin: "null",
  }).output();
  const [said, complaints] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(complaints, "");
  return succeeded(JSON.parse(said!));
}

function succeeded(report: Report | Failure): Report {
  if ("error" in report) throw new Error(report.error);
  return report;
}

/** How a page is shown. */
interface Showing {
  readonly host?: string;
  /** What it may complain of. */
  readonly allowed?: RegExp;
}

/** What comes of a page. */
async function showed(
  name: string,
  { host = "localhost", ...options }: Showing = {},
): Promise<Report | Failure> {
  const url = `http://${host}:${site.port}/${name}`;
  return await withPage(browser, { url, ...options }, async (page) => {
    return JSON.parse(await page.locator("output:not(:empty)").textContent() ?? "");
  });
}

/** What comes of a page that trains as Deno does. */
async function trained(name: string, showing?: Showing): Promise<Report> {
  const report = succeeded(await showed(name, showing));
  assertEquals(resultOf(report), resultOf(inDeno));
  return report;
}

/** The part of a report that no engine and no number of threads may change. */
function resultOf({ reason, step, means, losses, checksum }: Report) {
  return { reason, step, means, losses, checksum };
}

Deno.test("The bundle of mod.ts trains in Deno by URL, without permissions, on two threads", () => {
  const { reason, step, means, losses, adapter, threads } = inDeno;
  assertEquals(reason, "threshold of 475 reached");
  assertEquals(step, 1024 * means.length);
  assertLess(means[0]!, 200);
  assertGreater(means.at(-1)!, 474.99);
  assert(losses.length > 1000 && losses.every(Number.isFinite));
  assertEquals([adapter, threads], [two, [2, 2]]);
});

Deno.test("It trains in a page that is isolated from other origins, on two threads, to the same bits", async () => {
  const { webgpu, isolated, adapter, threads } = await trained("isolated");
  assertEquals([webgpu, isolated, adapter, threads], ["no adapter", true, two, [2, 2]]);
});

Deno.test("It trains in a page with neither WebGPU nor shared memory, on one thread, to the same bits", async () => {
  // A page of another machine has neither over HTTP.
  const { webgpu, globals, isolated, adapter, threads } = await trained("plain", { host: otherHost });
  assertEquals([webgpu, globals, isolated, adapter, threads], ["missing", [], false, one, [1, 1]]);
});

Deno.test("It trains in a page whose content security policy refuses workers, on one thread, to the same bits", async () => {
  const { webgpu, isolated, adapter, threads } = await trained("guarded", {
    allowed: /worker-src 'none'/,
  });
  assertEquals([webgpu, isolated, adapter, threads], ["no adapter", true, one, [1, 1]]);
});

Deno.test("createRun() tells what is missing in a content security policy that refuses WebAssembly", async () => {
  const report = await showed("strict", { allowed: /script-src 'self'/ });
  assert("error" in report, "it trained");
  assertMatch(
    report.error,
    /^UsageError: Cannot open a WebAssembly device: .* wanted 'wasm-unsafe-eval' in script-src/,
  );
});

Deno.test("The device in WebAssembly takes less than 60 kB of a page, compressed", async () => {
  const script = await bundle("src/wasm/device/open.ts", ["--minify"]);
  const compressed = new Blob([script]).stream().pipeThrough(new CompressionStream("gzip"));
  const { byteLength } = await new Response(compressed).arrayBuffer();
  assertLess(byteLength, 60_000);
});
