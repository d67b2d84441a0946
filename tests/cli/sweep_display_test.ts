import { assert, assertEquals, assertMatch } from "@std/assert";
import { tableSoFar } from "../../src/cli/results_table.ts";
import { SweepDisplay } from "../../src/cli/sweep_display.ts";
import { planRuns, sweepPaths } from "../../src/cli/sweep_folder.ts";
import { type RunResult, SweepResults } from "../../src/cli/sweep_results.ts";
import { loadExperiment } from "../../src/config/experiment.ts";
import { tiny, withFolder } from "./task.ts";

/** Results of configurations with two seeds, of which those with greater gammas have come to more. */
async function withResults(
  use: (results: SweepResults, add: (run: number, mean?: number) => RunResult) => Promise<void> | void,
): Promise<void> {
  await withFolder(async (folder) => {
    const vary = { "agent.gamma": [0.9, 0.99, 0.999, 0.9999] };
    const written = { description: "A test.", base: tiny, vary, seeds: [0, 1], threshold: 20 };
    await Deno.writeTextFile(`${folder}/test.json`, JSON.stringify(written));
    const runs = planRuns(await loadExperiment(`${folder}/test.json`), sweepPaths(folder));
    const results = new SweepResults(runs);
    await use(results, (i, mean) => {
      const result = {
        run: runs[i]!,
        failed: mean === undefined,
        stepsToThreshold: mean === undefined || mean < 20 ? Infinity : 100,
        ...mean === undefined ? {} : { final: { mean, std: 0 }, steps: 250 },
        wallSeconds: 1,
        stopReason: mean === undefined ? "failed: it did" : "budget of 250 steps",
      };
      results.add(result);
      return result;
    });
  });
}

/** What stands on a terminal of 10 lines after all that was written: lines, and the cursor's row. */
function screen(text: string, columns: number): { readonly lines: string[]; readonly row: number } {
  const lines: string[] = [""];
  let [row, column] = [0, 0];
  // deno-lint-ignore no-control-regex
  for (const [part, count, command] of text.matchAll(/\x1b\[\??(\d*)[;\d]*([A-Za-z])|[^]/gu)) {
    if (part === "\n") {
      lines[++row] ??= "";
      column = 0;
    } else if (part === "\r") column = 0;
    else if (command === "A") row -= Number(count || 1);
    else if (command === "G") column = Number(count || 1) - 1;
    else if (command === "K") lines[row] = lines[row]!.slice(0, column);
    else if (command === "J") {
      lines[row] = lines[row]!.slice(0, column);
      lines.splice(row + 1);
    } else if (command === undefined) {
      lines[row] = lines[row]!.slice(0, column).padEnd(column) + part + lines[row]!.slice(column + 1);
      column += 1;
      assert(column <= columns, `a line is too long: ${lines[row]}`);
    }
  }
  return { lines: lines.map((line) => line.trimEnd()), row };
}

Deno.test("tableSoFar() shows the best configurations, and of each what a terminal has room for", async () => {
  await withResults((results, add) => {
    assertEquals(tableSoFar(results.configurations, { width: 80, height: 9, seeds: 2 }), []);
    for (const [i, mean] of [10, 20, 30, 40, 11].entries()) add(i, mean);
    const at = (width: number, height: number) =>
      tableSoFar(results.configurations, { width, height, seeds: 2 });
    assertEquals(at(80, 5), [
      "configuration  runs  solved  steps to solve  final return  95% interval",
      "gamma 0.9999    1/2    100%             100            40",
      "gamma 0.999     1/2    100%             100            30",
      "gamma 0.99      1/2    100%             100            20",
      "gamma 0.9       2/2      0%               -          10.5      10 to 11",
    ]);
    assertEquals(at(36, 4), [
      "configuration  runs  final return",
      "gamma 0.9999    1/2            40",
      "gamma 0.999     1/2            30",
      "and 2 configurations behind them",
    ]);
    assertEquals(at(22, 3), ["configur…  runs  final", "gamma 0.…   1/2     40", "and 3 configurations b"]);
    for (let width = 1; width < 90; width++) {
      for (const line of at(width, 9)) assert(line.length <= width, line);
    }
    assertEquals(at(80, 2), []);
  });
});

Deno.test("SweepDisplay draws a bar and beneath it the results, and takes them away in the end", async () => {
  await withResults(async (results, add) => {
    let written = "";
    const stream = { isTTY: true, columns: 80, rows: 10, write: (text: string) => written += text };
    const display = new SweepDisplay({ results, seeds: 2, stream });
    const shown = () => screen(written, 80);
    try {
      await display.update(0, ["0 of 8 runs"]);
      await new Promise((resolve) => setTimeout(resolve, 150)); // The bar draws itself ten times a second.
      assertEquals(shown().lines.length, 1);
      display.take([add(1, 15)]);
      await display.update(0, ["0 of 8 runs"]);
      assertEquals(shown().row, 0);
      assertMatch(
        shown().lines.join("\n"),
        /^\[-+\] 0% {2}0 of 8 runs\nconfiguration [^\n]+\ngamma 0.99 +1\/2 +0% [^\n]+$/,
      );
      display.take([add(0, 10), add(2)]); // One that fails is told, too.
      await display.update(3 / 8, ["3 of 8 runs"]);
      await new Promise((resolve) => setTimeout(resolve, 150));
      const { lines, row } = shown();
      assertEquals(lines[0], "gamma 0.999, seed 0 failed: it did");
      assertMatch(lines[1]!, /^\[=+-+\] 37% {2}3 of 8 runs$/);
      assertEquals(lines.slice(3).map((line) => line.split("  ")[0]), [
        "gamma 0.99",
        "gamma 0.9",
        "gamma 0.999",
      ]);
      assertEquals(row, 1, "the cursor is in the line of the bar");
      display.say("said");
      assertEquals(shown().lines.slice(1, 3), ["said", ""]);
      assertMatch(shown().lines[3]!, /^configuration /);
    } finally {
      display.close();
    }
    const { lines, row } = shown();
    assertEquals([lines.length, row], [4, 3]);
    assertEquals(lines[1], "said");
    assertMatch(lines[2]!, /37% {2}3 of 8 runs$/);
    assertEquals(lines[3], "");
  });
});

Deno.test("SweepDisplay leaves out what does not fit the height of the terminal, which would scroll", async () => {
  await withResults(async (results, add) => {
    let written = "";
    const stream = { isTTY: true, columns: 80, rows: 6, write: (text: string) => written += text };
    const display = new SweepDisplay({ results, seeds: 2, stream });
    try {
      display.take([add(0, 1), add(1, 2), add(2, 3), add(3, 4)]);
      await display.update(0.5, ["4 of 8 runs"]);
      const { lines: [, ...table] } = screen(written, 80);
      assertEquals(table.map((line) => line.split("  ")[0]), [
        "configuration",
        "gamma 0.9999",
        "and 3 configurations behind them",
      ]);
    } finally {
      display.close();
    }
  });
});

Deno.test("SweepDisplay writes a line for each result where there is no terminal", async () => {
  await withResults((results, add) => {
    let written = "";
    const display = new SweepDisplay({
      results,
      seeds: 2,
      stream: { write: (text: string) => written += text },
    });
    display.take([add(1, 15.25), add(2, 30), add(3)]);
    display.close();
    assertEquals(
      written,
      "gamma 0.99, seed 0: final return 15.25, 250 steps, not solved\n" +
        "gamma 0.999, seed 0: final return 30, 250 steps, solved at 100\n" +
        "gamma 0.9999, seed 0 failed: it did\n",
    );
  });
});
