/**
 * Measures the page in Chromium on this machine: when it can be used, how smooth it stays while it trains, and how fast it
 * trains beside the same loop in this process. `deno task bench:web` runs this.
 *
 * @module
 */
import type { Browser, Page } from "npm:playwright-core@1.65.1";
import { createRun } from "../../src/config/build.ts";
import { loadConfig } from "../../src/config/load.ts";
import { bundlePages, lessonsPage, trainingPage } from "../../src/web/bundle.ts";
import { describeSizes } from "../../src/web/sizes.ts";
import { startChromium, until, withPage } from "./browsers/chromium.ts";
import { ServedTask } from "./browsers/served.ts";
import { TrainingPage } from "./browsers/training_page.ts";

/** Presets that are trained, and the steps between which they are timed. */
const loops = { "gridworld-static": [500, 2500], cartpole: [2000, 12_000] } as const;

const rounds = 3;

/** Times at which a run had taken so many steps. */
type Marks = readonly (readonly [time: number, step: number])[];

/** Steps per second between the first mark from `from` on and the last one up to `to`. */
function speed(marks: Marks, [from, to]: readonly [number, number]): number {
  const within = marks.filter(([, step]) => step >= from && step <= to);
  const [[start, first], [end, last]] = [within[0]!, within.at(-1)!];
  return (last - first) / (end - start) * 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Notes the time of the first frame that has the button by which the page trains. */
const script = `(function look(now) {
  if (document.querySelector("#controls button.main")) globalThis.usable = now;
  else requestAnimationFrame(look);
})(0)`;

/** Milliseconds from the call for the page to that frame. */
async function timeToUse(browser: Browser, url: string): Promise<number> {
  return await withPage(browser, { url, script }, async (page) => {
    await until(page, "globalThis.usable");
    return await page.evaluate<number>("usable");
  });
}

/** Starts to count frames and the steps that the page shows. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(`{
    globalThis.frames = [];
    globalThis.marks = [];
    (function count(now) {
      frames.push(now);
      requestAnimationFrame(count);
    })(performance.now());
    const cell = document.querySelector("#status dd");
    new MutationObserver(() => marks.push([performance.now(), Number(cell.textContent.replaceAll(",", ""))]))
      .observe(cell, { childList: true, characterData: true, subtree: true });
  }`);
}

/** What a preset makes of the page. */
async function trainInPage(browser: Browser, url: string, preset: keyof typeof loops) {
  const [from, to] = loops[preset];
  return await withPage(browser, { url }, async (opened) => {
    const page = new TrainingPage(opened);
    await page.choose(preset);
    await watch(opened);
    await page.press("Train");
    await page.until("steps", (count) => count > to);
    const marks = await opened.evaluate<Marks>("marks");
    const [start, end] = [from, to].map((bound) => marks.find(([, step]) => step >= bound)![0]);
    const frames = (await opened.evaluate<number[]>("frames")).filter((time) =>
      time >= start! && time <= end!
    );
    const gaps = frames.slice(1).map((time, i) => time - frames[i]!);
    return {
      stepsPerSecond: speed(marks, loops[preset]),
      framesPerSecond: gaps.length / (end! - start!) * 1000,
      longest: Math.max(...gaps),
    };
  });
}

/** Steps per second of a preset in this process, on the device that the page has. */
async function trainHere(preset: keyof typeof loops): Promise<number> {
  const { config } = await loadConfig(preset);
  const marks: [number, number][] = [];
  const budget = { steps: loops[preset][1] + 1000 };
  const run = await createRun({ ...config, device: "wasm", budget }, {
    print: () => {},
    callbacks: [{
      notify(event) {
        if (event.kind === "progress") marks.push([performance.now(), event.step]);
      },
    }],
  });
  await run.train();
  run.dispose();
  return speed(marks, loops[preset]);
}

const [site, browser] = await Promise.all([ServedTask.start("web"), startChromium()]);
console.log(describeSizes(await bundlePages(trainingPage, lessonsPage)));
const times: number[] = [];
for (let round = 0; round < rounds; round++) times.push(await timeToUse(browser, site.url));
console.log(`\ncan be used after ${median(times).toFixed(0)} ms`);
for (const preset of Object.keys(loops) as (keyof typeof loops)[]) {
  const [pages, here] = [[], []] as [Awaited<ReturnType<typeof trainInPage>>[], number[]];
  for (let round = 0; round < rounds; round++) {
    pages.push(await trainInPage(browser, site.url, preset));
    here.push(await trainHere(preset));
  }
  const ratios = pages.map(({ stepsPerSecond }, round) => stepsPerSecond / here[round]!);
  const of = (name: keyof typeof pages[number]) => median(pages.map((page) => page[name])).toFixed(0);
  console.log(
    `${preset}: ${of("stepsPerSecond")} steps/s in the page, ${median(here).toFixed(0)} here, ` +
      `${median(ratios).toFixed(2)} times (${ratios.map((ratio) => ratio.toFixed(2)).join(", ")}); ` +
      `${of("framesPerSecond")} frames/s, the longest ${of("longest")} ms`,
  );
}
await browser.close();
await site.close();
