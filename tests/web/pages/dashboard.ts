/** The dashboard in Chromium: runs as they go, compared, alone, and by whom they can be read. */
import { assert, assertEquals, assertLess, assertLessOrEqual, assertMatch } from "@std/assert";
import type { Browser, Page } from "npm:playwright-core@1.65.1";
import { metricsColumns } from "../../../src/train/callbacks/csv_log.ts";
import { FolderLock } from "../../../src/runs/folder_lock.ts";
import { bundlePages, dashboardPage } from "../../../src/web/bundle.ts";
import { compressed } from "../../../src/web/files.ts";
import { task, tiny, withFolder } from "../../cli/task.ts";
import { violations } from "../browsers/axe.ts";
import { startChromium, withPage } from "../browsers/chromium.ts";
import { ServedTask } from "../browsers/served.ts";
import { TrainingPage } from "../browsers/training_page.ts";
import { addRows, configOf, summary, writeRun } from "../dashboard/run_files.ts";

let browser: Browser;

Deno.test.beforeAll(async () => {
  browser = await startChromium();
});

Deno.test.afterAll(() => browser.close());

const phone = { width: 390, height: 844 };

/** A page ends its connection when it asks for something else. */
const allowed = /^request failed: \S+\/api\/live\S+ net::ERR_ABORTED$/;
/** What it may say of a server that goes away, whatever the page asks at that moment. */
const away =
  /api\/(live|comparison)|net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/;

/** Shows a folder of runs, which `write` makes. */
async function withRuns(
  write: (runs: string) => void,
  use: (page: Page, runs: string) => Promise<void>,
  options: Record<string, unknown> = {},
): Promise<void> {
  await withFolder(async (folder) => {
    const runs = `${folder}/runs`;
    Deno.mkdirSync(runs);
    write(runs);
    const site = await ServedTask.start("dashboard", [runs]);
    try {
      await withPage(browser, { url: site.url, allowed, ...options }, (page) => use(page, runs));
    } finally {
      await site.close();
    }
  });
}

/** Three runs, two of which differ by their seed alone. */
function threeRuns(runs: string): void {
  for (const [i, gamma] of [0.9, 0.9, 0.99].entries()) {
    const folder = writeRun(`${runs}/run-${i}`, { config: configOf(i, { gamma }), rows: 20 + i });
    Deno.writeTextFileSync(`${folder}/summary.json`, JSON.stringify({ ...summary, seed: i }));
  }
}

/** The table's rows as texts, all of one moment. */
function table(page: Page): Promise<string[][]> {
  return page.evaluate(
    "[...document.querySelectorAll('#table tr')].map((row) => [...row.cells].map((cell) => cell.innerText))",
  );
}

/** Waits until the table is what a test wants. */
async function until(page: Page, test: (rows: string[][]) => boolean): Promise<string[][]> {
  for (const start = performance.now();;) {
    const rows = await table(page);
    if (test(rows)) return rows;
    assert(performance.now() - start < 60_000, JSON.stringify(rows));
    await page.waitForTimeout(20);
  }
}

/** Waits until an expression holds, which the page's own policy would not let it evaluate by itself. */
async function holds(page: Page, expression: string): Promise<void> {
  for (const start = performance.now(); !await page.evaluate<boolean>(expression);) {
    assert(performance.now() - start < 60_000, expression);
    await page.waitForTimeout(20);
  }
}

const rowOf = (rows: string[][], name: string) => rows.find(([first]) => first === name);

Deno.test("The dashboard lists runs, draws their curves, and tells what differs in their configs", async () => {
  await withRuns(threeRuns, async (page) => {
    const rows = await until(
      page,
      (rows) =>
        rows[0]!.includes("gamma") &&
        ["20", "21", "22"].every((latest, i) => rowOf(rows, `run-${i}`)?.[2] === latest),
    );
    assertEquals(rows[0], ["run", "status", "latest", "best", "final", "steps", "gamma"]);
    assertEquals(rowOf(rows, "run-0"), ["run-0", "finished", "20", "", "2", "1K", "0.9"]);
    assertEquals(rowOf(rows, "run-2"), ["run-2", "finished", "22", "", "2", "1K", "0.99"]);
    assertEquals(await page.locator("#tagline").innerText(), "runs · 3 runs, 0 running");
    assertEquals(await page.locator("#comparison .plot canvas").count(), 1);
    await page.getByLabel("seeds together").check();
    const together = await until(page, (rows) => rows.length === 3);
    assertEquals(together.map(([name]) => name).toSorted(), ["configuration", "gamma 0.9 (2)", "gamma 0.99"]);
    await page.getByLabel("every run").check();
    await page.getByLabel("Show the curve of run-2").uncheck();
    await until(page, (rows) => rows.length === 3 && !rows[0]!.includes("gamma"));
    await page.getByLabel("Metric").selectOption("metrics:loss");
    await until(page, (rows) => rowOf(rows, "run-0")?.[2] === "0.05");
    await page.getByLabel("Find runs").fill("seed 2");
    assertEquals(await page.locator(".runs li").count(), 1);
  });
});

Deno.test("A run that goes on is seen to within a second, and so is a new one, its end and what it left", async () => {
  await withRuns((runs) => void writeRun(`${runs}/one`, { rows: 5 }), async (page, runs) => {
    await until(page, (rows) => rowOf(rows, "one")?.[2] === "5");
    const lock = new FolderLock(`${runs}/one`);
    await until(page, (rows) => rowOf(rows, "one")?.[1] === "running");
    const times: number[] = [];
    for (let row = 6; row < 15; row++) {
      const start = performance.now();
      addRows(`${runs}/one`, row, row);
      await until(page, (rows) => rowOf(rows, "one")?.[2] === `${row}`);
      times.push(performance.now() - start);
    }
    assertLess(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!, 1000, `${times}`); // One may be held up.
    Deno.writeTextFileSync(`${runs}/one/summary.json`, JSON.stringify(summary));
    lock.close();
    await until(page, (rows) => rowOf(rows, "one")?.[1] === "finished");
    writeRun(`${runs}/two`, { config: configOf(1), rows: 2 });
    await until(page, (rows) => rowOf(rows, "two")?.[2] === "2");
  });
});

Deno.test("A run is shown alone by keyboard, with its curves, pictures and config", async () => {
  const write = (runs: string) => {
    const folder = writeRun(`${runs}/one`, { rows: 30 });
    Deno.mkdirSync(`${folder}/pictures`);
    Deno.writeTextFileSync(
      `${folder}/pictures/loss.svg`,
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="top.hacked = true"/>',
    );
  };
  await withRuns(write, async (page) => {
    await page.locator(".runs .open").focus();
    await page.keyboard.press("Enter");
    await page.locator("#run h2").getByText("one").waitFor();
    assertMatch(page.url(), /#\/run\/one$/);
    for (const name of ["return100", "loss"]) await page.locator("#run .chart h3").getByText(name).waitFor();
    assertEquals(await page.locator("#run .chart h3").allInnerTexts(), ["return100", "loss"]);
    await page.locator('#run img[alt="loss"]').scrollIntoViewIfNeeded();
    await holds(page, "document.querySelector('#run img').naturalWidth === 9");
    assertEquals(await page.evaluate("globalThis.hacked"), undefined);
    await page.locator("summary").click();
    await page.locator("#run pre").getByText('"CartPole-v1"').waitFor();
    await page.getByRole("link", { name: "All runs" }).click();
    await page.locator("#comparison .plot canvas").waitFor();
    assertEquals(await page.locator("#run").isVisible(), false);
  });
});

Deno.test("The agent of a run plays in the page on which agents are trained, which loads its config and checkpoint", async () => {
  await withFolder(async (runs) => {
    const config = ["--config", tiny, "--out", `${runs}/one`, "--quiet"];
    assertEquals((await task("train", config)).code, 0);
    const site = await ServedTask.start("dashboard", [runs]);
    try {
      await withPage(browser, { url: `${site.url}#/run/one`, allowed }, async (page) => {
        const opened = page.waitForEvent("popup");
        await page.getByRole("link", { name: "Play the agent in a page" }).click();
        const training = new TrainingPage(await opened);
        await training.reaches("paused");
        await training.page.locator("#stage").getByText(/^step [1-9]/).waitFor();
      });
      const missing = { url: `${site.url}train/#run=9`, allowed: /404|runs\/9/ };
      await withPage(browser, missing, async (page) => {
        await page.getByText("there is no run with a checkpoint behind it").waitFor();
      });
    } finally {
      await site.close();
    }
  });
});

Deno.test("Names and texts of runs are text, whatever they say", async () => {
  const evil = '<img src=x onerror="hacked = true">';
  const write = (runs: string) => {
    const config = {
      ...configOf(0),
      preset: evil,
      environment: { id: evil },
      agent: { kind: evil },
      [evil]: evil,
    };
    writeRun(`${runs}/${evil}`, { config });
    const other = writeRun(`${runs}/other`, { config: { ...configOf(1), [evil]: "other" } });
    Deno.writeTextFileSync(`${other}/failed.json`, JSON.stringify({ reason: evil, wallSeconds: 1 }));
    Deno.writeTextFileSync(`${other}/metrics.csv`, `step,"${evil.replaceAll('"', '""')}"\n1,2\n`);
  };
  await withRuns(write, async (page) => {
    await until(page, (rows) => rows[0]!.some((cell) => cell.includes("onerror")) && !!rowOf(rows, evil));
    await page.getByLabel("Metric").selectOption(`metrics:${evil}`);
    await until(page, (rows) => rowOf(rows, "other")?.[2] === "2");
    for (const name of [evil, "other"]) {
      await page.goto(`${new URL(page.url()).origin}/#/run/${encodeURIComponent(name)}`);
      await page.locator("#run h2").getByText(name).waitFor();
    }
    await page.locator("#run .why").getByText("failed").waitFor();
    assertEquals(await page.locator("#run .why").innerText(), `failed\n${evil}`);
    assertEquals(await page.evaluate("globalThis.hacked"), undefined);
  });
});

Deno.test("A part of the axis is looked at closer by a drag over the chart", async () => {
  await withRuns((runs) => void writeRun(`${runs}/one`, { rows: 5000 }), async (page) => {
    await until(page, (rows) => rowOf(rows, "one")?.[2] === "5,000");
    const over = page.locator("#comparison .u-over");
    const { x, y, width } = (await over.boundingBox())!;
    await page.mouse.move(x + width / 2, y + 50);
    await page.mouse.down();
    await page.mouse.move(x + 0.6 * width, y + 60, { steps: 4 });
    const asked = page.waitForRequest((request) => request.url().includes("range"));
    await page.mouse.up();
    const view = JSON.parse(new URL((await asked).url()).searchParams.get("view")!);
    assertLess(Math.abs(view.range[0] / 25_000 - 1), 0.05);
    assertLess(Math.abs(view.range[1] / 30_000 - 1), 0.05);
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByRole("button", { name: "Show all" }).waitFor({ state: "hidden" });
  });
});

Deno.test("50 runs of 100,000 rows open within a second more than 50 of a hundred, all their curves in the chart", async () => {
  const digits = (i: number) => `${Math.abs(Math.sin(i))}`;
  const line = (i: number) =>
    metricsColumns.map((name, column) =>
      column < 3 ? 500 * i : name.startsWith("evaluation") ? "" : digits(i + column)
    );
  await withFolder(async (folder) => {
    const names = Array.from({ length: 50 }, (_, i) => `run-${i}`);
    /** Writes the runs into a folder of this name. */
    const write = (name: string, rows: number) => {
      const lines = Array.from({ length: rows }, (_, i) => line(i + 1).join(","));
      const log = `${folder}/${name}.csv`;
      Deno.writeTextFileSync(log, [metricsColumns.join(","), ...lines, ""].join("\n"));
      for (const [i, run] of names.entries()) {
        const path = writeRun(`${folder}/${name}/${run}`, { config: configOf(i), rows: 0 });
        Deno.removeSync(`${path}/metrics.csv`);
        Deno.linkSync(log, `${path}/metrics.csv`);
      }
    };
    /** Milliseconds until all are there. */
    const opened = async (name: string) => {
      const script = `sessionStorage.setItem("runs ${name}", '${JSON.stringify(names)}');`;
      await using site = await ServedTask.start("dashboard", [`${folder}/${name}`]);
      const start = performance.now();
      await withPage(browser, { url: site.url, allowed, script }, (page) =>
        holds(
          page,
          `(() => {
            const values = [...document.querySelectorAll("#table td:nth-child(3)")];
            return values.length === 50 && values.every((cell) => cell.textContent !== "");
          })()`,
        ));
      return performance.now() - start;
    };
    write("short", 100);
    write("long", 100_000);
    const [short, long]: [number[], number[]] = [[], []];
    do { // Other work may hold up the machine.
      short.push(await opened("short"));
      long.push(await opened("long"));
    } while (long.length < 5 && Math.min(...long) - Math.min(...short) >= 1000);
    assertLess(Math.min(...long) - Math.min(...short), 1000, `${long} and ${short} ms`);
  });
});

Deno.test("A page goes on by itself when its server was away", async () => {
  await withFolder(async (runs) => {
    writeRun(`${runs}/one`, { rows: 5 });
    let site = await ServedTask.start("dashboard", [runs]);
    const { port } = new URL(site.url);
    await withPage(
      browser,
      { url: site.url, allowed: away },
      async (page) => {
        await until(page, (rows) => rowOf(rows, "one")?.[2] === "5");
        await site.close();
        await page.getByText("The server does not answer").waitFor();
        writeRun(`${runs}/another`, { config: configOf(1), rows: 7 }); // With the key of the former one.
        site = await ServedTask.start("dashboard", [runs, "--port", port]);
        await until(page, (rows) => rowOf(rows, "one")?.[2] === "5" && rowOf(rows, "another")?.[2] === "7");
      },
    );
    await site.close();
  });
});

Deno.test("What differs in configs is told though its server was away when runs were chosen", async () => {
  await withFolder(async (runs) => {
    for (const [name, gamma] of [["one", 0.9], ["two", 0.99]] as const) {
      writeRun(`${runs}/${name}`, { config: configOf(0, { gamma }), rows: 2 });
    }
    let site = await ServedTask.start("dashboard", [runs]);
    await withPage(browser, { url: site.url, allowed: away }, async (page) => {
      await until(page, (rows) => rows[0]!.includes("gamma"));
      await page.getByLabel("Show the curve of two").uncheck();
      await until(page, (rows) => !rows[0]!.includes("gamma"));
      const { port } = new URL(site.url);
      await site.close();
      await page.getByText("The server does not answer").waitFor();
      await page.getByLabel("Show the curve of two").check();
      await until(page, (rows) => rows.length === 3);
      site = await ServedTask.start("dashboard", [runs, "--port", port]);
      await until(page, (rows) => rows[0]!.includes("gamma"));
    });
    await site.close();
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const [name, viewport] of [["desk", { width: 1280, height: 800 }], ["phone", phone]] as const) {
    Deno.test(`axe-core finds nothing on the dashboard on a ${name}, ${colorScheme}, and no part is wider`, async () => {
      await withRuns(threeRuns, async (page) => {
        await until(page, (rows) => rowOf(rows, "run-2")?.[2] === "22");
        assertEquals(await violations(page), []);
        await page.locator(".runs .open").first().click();
        await page.locator("#run .chart").first().waitFor();
        assertEquals(await violations(page), []);
        assertLessOrEqual(
          await page.evaluate<number>("document.documentElement.scrollWidth"),
          viewport.width,
        );
      }, { colorScheme, viewport });
    });
  }
}

Deno.test("The page of the dashboard takes less than 60 kB, compressed", async () => {
  const files = await bundlePages(dashboardPage);
  const sizes = files.values().map((bytes) => compressed(bytes, "gzip").length);
  assertLess(sizes.reduce((sum, size) => sum + size), 60_000);
});
